"""Turn translations that stand today into a translation memory, TMX 1.4b, for agencies' tools."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ketapub import __version__
from ketapub.kit.inline import Part, cut_inline, number_alike
from ketapub.kit.item import Item
from ketapub.kit.xml import add, add_text, write_xml
from ketapub.language import Language


def write_memory(items: Iterable[Item], source: Language, target: Language) -> bytes:
    """A unit for each text whose translation is done; a machine's say so."""
    from lxml import etree

    root = etree.Element("tmx", {"version": "1.4"})
    header = add(root, "header", creationtool="ketapub", creationtoolversion=__version__)
    for name, value in (
        ("segtype", "block"), ("o-tmf", "gettext"), ("adminlang", "en"),
        ("srclang", source.tag), ("datatype", "plaintext"),
    ):  # fmt: skip
        header.set(name, value)
    body = add(root, "body")
    for item in items:
        if item.state not in ("done", "draft"):
            continue
        markdown = item.message.syntax == "markdown"
        for name, text, form in zip(item.names, item.sources, item.entry.msgstr, strict=True):
            unit = add(body, "tu", tuid=name)
            add(unit, "prop", item.domain, type="x-domain")
            if item.state == "draft":
                add(unit, "prop", "machine draft, checked by no person", type="x-state")
            parts = cut_inline(text, markdown)
            _add_variant(unit, source, parts)
            _add_variant(unit, target, number_alike(cut_inline(form, markdown), parts))
    return write_xml(root)


def _add_variant(unit: Any, language: Language, parts: Iterable[Part]) -> None:
    segment = add(add(unit, "tuv", xml_lang=language.tag), "seg")
    for part in parts:
        if isinstance(part, str):
            add_text(segment, part)
        elif part.kind == "alone":
            add(segment, "ph", part.text, x=str(part.number))
        elif part.kind == "open":
            add(segment, "bpt", part.text, i=str(part.number), x=str(part.number))
        else:
            add(segment, "ept", part.text, i=str(part.number))
