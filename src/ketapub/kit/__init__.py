"""Turn catalogs into kits for people without git, and what they send back into catalogs."""

from ketapub.kit.answer import Returned
from ketapub.kit.item import Count, Only
from ketapub.kit.receive import Approval, Change, Receipt, receive
from ketapub.kit.send import Form, Kit, make_kit
from ketapub.kit.unpack import read_returned

__all__ = [
    "Approval",
    "Change",
    "Count",
    "Form",
    "Kit",
    "Only",
    "Receipt",
    "Returned",
    "make_kit",
    "read_returned",
    "receive",
]
