"""Turn an edition into the values that its page and its sheets show: the same words for both."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from ketapub.article import Article
from ketapub.edition import Edition
from ketapub.helpline import Channel, Helpline, is_read_as
from ketapub.language import (
    format_date,
    format_month,
    parse_language,
)
from ketapub.localize import assemble
from ketapub.mould import slot
from ketapub.region import (
    EMERGENCY_LABEL_WORDS,
    Help,
    Line,
    Region,
    channel_hours_text,
    cost_text,
    display_name,
    hours_text,
    kind_text,
    languages_text,
)
from ketapub.review_state import ReviewState
from ketapub.templates import Words

LICENCE = "CC BY 4.0"
LICENCE_ADDRESS = "https://creativecommons.org/licenses/by/4.0/"


@dataclass(frozen=True, slots=True)
class ChannelView:
    """One number or address as a template prints it."""

    kind: str
    dial: str
    href: str
    keyword: str = ""
    label: str = ""
    keyword_html: Any = ""
    link: Any = ""
    hours: str = ""
    """When it is open, where it keeps hours of its own."""


@dataclass(frozen=True, slots=True)
class LineView:
    """One helpline, every fact already in the reader's language."""

    kind: str
    name: str
    name_lang: str
    """Language of the name when it is not the reader's, else empty."""
    name_dir: str
    channels: tuple[ChannelView, ...]
    facts: tuple[str, ...]
    brief: tuple[str, ...]
    """The facts for which paper has room: hours, languages, cost."""
    url: str
    url_text: str


@dataclass(frozen=True, slots=True)
class HelpView:
    """The help block of one region in one language."""

    region: str
    place: Any
    """The region's name as HTML, each part in its own language."""
    place_text: str
    call: ChannelView
    also: tuple[ChannelView, ...]
    lines: tuple[LineView, ...]
    silent: tuple[LineView, ...]
    """To text or chat with; on a page they stand in `lines`, too."""
    directory: str
    """Where to look when there is no line to print, as an address; else empty."""
    directory_text: str
    as_of: str
    """Month of the oldest source, in words; empty when a line has no date."""
    undated: bool
    checked: str

    @property
    def lead(self) -> tuple[LineView | None, ChannelView]:
        """The first line that one can call and its number; without one, the emergency number."""
        calls = ((line, way) for line in self.lines for way in line.channels if way.kind == "voice")
        return next(calls, (None, self.call))


@dataclass(frozen=True, slots=True)
class Section:
    """A heading of the body, for the list of contents."""

    id: str
    title: str


@dataclass(frozen=True, slots=True)
class BlockView:
    """One block of a body."""

    html: Any
    tag: str
    """`h2`, `p`, `ul` ..."""
    critical: bool


@dataclass(frozen=True, slots=True)
class EditionView:
    """The text of an edition, ready to print."""

    title: str
    title_html: Any
    summary: Any
    alert: Any
    body: Any
    key: Any
    """Of the body, the key messages alone."""
    sections: tuple[Section, ...]
    updated: str
    updated_month: str
    byline: Any
    sources: tuple[tuple[str, str], ...]
    """(title, address) of each."""
    credit: Any
    """Names are isolated: they keep their own direction in any text."""
    reviewed_by: Any
    reviewed_on: str
    unreviewed: bool
    """Whether it is a translation that lacks a review which the publication asks for."""
    draft: bool
    """Whether a machine's draft that nobody has reviewed stands in it."""
    unchecked: tuple[str, ...]
    """The roles whose review it lacks, where another one is done or no machine was at work."""
    partial: bool


class Facts(NamedTuple):
    """What an edition says about its text, in the reader's language: equal for most regions."""

    updated: str
    updated_month: str
    reviewed_by: tuple[str, ...]
    """The clinicians who checked the source text."""
    reviewed_on: str
    review: ReviewState


def number_html(dial: str, href: str) -> str:
    """A number as it stands everywhere: isolated, left to right, one text node in one link."""
    return f'<bdi dir="ltr"><a href="{href}">{dial}</a></bdi>'


def place_html(chain: tuple[Region, ...], tag: str) -> Any:
    """A region's name as HTML, each part in its own language."""
    from markupsafe import Markup, escape

    return Markup(", ").join(
        escape(text)
        if name_tag == tag
        else Markup('<span lang="{}" dir="{}">{}</span>').format(
            name_tag, parse_language(name_tag).direction, text
        )
        for text, name_tag in display_name(chain, tag)
    )


