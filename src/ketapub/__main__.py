"""`python -m ketapub`."""

from ketapub.cli import entry

entry()
