"""Turn an edition into the HTML that another site's editor keeps: WordPress's kses, Drupal's filter.

Both keep headings with their ids, paragraphs, lists, `<dl>`, links, `lang` and `dir`. Drupal drops
`<div>`, `<span>` and classes, so nothing that matters hangs on those: each block says its language
and direction itself, and a number's own link isolates it.
"""

from __future__ import annotations

import re
from functools import partial
from typing import Any

from ketapub.edition import PAGE, Listed
from ketapub.language import Language
from ketapub.localize import slot
from ketapub.page import Frame, chooser_path, contact_link
from ketapub.templates import Words, render
from ketapub.view import HelpView, Shown

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


def render_fragment(frame: Frame, shown: Shown, body: str, help_html: str) -> str:
    """The fragment of an edition; `body` and `help_html` in portable markup."""
    values = {"edition": shown.text, "mark": shown.edition.output(PAGE).mark}
    return _render(frame, shown.words, shown.help, values, body, help_html)


def render_help_fragment(frame: Frame, words: Words, help_: HelpView, help_html: str) -> str:
    """What takes the place of a withdrawn edition's fragment: a notice and today's helplines."""
    return _render(frame, words, help_, {"edition": None, "mark": ""}, "", help_html)


def _render(
    frame: Frame,
    words: Words,
    help_: HelpView,
    values: dict[str, Any],
    body: str,
    help_html: str,
) -> str:
    publication = frame.publication
    shared = {
        "_": words,
        "language": words.language,
        "source": publication.source,
        "level": publication.heading_level,
        "help": help_,
    }
    open_ = {"body": slot("body"), "help_html": slot("help")}
    html = portable(render(frame.env, "web/fragment.html", shared | open_ | values), words.language)
    return html.replace(slot("body"), body.strip()).replace(slot("help"), help_html)


def render_fragment_help(frame: Frame, words: Words, help_: HelpView) -> str:
    """The helplines of a place in portable markup, the article's name left open for `help_of`."""
    address, language = frame.publication.address, words.language
    values = {
        "_": words,
        "language": language,
        "help": help_,
        "level": frame.publication.heading_level,
        "contact": contact_link(frame.publication),
        "chooser": address + chooser_path(language, slot("slug")) if address else "",
    }
    return portable(render(frame.env, "web/fragment_help.html", values), language).rstrip("\n")


def scoped_style(tokens: str, style: str) -> str:
    """The fragment's style sheet: the tokens, bound to the fragment's own class, then its rules."""
    tokens = tokens.replace(":root", ".ketapub").replace(":lang(", ".ketapub:lang(")
    return f"{tokens}\n{style}"
