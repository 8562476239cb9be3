"""Turn messages and translations into problems: one small function per check, in one list.

Changes nothing. A blocking check that fails keeps its translation from being published (law 4).
"""

from ketapub.check.source import check_choices, check_pictures, check_source
from ketapub.check.translation import BLOCKING, Finding, check_translation

__all__ = [
    "BLOCKING",
    "Finding",
    "check_choices",
    "check_pictures",
    "check_source",
    "check_translation",
]
