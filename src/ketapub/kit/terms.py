"""Turn the glossary into a table for people and into TBX for translation tools.

TBX-Basic in the form of ISO 30042:2008 (`martif`), which tools of all ages read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ketapub.check import Glossary
from ketapub.kit.table import write_table
from ketapub.kit.xml import add, write_xml
from ketapub.language import Language

_APPROVED = ("preferredTerm-admn-sts", "admittedTerm-admn-sts")
_FORBIDDEN = "deprecatedTerm-admn-sts"


def write_terms(glossary: Glossary, target: Language) -> bytes:
    """A row for each term."""
    return write_table(_rows(glossary, target))


def _rows(glossary: Glossary, target: Language) -> Iterator[Sequence[object]]:
    who = glossary.reviewed_by or "nobody yet: a machine's draft"
    yield "term", "write", "never write", "note", f"reviewed by: {who}"
    for term in glossary.terms:
        good, bad = (table.get(target.tag, ()) for table in (term.approved, term.forbidden))
        yield term.term, "; ".join(good), "; ".join(bad), term.note
    for word, better in glossary.avoid.get(target.tag, {}).items():
        yield "", better, word, "a word to avoid"


def write_tbx(glossary: Glossary, source: Language, target: Language) -> bytes:
    """An entry for each term that has a translation, good or bad."""
    from lxml import etree

    root = etree.Element("martif", {"type": "TBX-Basic"})
    root.set("{http://www.w3.org/XML/1998/namespace}lang", source.tag)
    head = add(add(add(root, "martifHeader"), "fileDesc"), "sourceDesc")
    add(head, "p", f"Reviewed by: {glossary.reviewed_by or 'nobody yet, a draft of a machine'}")
    body = add(add(root, "text"), "body")
    for number, term in enumerate(glossary.terms, start=1):
        good, bad = (table.get(target.tag, ()) for table in (term.approved, term.forbidden))
        if not good and not bad:
            continue
        entry = add(body, "termEntry", id=f"t{number}")
        if term.note:
            add(entry, "descrip", term.note, type="definition")
        add(add(add(entry, "langSet", xml_lang=source.tag), "tig"), "term", term.term)
        words = add(entry, "langSet", xml_lang=target.tag)
        states = [_APPROVED[min(place, 1)] for place in range(len(good))] + [_FORBIDDEN] * len(bad)
        for text, state in zip((*good, *bad), states, strict=True):
            tig = add(words, "tig")
            add(tig, "term", text)
            add(tig, "termNote", state, type="administrativeStatus")
    doctype = '<!DOCTYPE martif SYSTEM "TBXBasiccoreStructV02.dtd">'
    return write_xml(root, doctype)
