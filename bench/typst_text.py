"""Turn the HTML of a handout into Typst's markup: the same text, helplines at the foot of each sheet."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import html

_HEAD = """#set document(title: {title})
#set text(lang: "{language}", font: ("Noto Sans", "Noto Sans Arabic", "Noto Sans Hebrew", "Noto Sans Devanagari"), size: 9pt, dir: {direction})
#set page(paper: "{paper}", margin: (x: 17mm, top: 22mm, bottom: 76mm), header: [{edge}], footer: [{help}])
#set heading(numbering: none)
"""
_PAPERS = {"letter": "us-letter", "a4": "a4"}


def to_typst(text: str, paper: str) -> str:
    """One document."""
    tree = html.fromstring(text)
    body = tree.find("body")
    edge, help_ = (body.get_element_by_id(name) for name in ("edge", "help"))
    for link in help_.iter("a"):  # Typst's footer is no content, and PDF/UA-1 forbids links there
        link.tag = "span"
    head = _HEAD.format(
        title=_quote(tree.findtext(".//title")),
        language=tree.get("lang").split("-")[0],
        direction=tree.get("dir"),
        paper=_PAPERS[paper.split()[0]],
        edge="".join(_blocks(edge)),
        help="#set text(size: 8pt)\n" + "".join(_blocks(help_)),
    )
    return head + "".join(_blocks(body.find(".//main")))


def _blocks(parent: html.HtmlElement) -> Iterator[str]:
    for item in parent:
        if item.tag in {"h1", "h2", "h3"}:
            yield f"\n#heading(level: {item.tag[1]})[{_inline(item)}]\n"
        elif item.tag == "p":
            yield f"\n{_inline(item)}\n"
        elif item.tag == "ul":
            yield "\n#list(" + ", ".join(f"[{_inline(point)}]" for point in item) + ")\n"
        elif item.tag == "table":
            rows = [list(row) for row in item.iter("tr")]
            width = max(map(len, rows), default=1)
            cells = (_cell(cell) for row in rows for cell in row)
            yield f"\n#table(columns: {width}, {', '.join(cells)})\n"
        elif item.tag not in {"svg", "style"}:
            yield from _blocks(item)


def _cell(cell: html.HtmlElement) -> str:
    down = cell.get("rowspan")
    inner = f"[{_inline(cell)}]"
    return f"table.cell(rowspan: {down}){inner}" if down else inner


def _inline(item: html.HtmlElement) -> str:
    out = [_escape(item.text)]
    for child in item:
        inner = _inline(child)
        if child.tag in {"strong", "b"}:
            inner = f"#strong[{inner}]"
        elif child.tag == "a":
            inner = f"#link({_quote(child.get('href'))})[{inner}]"
        elif child.tag == "p":
            inner += " #linebreak() "
        elif child.tag == "svg":
            inner = ""
        out += [inner, _escape(child.tail)]
    return "".join(out)


def _escape(text: str | None) -> str:
    words = " ".join((text or "").split()) or (" " if text else "")
    lead = " " if text and text[0].isspace() and words.strip() else ""
    tail = " " if text and text[-1].isspace() and words.strip() else ""
    return lead + "".join(f"\\{c}" if c in "\\#[]*_`$<>@=-+/~\"'" else c for c in words) + tail


def _quote(text: str | None) -> str:
    return '"' + (text or "").replace("\\", "\\\\").replace('"', '\\"') + '"'
