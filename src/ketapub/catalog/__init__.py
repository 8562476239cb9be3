"""Turn messages into catalogs for translators, and catalogs into judged translations."""

from ketapub.catalog.altered import find_altered
from ketapub.catalog.drafts import Drafts, drop_field, is_draft, is_marked, note_drafts, read_drafts
from ketapub.catalog.driver import merge_three
from ketapub.catalog.edges import judge_edges
from ketapub.catalog.edit import StaleError, change_text, mark_unsafe
from ketapub.catalog.encoding import Declared, read_declared
from ketapub.catalog.faults import judge_catalog
from ketapub.catalog.ledger import (
    ROLES,
    Ledger,
    Review,
    Role,
    add_review,
    make_ledger,
    read_ledger,
    reviewer_name,
)
from ketapub.catalog.mend import mend
from ketapub.catalog.merge import Counts, Merged, merge
from ketapub.catalog.po import Catalog, Entry, Remnant, read_po
from ketapub.catalog.same_meaning import Proposal, propose_same_meaning
from ketapub.catalog.template import render_catalog, render_template
from ketapub.catalog.translations import (
    INVALID,
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
    "INVALID",
    "ROLES",
    "Catalog",
    "Counts",
    "Declared",
    "Drafts",
    "Entry",
    "Ledger",
    "Merged",
    "Proposal",
    "Reason",
    "Remnant",
    "Review",
    "Role",
    "StaleError",
    "Translation",
    "Translations",
    "Words",
    "add_review",
    "build_translations",
    "change_text",
    "count_words",
    "drop_field",
    "find_altered",
    "is_draft",
    "is_marked",
    "judge_catalog",
    "judge_edges",
    "make_ledger",
    "mark_unsafe",
    "mend",
    "merge",
    "merge_three",
    "note_drafts",
    "propose_same_meaning",
    "read_declared",
    "read_drafts",
    "read_ledger",
    "read_po",
    "render_catalog",
    "render_template",
    "reviewer_name",
    "source_translations",
    "word_diff",
]
