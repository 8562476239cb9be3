"""Turn items into XLIFF, 1.2 or 2.1, with Markdown's marks and placeholders as protected codes.

XLIFF 1.2 as OASIS and its "Representation Guide for Gettext PO" have it; a code is bpt, ept or ph
and holds its text, so that even a tool that flattens it loses nothing. XLIFF 2.1 (ISO 21720) names
its codes in originalData. A translation that is done is `translated`, a fuzzy one below that.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from ketapub.catalog import is_marked
from ketapub.kit.inline import Part, cut_inline, number_alike
from ketapub.kit.item import Item
from ketapub.kit.xml import add, add_text, write_xml
from ketapub.language import Language

NAMESPACE = "urn:oasis:names:tc:xliff:document:1.2"
NAMESPACE_2 = "urn:oasis:names:tc:xliff:document:2.0"
"""Of all versions 2.x."""
OURS = "ketapub"
"""From whom a note is that need not come home."""
_STATES = {"new": "new", "changed": "needs-review-translation"}
_STATES_2 = {"new": "initial", "changed": "initial"}


def write_xliff(domain: str, items: Sequence[Item], source: Language, target: Language) -> bytes:
    """A domain as XLIFF 1.2."""
    from lxml import etree

    root = etree.Element(f"{{{NAMESPACE}}}xliff", {"version": "1.2"}, nsmap={None: NAMESPACE})
    file = add(root, "file", original=domain, datatype="plaintext")
    file.set("source-language", source.tag)
    file.set("target-language", target.tag)
    body = add(file, "body")
    for item in items:
        parent = body
        if item.message.msgid_plural:
            parent = add(body, "group", restype="x-gettext-plurals", id=str(item.name))
        for name, text, form in zip(item.names, item.sources, item.entry.msgstr, strict=True):
            _add_unit(parent, item, name, text, form)
    return write_xml(root)


def _add_unit(parent: Any, item: Item, name: str, source: str, target: str) -> None:
    unit = add(parent, "trans-unit", id=name, xml_space="preserve")
    if item.state == "done":
        unit.set("approved", "yes")
    parts = cut_inline(source, item.message.syntax == "markdown")
    _fill(add(unit, "source"), parts)
    state = _STATES.get(item.state, "translated")
    shown = add(unit, "target", state=state)
    _fill(shown, number_alike(cut_inline(target, item.message.syntax == "markdown"), parts))
    group = add(unit, "context-group", purpose="location")
    for path in item.message.paths:
        add(group, "context", path, context__type="sourcefile")
    if not item.message.paths:
        unit.remove(group)
    for author, text in notes(item):
        add(unit, "note", text, from_=author)
    if item.state == "changed" and item.entry.previous:
        old = add(unit, "alt-trans", alttranstype="previous-version")
        add(old, "source", item.entry.previous[1])
        add(old, "target", target)


def _fill(element: Any, parts: Iterable[Part]) -> None:
    names = {"open": "bpt", "close": "ept", "alone": "ph"}
    for part in parts:
        if isinstance(part, str):
            add_text(element, part)
        else:
            add(element, names[part.kind], part.text, id=str(part.number))


def notes(item: Item) -> Iterable[tuple[str, str]]:
    """(from whom, text) of what a translator should know."""
    message = item.message
    where = f", under “{item.place}”" if item.place else ""
    yield OURS, f"{'CRITICAL: ' * message.critical}{message.kind or 'text'}{where}"
    for note in message.notes:
        yield OURS, note
    for reason in item.reasons:
        yield OURS, f"{reason.message}; {reason.hint}"
    for comment in item.entry.comments:
        if comment:
            yield (OURS if is_marked((comment,)) else "translator"), comment


def write_xliff2(domain: str, items: Sequence[Item], source: Language, target: Language) -> bytes:
    """A domain as XLIFF 2.1."""
    from lxml import etree

    root = etree.Element(
        f"{{{NAMESPACE_2}}}xliff",
        {"version": "2.1", "srcLang": source.tag, "trgLang": target.tag},
        nsmap={None: NAMESPACE_2},
    )
    file = add(root, "file", id=domain, original=domain)
    for item in items:
        parent = file
        if item.message.msgid_plural:
            parent = add(file, "group", id=str(item.name))
        for name, text, form in zip(item.names, item.sources, item.entry.msgstr, strict=True):
            _add_unit2(parent, item, name, text, form)
    return write_xml(root)


def _add_unit2(parent: Any, item: Item, name: str, source: str, target: str) -> None:
    unit = add(parent, "unit", id=name)
    written = add(unit, "notes")
    for author, text in notes(item):
        add(written, "note", text, category=author)
    if item.state == "changed" and item.entry.previous:
        add(written, "note", f"the source was: {item.entry.previous[1]}", category=OURS)
    markdown = item.message.syntax == "markdown"
    parts = cut_inline(source, markdown)
    shown = number_alike(cut_inline(target, markdown), parts)
    data = _Data(add(unit, "originalData"))
    segment = add(unit, "segment", state=_STATES_2.get(item.state, "translated"))
    data.fill(add(segment, "source", xml_space="preserve"), parts)
    data.fill(add(segment, "target", xml_space="preserve"), shown)
    if not len(data.element):
        unit.remove(data.element)


class _Data:
    """The texts of a unit's codes, each once."""

    def __init__(self, element: Any) -> None:
        self.element = element
        self.known: dict[str, str] = {}

    def refer(self, text: str) -> str:
        """The name of a code's text."""
        if text not in self.known:
            self.known[text] = f"d{len(self.known) + 1}"
            add(self.element, "data", text, id=self.known[text])
        return self.known[text]

    def fill(self, element: Any, parts: Sequence[Part]) -> None:
        """Write the parts; pairs are nested."""
        stack = [element]
        for part in parts:
            if isinstance(part, str):
                add_text(stack[-1], part)
            elif part.kind == "alone":
                add(stack[-1], "ph", id=str(part.number), dataRef=self.refer(part.text))
            elif part.kind == "open":
                start = self.refer(part.text)
                stack.append(add(stack[-1], "pc", id=str(part.number), dataRefStart=start))
            else:
                stack.pop().set("dataRefEnd", self.refer(part.text))
