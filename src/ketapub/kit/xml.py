"""Turn XML that a stranger sent into elements, and elements into the bytes of a file.

No entity, document type or outside address of it is ever followed (CWE-611, CWE-776).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from ketapub.errors import KetapubError, Problem

_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
SPACE = "{http://www.w3.org/XML/1998/namespace}space"


def parse_xml(data: bytes, name: str) -> Any:
    """The root element. Raises KetapubError for what is no sound, plain XML."""
    from lxml import etree

    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError, LookupError) as error:
        line = getattr(error, "lineno", 0) or 0
        hint = "open it in the program that made it, and save it again"
        raise KetapubError(Problem(name, line, f"this is no sound XML: {error}", hint)) from error
    if root.getroottree().docinfo.doctype:
        hint = "a translation needs none: save it again without"
        raise KetapubError(Problem(name, 1, "this XML has a document type (DOCTYPE)", hint))
    return root


def local_name(element: Any) -> str:
    """The name of an element without its namespace."""
    return str(element.tag).rpartition("}")[2]


def children(element: Any, name: str) -> list[Any]:
    """The elements of this name right below another one."""
    return [child for child in element if local_name(child) == name]


def child(element: Any, name: str) -> Any | None:
    """The first element of this name right below another one."""
    return next(iter(children(element, name)), None)


def legal(text: str) -> str:
    """The text without what XML 1.0 cannot hold."""
    return _ILLEGAL.sub("", text)


def add(parent: Any, name: str, text: str = "", **attributes: str) -> Any:
    """A new last child in the namespace of its parent; `xml_lang` stands for `xml:lang`."""
    from lxml import etree

    space = etree.QName(parent).namespace
    element = etree.SubElement(parent, f"{{{space}}}{name}" if space else name)
    for key, value in attributes.items():
        special = {"xml_lang": LANG, "xml_space": SPACE}
        element.set(special.get(key, key.rstrip("_").replace("__", "-")), legal(value))
    element.text = legal(text) or None
    return element


def add_text(parent: Any, text: str) -> None:
    """Text behind what an element holds already."""
    if len(parent):
        parent[-1].tail = (parent[-1].tail or "") + legal(text)
    else:
        parent.text = (parent.text or "") + legal(text)


def mixed(element: Any) -> Iterable[str | Any]:
    """What stands in an element, in order: texts and child elements."""
    if element.text:
        yield element.text
    for inner in element:
        yield inner
        if inner.tail:
            yield inner.tail


_TEXTS = frozenset(
    {
        "source",
        "target",
        "seg",
        "note",
        "data",
        "context",
        "prop",
        "term",
        "termNote",
        "descrip",
        "p",
    }
)
"""Elements in which white space counts."""


def write_xml(root: Any, doctype: str = "") -> bytes:
    """The file, in UTF-8, with a line for each element that holds no text."""
    from lxml import etree

    _indent(root, "\n")
    data = etree.tostring(root, encoding="UTF-8", xml_declaration=True, doctype=doctype or None)
    return bytes(data) + b"\n"


def _indent(element: Any, line: str) -> None:
    if local_name(element) in _TEXTS or not len(element):
        return
    element.text = f"{line} "
    for inner in element:
        _indent(inner, f"{line} ")
        inner.tail = f"{line} "
    element[-1].tail = line
