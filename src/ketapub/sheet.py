"""Turn an edition and a print format into the print task of its handout."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ketapub.article import Article
from ketapub.edition import Edition
from ketapub.fonts import families_css
from ketapub.handout import PrintTask
from ketapub.language import Language, language_name, parse_language
from ketapub.page import Frame
from ketapub.templates import Words, render
from ketapub.view import LICENCE, HelpView, for_staff, view_edition, view_help

SIZES = (12.0, 11.5, 11.0, 10.5, 10.0, 9.5)
"""Body sizes in points, the largest that fits two sheets is taken."""


@dataclass(frozen=True, slots=True)
class Staff:
    """What the person who hands out the sheet reads at its top edge, in the working language."""

    tag: str
    direction: str
    language_name: str
    """Name of the sheet's language; empty when it is the working language itself."""
    title: str
    title_tag: str
    title_direction: str
    place: str


def working_language(edition: Edition) -> Language:
    """The language that staff of the region work in."""
    return parse_language(edition.chain[0].working_languages[0])


def print_task(
    frame: Frame,
    edition: Edition,
    article: Article,
    format_: str,
    words: Words,
    staff_words: Words,
    staff_title: tuple[str, str],
    styles: str,
    fontconfig: str,
) -> PrintTask:
    """A self-contained task: no path, no address, nothing to fetch.

    `staff_words` and `staff_title` (text, its language tag) are in the region's working language;
    `styles` holds tokens and the format's style sheet.
    """
    from markupsafe import Markup

    help_ = view_help(edition.print_help, edition.chain, words)
    staff_help = view_help(edition.print_help, edition.chain, staff_words)
    output = edition.output(format_)
    view = view_edition(edition, article, help_.call)
    html = render(
        frame.env,
        f"print/{format_}.html",
        {
            "_": words,
            "plain": words.text,
            "language": words.language,
            "working_direction": staff_words.language.direction,
            "edition": view,
            "help": help_,
            "publisher": frame.publication.publisher,
            "contact": frame.publication.contact,
            "licence": LICENCE,
            "mark_html": Markup('<bdi dir="ltr">{}</bdi>').format(output.mark),
            "staff": _staff(words, staff_words, staff_title, staff_help),
            "notices_in": tuple(
                (each, for_staff(view, edition, article, each.language.tag))
                for each in _both(words, staff_words)
            ),
            "qr": _qr(frame, edition, words),
        },
    )
    used = tuple(_languages(edition, words, staff_words, staff_title[1]))
    return PrintTask(
        html=html,
        css=styles + families_css((lang.tag, lang.script) for lang in used),
        direction=words.language.direction,
        paper=edition.chain[0].paper,
        fontconfig=fontconfig,
        name=output.path,
        sizes=SIZES,
    )


def sheet_languages(edition: Edition, source: Language) -> tuple[Language, ...]:
    """Every language that may stand on a sheet of this edition: what fonts it needs."""
    names = (parse_language(line.helpline.names[0][0]) for line in edition.print_help.lines)
    own = (parse_language(tag) for region in edition.chain for tag, _ in region.names)
    found = (edition.language, working_language(edition), source, *names, *own)
    return tuple(dict.fromkeys(found))


def _languages(
    edition: Edition, words: Words, staff_words: Words, title_tag: str
) -> Iterable[Language]:
    found = (
        *sheet_languages(edition, words.source),
        staff_words.language,
        parse_language(title_tag),
    )
    return dict.fromkeys(found)


def _staff(words: Words, staff_words: Words, title: tuple[str, str], help_: HelpView) -> Staff:
    tag = staff_words.language.tag
    same = tag == words.language.tag
    return Staff(
        tag=tag,
        direction=staff_words.language.direction,
        language_name="" if same else language_name(words.language.tag, tag),
        title=title[0],
        title_tag=title[1],
        title_direction=parse_language(title[1]).direction,
        place=help_.place_text,
    )


def _both(words: Words, staff_words: Words) -> tuple[Words, ...]:
    """The languages of the band: the reader's, and the working language where it is another."""
    if words.language == staff_words.language:
        return (words,)
    return (words, staff_words)


def _qr(frame: Frame, edition: Edition, words: Words) -> Any:
    """An inline SVG of the short address, or None while there is no real base address."""
    from markupsafe import Markup

    if not frame.publication.address:
        return None
    import segno

    address = frame.publication.address + f"s/{edition.short_id}/"
    code = segno.make(address, error="m", micro=False)
    title = words.text("Read on your phone")
    svg = code.svg_inline(border=4, title=title, omitsize=True)
    return Markup(svg)  # noqa: S704  drawn by segno from our own address
