"""Turn messages into catalogs for translators, and catalogs into judged translations."""

from ketapub.catalog.ledger import Ledger, Review, read_ledger
from ketapub.catalog.merge import Counts, Merged, merge
from ketapub.catalog.po import Catalog, Entry, Remnant, read_po
from ketapub.catalog.template import render_template
from ketapub.catalog.translations import (
    Reason,
    Translation,
    Translations,
    Words,
    build_translations,
    count_words,
    source_translations,
)

__all__ = [
    "Catalog",
    "Counts",
    "Entry",
    "Ledger",
    "Merged",
    "Reason",
    "Remnant",
    "Review",
    "Translation",
    "Translations",
    "Words",
    "build_translations",
    "count_words",
    "merge",
    "read_ledger",
    "read_po",
    "render_template",
    "source_translations",
]
