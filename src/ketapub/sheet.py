"""Turn an edition and a format into the print task of its handout."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from ketapub.article import Article
from ketapub.edition import Edition, working_language
from ketapub.fonts import families_css, family_for, stack_for
from ketapub.handout import PrintTask
from ketapub.language import Language, language_name, parse_language
from ketapub.line_breaks import set_lines
from ketapub.page import Frame
from ketapub.print_format import PrintFormat
from ketapub.templates import Words, render
from ketapub.view import (
    LICENCE,
    EditionView,
    HelpView,
    for_staff,
    isolate,
    part_critical,
    split_blocks,
    view_edition,
    view_help,
)

QR_QUIET = 4
"""Modules of white around a code (ISO/IEC 18004)."""


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
    source_name: str
    """Name of the source language; empty when the sheet is in it."""
    source_address: str
    """Short address of the same text in the source language; empty while there is none."""


@dataclass(frozen=True, slots=True)
class Working:
    """The region's working language: its fixed words, and the title as staff know it."""

    words: Words
    title: str
    title_tag: str
    """The language that the title is really in."""


@dataclass(frozen=True, slots=True)
class Job:
    """How the sheets of one format are printed here."""

    format: PrintFormat
    styles: str
    """Tokens, the style sheet of all sheets, and the format's own."""
    paper: str
    """`a4` or `letter`; empty for what the region's offices have."""


def print_task(
    frame: Frame, edition: Edition, article: Article, words: Words, working: Working, job: Job
) -> PrintTask:
    """A self-contained task: no path, no address, nothing to fetch."""
    used = tuple(_languages(edition, words, working))
    format_ = job.format
    paper = job.paper or edition.chain[0].paper
    smallest = family_for(words.language.tag, words.language.script).least
    if format_.text != "both":  # what no sheet shows must not make it another one
        edition = replace(edition, partner=None)
    values = _values(frame, edition, article, words, working) | {
        "format": format_.name,
        "mark_html": isolate(edition.output(format_.name).mark),
        "on": paper,
    }
    return PrintTask(
        html=set_lines(render(frame.env, f"print/{format_.template}.html", values)),
        css=job.styles + families_css((lang.tag, lang.script) for lang in used),
        direction=words.language.direction,
        paper=format_.paper(paper),
        name=edition.output(format_.name).path,
        title=language_name(words.language.tag, "en"),
        max_sheets=format_.sides,
        sizes=tuple(size for size in format_.sizes if size >= smallest) or (smallest,),
        duplex=format_.duplex,
        scaling=format_.scaling,
        stock=format_.stock,
    )


def _values(
    frame: Frame, edition: Edition, article: Article, words: Words, working: Working
) -> dict[str, object]:
    """What every print template may show."""
    from markupsafe import Markup

    help_ = view_help(edition.print_help, edition.chain, words)
    staff_help = view_help(edition.print_help, edition.chain, working.words)
    view = view_edition(edition, article, help_.call)
    partner = view
    if edition.partner:
        partner = view_edition(replace(edition, article=edition.partner), article, help_.call)
    same = words.language == working.words.language
    told_in = (words,) if same else (words, working.words)
    return {
        "_": words,
        "plain": words.text,
        "language": words.language,
        "working": working.words,
        "edition": view,
        "partner": partner,
        "pairs": _pair(view, partner),
        "part_critical": part_critical,
        "help": help_,
        "partner_help": staff_help,
        "publisher": frame.publication.publisher,
        "contact": frame.publication.contact,
        "licence": LICENCE,
        "stack_of": lambda language: Markup(stack_for(language.tag, language.script)),  # noqa: S704
        "staff": _staff(frame, edition, words, working, staff_help),
        "notices_in": tuple(
            (each, for_staff(view, edition, article, each.language.tag)) for each in told_in
        ),
        "qr": _page_code(frame, edition, words),
        "tel_code": tel_code,
    }


def _pair(view: EditionView, partner: EditionView) -> tuple[tuple[Any, Any], ...]:
    """Each block and its counterpart; a heading goes with the block that it heads."""
    from markupsafe import Markup

    other = split_blocks(partner.body, named=False)
    pairs: list[tuple[Any, Any]] = []
    heads = (Markup(), Markup())
    for one, two in zip(split_blocks(view.body), other, strict=True):
        both = heads[0] + one.html, heads[1] + two.html
        if one.tag.startswith("h"):
            heads = both
        else:
            pairs.append(both)
            heads = (Markup(), Markup())
    return (*pairs, heads) if heads[0] else tuple(pairs)


def sheet_languages(edition: Edition, source: Language) -> tuple[Language, ...]:
    """Every language that may stand on a sheet of this edition: what fonts it needs."""
    names = (parse_language(line.helpline.names[0][0]) for line in edition.print_help.all_lines)
    own = (parse_language(tag) for region in edition.chain for tag, _ in region.names)
    found = (edition.language, working_language(edition), source, *names, *own)
    return tuple(dict.fromkeys(found))


def _languages(edition: Edition, words: Words, working: Working) -> Iterable[Language]:
    found = (
        *sheet_languages(edition, words.source),
        working.words.language,
        parse_language(working.title_tag),
    )
    return dict.fromkeys(found)


def _staff(
    frame: Frame, edition: Edition, words: Words, working: Working, help_: HelpView
) -> Staff:
    language = working.words.language
    tag = language.tag
    address = frame.publication.address
    is_source = words.language == words.source
    source = replace(edition.address, language=words.source)
    has_source = any(
        code == edition.region and words.source in languages
        for code, languages in frame.publication.editions
    )
    return Staff(
        tag=tag,
        direction=language.direction,
        language_name="" if words.language == language else language_name(words.language.tag, tag),
        title=working.title,
        title_tag=working.title_tag,
        title_direction=parse_language(working.title_tag).direction,
        place=help_.place_text,
        source_name="" if is_source else language_name(words.source.tag, tag),
        source_address=f"{address}s/{source.short_id}/"
        if address and has_source and not is_source
        else "",
    )


def _page_code(frame: Frame, edition: Edition, words: Words) -> Any:
    """A code of the page's short address, or None while there is no real base address."""
    if not frame.publication.address:
        return None
    address = frame.publication.address + f"s/{edition.short_id}/"
    return {"svg": _code(address, words.text("Read on your phone")), "address": address}


def tel_code(href: str, dial: str) -> Any:
    """A code of a telephone link (RFC 3966), its number as alternative text."""
    return _code(href, dial)


def _code(text: str, title: str) -> Any:
    """A QR code (ISO/IEC 18004, level M) as inline SVG, as large as its box."""
    import segno
    from markupsafe import Markup

    code = segno.make(text, error="m", micro=False)
    svg = code.svg_inline(border=QR_QUIET, title=title, omitsize=True)
    return Markup(svg)  # noqa: S704  drawn by segno from our own data
