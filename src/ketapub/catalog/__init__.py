"""Turn messages into catalogs for translators, and catalogs into judged translations."""

from ketapub.catalog.altered import find_altered
from ketapub.catalog.driver import merge_three
from ketapub.catalog.edges import judge_edges
from ketapub.catalog.ledger import Ledger, Review, read_ledger
from ketapub.catalog.mend import mend
from ketapub.catalog.merge import Counts, Merged, merge
from ketapub.catalog.po import Catalog, Entry, Remnant, read_po
from ketapub.catalog.same_meaning import Proposal, propose_same_meaning
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
from ketapub.catalog.worddiff import word_diff

__all__ = [
    "Catalog",
    "Counts",
    "Entry",
    "Ledger",
    "Merged",
    "Proposal",
    "Reason",
    "Remnant",
    "Review",
    "Translation",
    "Translations",
    "Words",
    "build_translations",
    "count_words",
    "find_altered",
    "judge_edges",
    "mend",
    "merge",
    "merge_three",
    "propose_same_meaning",
    "read_ledger",
    "read_po",
    "render_template",
    "source_translations",
    "word_diff",
]
