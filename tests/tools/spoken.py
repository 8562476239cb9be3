"""Turn an open page into its accessibility tree as text: what a screen reader is told, line by line.

The tree is Chromium's own (DevTools protocol, `Accessibility.getFullAXTree`), so it knows what a style
sheet takes away: a table shown as blocks is none any more.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

_SILENT = frozenset(
    ("none", "generic", "InlineTextBox", "LineBreak", "StaticText", "ListMarker", "sectionheader",
     "sectionfooter")
)  # fmt: skip
"""Roles that are not announced by themselves, or that not every Chromium knows."""
_LONG = 48
"""Letters after which a text is cut: what is said is proved elsewhere, here how it is announced."""


def tree(page: Any) -> list[str]:
    """`role “name” – description`, one line a node, indented by depth; texts stand bare."""
    session = page.context.new_cdp_session(page)
    nodes = {node["nodeId"]: node for node in session.send("Accessibility.getFullAXTree")["nodes"]}
    session.detach()
    root = next(node for node in nodes.values() if "parentId" not in node)
    return list(_lines(root, nodes, 0))


def _lines(
    node: Mapping[str, Any], nodes: Mapping[str, Mapping[str, Any]], depth: int
) -> Iterator[str]:
    role, name = _value(node, "role"), short(_value(node, "name"))
    children = [nodes[each] for each in node.get("childIds", ()) if each in nodes]
    shown = not node.get("ignored") and role not in _SILENT
    inner = depth + 1 if shown else depth
    found = [line for child in children for line in _lines(child, nodes, inner)]
    if role == "StaticText" and name:
        yield f"{'  ' * depth}{name}"
    elif shown:
        told = {p["name"]: p["value"].get("value") for p in node.get("properties", ())}
        level = f" {told['level']}" if role == "heading" else ""
        about = f" – {short(_value(node, 'description'))}" if _value(node, "description") else ""
        yield f"{'  ' * depth}{role}{level}" + (f" “{name}”" if name else "") + about
    if not shown or [line.strip() for line in found] != [name]:  # said already
        yield from found


def short(text: str) -> str:
    """A text as it stands in a tree."""
    words = " ".join(str(text).split())
    return words if len(words) <= _LONG else f"{words[:_LONG]}…"


def _value(node: Mapping[str, Any], key: str) -> Any:
    return node.get(key, {}).get("value", "")
