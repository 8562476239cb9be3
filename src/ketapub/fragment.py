"""Turn an edition into the HTML that another site's editor keeps: WordPress's kses, Drupal's filter.

Both keep headings with their ids, paragraphs, lists, `<dl>`, links, `lang` and `dir`. Drupal drops
`<div>`, `<span>` and classes, so nothing that matters hangs on those: each block says its language
and direction itself, and a number's own link isolates it.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import partial

from ketapub.edition import Listed
from ketapub.language import Language
from ketapub.mould import Mould, slot
from ketapub.page import Frame, chooser_path, contact_link
from ketapub.templates import Words, render
from ketapub.view import EditionView, HelpView

PREFIX = "ketapub-"
"""Before every id and class: they must not meet those of the site around."""

_HEADING = re.compile(r"<(/?)h([2-6])((?: id=\"[^\"]*\")?)>")
_IN_PAGE = re.compile(r"(<a href=\"#|<h[2-6] id=\")(?!ketapub-)")
_TABLE = re.compile(r"<table>.*?</table>", re.DOTALL)
_ROW = re.compile(r"<tr>(.*?)</tr>", re.DOTALL)
_CELL = re.compile(r"<t[hd][^>]*>(.*?)</t[hd]>", re.DOTALL)
_NUMBER = re.compile(r'<bdi dir="ltr">(?:<a href="([^"]*)">([^<]*)</a>|([0-9*# -]+))</bdi>')
_ADDRESS = re.compile(r'<a ([^>]*)><bdi dir="ltr">([^<]*)</bdi></a>')
_BDI = re.compile(r"<(/?)bdi\b")
_RULE = re.compile(r"<hr />\n?")
_BLOCK = re.compile(r"<(p|h[2-6]|ul|ol|dl|blockquote)(?=[ >])(?![^>]* dir=)")


def fragment_path(listed: Listed) -> str:
    """Where the fragment of an edition stands below `dist/`."""
    return f"{listed.address.folder}/fragment.html"


def portable_body(html: str, language: Language, level: int) -> str:
    """A localized body in markup that other sites keep; its first headings get this `level`."""
    html = _TABLE.sub(_as_lists, _RULE.sub("", html))
    html = html.replace('<div class="critical">', f'<div class="{PREFIX}critical">')
    return portable(_HEADING.sub(partial(_shift, by=level - 2), html), language)


def portable(html: str, language: Language) -> str:
    """Markup of ours in elements that other sites keep, every block in its own language."""
    html = html.replace("&#39;", "'").replace("&#34;", "&quot;")  # as WordPress writes them
    html = _IN_PAGE.sub(rf"\g<1>{PREFIX}", html)
    html = _NUMBER.sub(_isolated, html)
    html = _ADDRESS.sub(r'<a \1 dir="ltr">\2</a>', html)
    html = _BDI.sub(r"<\1span", html)
    return _BLOCK.sub(rf'<\1 lang="{language.tag}" dir="{language.direction}"', html)


def _isolated(found: re.Match[str]) -> str:
    """A number: the span for sites that keep it, the link's own `dir` for those that do not."""
    href, dial, unlinked = found.groups()
    if unlinked:
        return f'<strong dir="ltr">{unlinked}</strong>'
    return f'<span dir="ltr"><a href="{href}" dir="ltr">{dial}</a></span>'


def _shift(found: re.Match[str], by: int) -> str:
    slash, level, anchor = found.groups()
    return f"<{slash}h{min(6, int(level) + by)}{anchor}>"


def _as_lists(found: re.Match[str]) -> str:
    """A table row by row: where its tags are dropped its cells would run together."""
    heads, *rows = (_CELL.findall(row) for row in _ROW.findall(found[0]))
    lists = []
    for row in rows:
        pairs = zip(heads, row, strict=True)
        items = "\n".join(
            f"<dt><strong>{head}</strong></dt>\n<dd>{cell}</dd>" for head, cell in pairs if cell
        )
        lists.append(f'<dl class="{PREFIX}row">\n{items}\n</dl>')
    return "\n".join(lists)


def mould_fragment(frame: Frame, view: EditionView | None, words: Words) -> Mould:
    """The fragments of all editions that say the same; without a text of one that is taken back.

    Open are `callout`, `body`, `help`, all in portable markup, and `mark`.
    """
    publication = frame.publication
    values = {
        "_": words,
        "language": words.language,
        "source": publication.source,
        "level": publication.heading_level,
        "edition": view,
        "callout": slot("callout"),
        "body": slot("body"),
        "help_html": slot("help"),
        "mark": slot("mark"),
    }
    return Mould(portable(render(frame.env, "web/fragment.html", values), words.language))


def mould_fragment_callout(
    frame: Frame, words: Words, help_: HelpView, opened: Collection[str]
) -> Mould:
    """The head of the fragments of a place.

    `opened`: which of `alert`, in portable markup, and `mark` it has; open places as they are.
    """
    named = {name: slot(name) if name in opened else "" for name in ("alert", "mark")}
    values = {"_": words, "help": help_} | named
    html = render(frame.env, "web/fragment_callout.html", values)
    return Mould(portable(html, words.language).rstrip("\n"))


def mould_fragment_help(frame: Frame, words: Words, help_: HelpView) -> Mould:
    """The helplines of a place in portable markup; open are `slug` and `which`, as in `mould_help`."""
    address, language = frame.publication.address, words.language
    values = {
        "_": words,
        "language": language,
        "help": help_,
        "level": frame.publication.heading_level,
        "contact": contact_link(frame.publication),
        "chooser": address + chooser_path(language, slot("slug")) if address else "",
    }
    html = portable(render(frame.env, "web/fragment_help.html", values), language)
    return Mould(html.rstrip("\n"))


def scoped_style(tokens: str, style: str) -> str:
    """The fragment's style sheet: the tokens, bound to the fragment's own class, then its rules."""
    tokens = tokens.replace(":root", ".ketapub").replace(":lang(", ".ketapub:lang(")
    return f"{tokens}\n{style}"