def view_help(help_: Help, chain: tuple[Region, ...], words: Words) -> HelpView:
    """The help block's values, for the language of `words`."""
    tag = words.language.tag
    names = display_name(chain, tag)
    territory = chain[0].country
    return HelpView(
        region=help_.region,
        place=place_html(chain, tag),
        place_text=", ".join(text for text, _ in names),
        call=ChannelView("voice", help_.emergency.call, help_.emergency.uri),
        also=tuple(
            ChannelView(
                "voice",
                also.dial,
                also.uri,
                label=words.helpline(EMERGENCY_LABEL_WORDS[also.label]) if also.label else "",
            )
            for also in help_.emergency.also
        ),
        lines=tuple(_view_line(line, chain[0], words) for line in help_.lines),
        silent=tuple(_view_line(line, chain[0], words) for line in help_.silent),
        directory=help_.directory,
        directory_text=_site(help_.directory),
        as_of=format_month(help_.as_of, tag, territory)
        if help_.as_of and not help_.is_undated
        else "",
        undated=help_.is_undated,
        checked=format_month(help_.checked, tag, territory) if help_.checked else "",
    )


def _view_line(line: Line, region: Region, words: Words) -> LineView:
    helpline = line.helpline
    tag = words.language.tag
    name, name_tag = helpline.name(tag)
    name_language = parse_language(name_tag)
    foreign = name_tag != tag
    facts = _facts(helpline, region, words)
    return LineView(
        kind=kind_text(helpline, words.helpline),
        name=name,
        name_lang=name_tag if foreign else "",
        name_dir=name_language.direction if foreign else "",
        channels=tuple(
            replace(
                _view_channel(way),
                hours=channel_hours_text(way, helpline, tag, region.country, words.helpline),
            )
            for way in line.channels
        ),
        facts=tuple(filter(None, facts)),
        brief=tuple(filter(None, facts[1:5])),
        url=helpline.url,
        url_text=_site(helpline.url),
    )


def _site(url: str) -> str:
    """What people read of an address."""
    return urlsplit(url).netloc.removeprefix("www.")


def _view_channel(channel: Channel) -> ChannelView:
    from markupsafe import Markup

    address = channel.url.removeprefix("https://").removeprefix("www.").rstrip("/")
    link = Markup('<a href="{}" rel="noreferrer"><bdi dir="ltr">{}</bdi></a>')
    return ChannelView(
        channel.kind,
        channel.dial,
        channel.uri,
        keyword=channel.keyword,
        keyword_html=Markup('<bdi dir="ltr">{}</bdi>').format(channel.keyword),
        link=link.format(channel.url, address) if channel.url else "",
    )


def _facts(helpline: Helpline, region: Region, words: Words) -> tuple[str, ...]:
    """What stands below the number, most needed first, unknown facts empty; paper has all but the ends."""
    tag, territory = words.language.tag, region.country
    working = region.working_languages
    local = next((each for each in working if is_read_as(each, tag)), working[0])
    return (
        words.optional(helpline.what),
        hours_text(helpline, tag, territory, words.helpline),
        words.optional(helpline.hours_note),
        languages_text(helpline, tag, words.helpline, local, region.code),
        cost_text(helpline, tag, territory, words.helpline),
        words.optional(helpline.cost_note),
        words.optional(helpline.note),
    )


def find_facts(edition: Edition, article: Article) -> Facts:
    """What page and sheets say about the text of an edition."""
    tag, territory = edition.language.tag, edition.chain[0].country
    day = article.front.updated
    names, checked = clinicians(edition, article)
    return Facts(
        format_date(day, tag, territory),
        format_month(day, tag, territory),
        names,
        format_date(checked, tag, territory) if checked else "",
        edition.review,
    )


