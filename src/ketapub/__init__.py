"""Publish one canonical article as localized pages and handouts with the right helplines."""

__version__ = "0.1.0"
