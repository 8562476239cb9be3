"""Turn messages and translations into problems: one small function per check, in one list.

Changes nothing. A blocking check that fails keeps its translation from being published (law 4).
"""

from ketapub.check.glossary import NO_GLOSSARY, Glossary, parse_glossary
from ketapub.check.pair import NO_SETTING, Finding, Setting
from ketapub.check.prose import check_prose
from ketapub.check.source import check_choices, check_pictures, check_source
from ketapub.check.translation import (
    ADVISORY,
    BLOCKING,
    STRICT,
    WAIVABLE,
    advise_translation,
    check_entry,
    check_translation,
)
from ketapub.check.waivers import NO_WAIVERS, Waivers, idle_waivers, read_waivers

__all__ = [
    "ADVISORY",
    "BLOCKING",
    "NO_GLOSSARY",
    "NO_SETTING",
    "NO_WAIVERS",
    "STRICT",
    "WAIVABLE",
    "Finding",
    "Glossary",
    "Setting",
    "Waivers",
    "advise_translation",
    "check_choices",
    "check_entry",
    "check_pictures",
    "check_prose",
    "check_source",
    "check_translation",
    "idle_waivers",
    "parse_glossary",
    "read_waivers",
]