def view_edition(
    edition: Edition, article: Article, call: ChannelView | None = None
) -> EditionView:
    """The text's values; `call` is the emergency number that fills `{emergency}`, None keeps it open.

    An open one is equal for all regions that read the same passages and of which the `Facts` are equal.
    """
    from markupsafe import Markup

    values = {"emergency": number_html(call.dial, call.href) if call else slot("emergency")}
    local = edition.text

    def html(pieces: Any) -> Any:
        return Markup(assemble(pieces, edition.codes, values))  # noqa: S704  rendered from tokens

    front = article.front
    facts = find_facts(edition, article)
    review = edition.review
    body = html(local.body)
    return EditionView(
        title=local.title,
        title_html=html(local.head["title"]),
        summary=html(local.head["summary"]),
        alert=html(local.head.get("alert", ())),
        body=body,
        key=html(local.key),
        sections=_sections(str(body)),
        updated=facts.updated,
        updated_month=facts.updated_month,
        byline=isolate(front.byline),
        sources=tuple((each["title"], each["url"]) for each in front.sources),
        credit=isolate(front.credit),
        reviewed_by=isolate(", ".join(facts.reviewed_by)),
        reviewed_on=facts.reviewed_on,
        unreviewed=bool(review.open) and not review.source,
        draft=review.draft,
        unchecked=review.open if review.done or not review.draft else (),
        partial=bool(local.missing),
    )


def fill(view: EditionView, number: str) -> EditionView:
    """An open text with an emergency number, as HTML."""
    hole = slot("emergency")

    def closed(html: Any) -> Any:
        return type(html)(str(html).replace(hole, number))

    return replace(
        view,
        alert=closed(view.alert),
        body=closed(view.body),
        key=closed(view.key),
        sections=tuple(Section(s.id, closed(s.title)) for s in view.sections),
    )


def clinicians(edition: Edition, article: Article) -> tuple[tuple[str, ...], date | None]:
    """Who has checked the source text, and when: by the ledger, else by what the editors state.

    A statement older than the text says nothing about it.
    """
    front = article.front
    if edition.clinician:
        return edition.clinician.names, edition.clinician.day
    if front.reviewed_by and front.reviewed_on and front.reviewed_on >= front.updated:
        return (front.reviewed_by,), front.reviewed_on
    return (), None


def for_staff(view: EditionView, edition: Edition, article: Article, tag: str) -> EditionView:
    """The same text as told of in another language: in a notice, dates are written as there."""
    _, checked = clinicians(edition, article)
    territory = edition.chain[0].country
    return replace(view, reviewed_on=format_date(checked, tag, territory) if checked else "")


def split_blocks(body: Any, *, named: bool = True) -> tuple[BlockView, ...]:
    """The blocks of a body, one by one; those of two translations pair up (law 2).

    A second text on the same sheet is not `named`: its headings are no places that links lead to.
    """
    from lxml import html
    from markupsafe import Markup

    blocks = html.fragments_fromstring(str(body))
    for block in blocks if not named else ():
        for heading in block.iter("h2", "h3", "h4", "h5", "h6"):
            heading.attrib.pop("id", None)
    return tuple(
        BlockView(
            Markup(html.tostring(block, encoding="unicode", with_tail=False)),  # noqa: S704  ours
            str(block.tag),
            block.get("class") == "critical",
        )
        for block in blocks
    )


def part_critical(body: Any) -> tuple[Any, Any]:
    """(the critical passages of a body, all others): for sheets that show them in two places.

    A heading goes with the passage below it where that is all that it heads.
    """
    from markupsafe import Markup

    blocks = split_blocks(body)
    kinds = ["heading" if b.tag.startswith("h") else b.critical for b in blocks]
    apart = list(kinds)
    for at in reversed(range(len(blocks))):
        if kinds[at] == "heading":
            end = next((n for n in range(at + 1, len(kinds)) if kinds[n] == "heading"), len(kinds))
            apart[at] = end > at + 1 and all(kind is True for kind in kinds[at + 1 : end])
    pieces = list(zip(blocks, apart, strict=True))
    return (
        Markup().join(block.html for block, is_apart in pieces if is_apart),
        Markup().join(block.html for block, is_apart in pieces if not is_apart),
    )


def isolate(name: str) -> Any:
    """A name in its own direction, that of its first letter (UAX #9, P2); empty stays empty."""
    from markupsafe import Markup

    kinds = (unicodedata.bidirectional(character) for character in name)
    first = next((kind for kind in kinds if kind in {"L", "R", "AL"}), "L")
    direction = "ltr" if first == "L" else "rtl"
    return Markup('<bdi dir="{}">{}</bdi>').format(direction, name) if name else ""


def _sections(body: str) -> tuple[Section, ...]:
    from markupsafe import Markup

    found = re.findall(r'<h2 id="([^"]+)">(.*?)</h2>', body, re.DOTALL)
    return tuple(Section(anchor, Markup(text)) for anchor, text in found)  # noqa: S704  as above
