"""Turn catalogs into kits for people without git, and what they send back into catalogs."""

from ketapub.kit.answer import Returned
from ketapub.kit.item import Count, Only
from ketapub.kit.receive import Change, Receipt, receive
from ketapub.kit.send import Form, Kit, make_kit
from ketapub.kit.sign import Signed
from ketapub.kit.unpack import read_returned

__all__ = [
    "Change",
    "Count",
    "Form",
    "Kit",
    "Only",
    "Receipt",
    "Returned",
    "Signed",
    "make_kit",
    "read_returned",
    "receive",
]
