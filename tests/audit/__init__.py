"""Tests of the audit: hand-written pages and sheets, and ways to spoil them."""
