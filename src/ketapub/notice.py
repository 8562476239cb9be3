"""Turn versions and recalls into the pages, texts and sheets that say what to throw away."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from typing import Any

from ketapub.edition import Listed
from ketapub.fonts import families_css
from ketapub.handout import PrintTask
from ketapub.language import (
    Language,
    format_date,
    format_month,
    language_name,
    parse_language,
    territory_name,
)
from ketapub.line_breaks import set_lines
from ketapub.mould import Mould, slot
from ketapub.page import Frame, Link, has_page, is_hidden, shared_values
from ketapub.plan import Plan
from ketapub.previous import Version
from ketapub.project import Project
from ketapub.recall import Recall, find_recalls
from ketapub.region import Region, display_name
from ketapub.templates import Wording, Words, render
from ketapub.versions import Dead, build_versions, find_dead

SIZES = (11.5, 11.0, 10.5, 10.0, 9.5, 9.0, 8.5, 8.0, 7.5, 7.0)
"""Body sizes in points, the largest that keeps a notice on one page."""
A_PAGE = 250
"""Version marks that a page holds beside the text. More than these only come together in years."""
_ISOLATE = "\N{LEFT-TO-RIGHT ISOLATE}{}\N{POP DIRECTIONAL ISOLATE}"


@dataclass(frozen=True, slots=True)
class Row:
    """The versions of one text in one language, as a notice lists them."""

    title: str
    title_tag: str
    tag: str
    own_name: str
    """The language in itself; empty where it is the notice's own."""
    name: str
    """The language in that of the notice."""
    month: str
    marks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """One notice in one language."""

    words: Words
    place: str
    dead: tuple[Dead, ...]
    """The dead numbers as isolated plain text; none where the text is wrong."""
    reasons: tuple[Any, ...]
    since: str
    address: str
    """Where new sheets are; empty while there is no real address."""
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What `v/<mark>/` says in one language."""

    words: Words
    place: str
    month: str
    state: str
    has_newer: bool
    dead: tuple[Dead, ...]
    wrong_text: bool
    href: str
    link: str


@dataclass(frozen=True, slots=True)
class Desk:
    """What all notices of one publication need."""

    frame: Frame
    plan: Plan
    words: Wording
    source: Language
    published: frozenset[tuple[str, str, str, str]]
    """(article, region, language, output) of all that stands today."""

    def staff(self, region: str) -> tuple[Words, ...]:
        """The words that staff of a region work in; of the source where none of theirs is known."""
        known = self.plan.regions.regions.get(region)
        tags = known.working_languages if known else ()
        found = [self.words(parse_language(tag)) for tag in tags if tag in self.plan.texts]
        return tuple(found) or (self.words(self.source),)

    def place(self, region: str, tag: str) -> str:
        """A region's name as plain text: `Québec, Canada`."""
        country = region.partition("-")[0]
        chain: tuple[Region, ...] = tuple(
            self.plan.regions.regions[code]
            for code in dict.fromkeys((region, country))
            if code in self.plan.regions.regions
        )
        if not chain or chain[0].code != region:
            return territory_name(country, tag)
        return ", ".join(name for name, _ in display_name(chain, tag))


@dataclass(frozen=True, slots=True)
class Record:
    """What became of all that was ever published, as of one day."""

    desk: Desk
    versions: Mapping[str, Version]
    recalls: tuple[Recall, ...]
    today: date
    languages: tuple[Language, ...]
    """In which something stands, the source first."""
    hidden: frozenset[Language]
    """Those that search engines are asked to leave out."""
    tongues: Mapping[str, tuple[Language, ...]]
    """The languages in which something stands, by region."""


def make_record(
    project: Project,
    plan: Plan,
    frame: Frame,
    words: Wording,
    old: Mapping[str, Version],
    today: date,
) -> Record:
    """The record that a plan leaves; `old`: the versions of the previous publication."""
    every: tuple[Listed, ...] = (*plan.editions, *plan.refused)
    published = frozenset(
        (each.address.slug, each.address.region, each.address.language.tag, output.name)
        for each in every
        for output in each.outputs
        if output.published
    )
    tongues: dict[str, dict[Language, None]] = {}
    seen: dict[Language, bool] = {}
    for each in filter(has_page, every):
        where = each.address
        tongues.setdefault(where.region, {})[where.language] = None
        is_seen = not is_hidden(each, frame.publication)
        seen[where.language] = seen.get(where.language, False) or is_seen
    source = frame.publication.source
    versions = build_versions(project, plan, old, today)
    return Record(
        Desk(frame, plan, words, source, published),
        versions,
        find_recalls(versions, plan, today),
        today,
        tuple(dict.fromkeys((source, *seen))),
        frozenset(language for language, is_seen in seen.items() if not is_seen),
        {region: tuple(languages) for region, languages in tongues.items()},
    )


def isolated(text: str) -> Any:
    """A number, mark or address as it stands in a text of any direction."""
    from markupsafe import Markup

    return Markup('<bdi dir="ltr">{}</bdi>').format(text)


def _shown(found: Sequence[Dead]) -> tuple[Dead, ...]:
    return tuple(
        replace(each, number=isolated(each.number), now=isolated(each.now) if each.now else "")
        for each in found
    )


def view_recall(desk: Desk, recall: Recall, versions: Mapping[str, Version]) -> tuple[Block, ...]:
    """A recall in each language that staff of its region work in."""
    from markupsafe import Markup

    blocks = []
    for words in desk.staff(recall.region):
        tag = words.language.tag
        reasons: Iterable[Any] = recall.reasons
        if tag != desk.source.tag:
            span = Markup('<span lang="{}" dir="{}">{}</span>')
            reasons = (span.format(desk.source.tag, desk.source.direction, r) for r in reasons)
        blocks.append(
            Block(
                words,
                desk.place(recall.region, tag),
                _shown(recall.dead),
                tuple(reasons),
                format_date(date.fromisoformat(recall.since), tag, recall.region.partition("-")[0]),
                desk.frame.publication.address,
                tuple(_rows(recall, versions, tag)),
            )
        )
    return tuple(blocks)


def _rows(recall: Recall, versions: Mapping[str, Version], tag: str) -> Iterable[Row]:
    def text_of(mark: str) -> tuple[str, ...]:
        found = versions[mark]
        return (found.article, found.locale, found.text_of, found.title, found.title_locale)

    country = recall.region.partition("-")[0]
    marks = sorted(recall.marks, key=lambda mark: (*text_of(mark), mark))
    for (_, locale, month, title, title_tag), group in groupby(marks, key=text_of):
        language = parse_language(locale)
        yield Row(
            title,
            title_tag or locale,
            locale,
            "" if locale == tag else language.own_name,
            language_name(locale, tag),
            format_month(month, tag, country) if month else "",
            tuple(group),
        )


def render_recall(desk: Desk, blocks: Sequence[Block], href: str, pdf: bool) -> str:
    """`recalls/<id>/index.html`; `href`: where the current sheets are, below the web root."""
    values = shared_values(desk.frame, blocks[0].words, "../../")
    more = {"blocks": blocks, "href": href, "pdf": pdf, "noindex": True}
    return render(desk.frame.env, "site/recall.html", values | more)


def write_recall(desk: Desk, blocks: Sequence[Block]) -> str:
    """`recalls/<id>/notice.txt`: the notice as a message to send."""
    return "\n\n".join("\n".join(_lines(block)) for block in blocks) + "\n"


def _lines(block: Block) -> Iterable[str]:
    text = block.words.text
    isolate = _ISOLATE if block.words.language.direction == "rtl" else "{}"

    def plain(value: Any) -> str:
        return isolate.format(value.striptags())

    yield f"{text('Throw these sheets away')}: {block.place}"
    yield ""
    if block.dead:
        yield text(
            "A number on these sheets is out of use. Whoever calls it may reach nobody, or a "
            "stranger."
        )
        for dead in block.dead:
            yield text("Do not call this number: {number}").format(number=plain(dead.number))
            if dead.now:
                yield text("Call this number instead: {number}").format(number=plain(dead.now))
            else:
                yield text("We know of no new number in its place.")
    else:
        yield text("The text of these sheets is wrong.")
    yield ""
    steps = (
        "Look for these version marks. A sheet’s mark stands at its foot.",
        "Throw away every sheet that has one of them, wherever it lies or hangs.",
        "Print new sheets.",
        "If you can, tell the people who took one.",
    )
    address = f" {isolate.format(block.address)}" if block.address else ""
    for number, step in enumerate(steps, start=1):
        yield f"{number}. {text(step)}{address if step == 'Print new sheets.' else ''}"
    yield ""
    for row in block.rows:
        names = " / ".join(filter(None, (row.own_name, row.name)))
        month = text("Text of {month}").format(month=row.month) if row.month else ""
        yield " - ".join(filter(None, (row.title, names, month)))
        yield f"  {isolate.format(' '.join(row.marks))}"
    yield ""
    for reason in block.reasons:
        shown = reason.striptags() if hasattr(reason, "striptags") else reason
        yield text("Reason: {reason}").format(reason=shown)
    yield text("Out of use since {date}.").format(date=block.since)


def recall_languages(desk: Desk, blocks: Sequence[Block]) -> tuple[Language, ...]:
    """Every language that stands on the sheet of a notice: what fonts it needs."""
    tags = [block.words.language.tag for block in blocks] + [desk.source.tag]
    tags += [tag for row in blocks[0].rows for tag in (row.title_tag, row.tag)]
    return tuple(map(parse_language, dict.fromkeys(tags)))


def recall_task(desk: Desk, recall: Recall, blocks: Sequence[Block], styles: str) -> PrintTask:
    """The print task of `recalls/<id>/notice.pdf`: one page."""
    words = blocks[0].words
    values = shared_values(desk.frame, words, "") | {"blocks": blocks}
    used = ((lang.tag, lang.script) for lang in recall_languages(desk, blocks))
    region = desk.plan.regions.regions.get(recall.region)
    return PrintTask(
        html=set_lines(render(desk.frame.env, "site/notice.html", values)),
        css=styles + families_css(used),
        direction=words.language.direction,
        paper=region.paper if region else "a4",
        name=f"{recall.folder}/notice.pdf",
        max_sheets=1 + len(recall.marks) // A_PAGE,
        sizes=SIZES,
    )


class Verdicts:
    """Makes `v/<mark>/`: is this sheet still good? For its reader, and for staff of its region.

    Marks of which the same is to be said share what is rendered. `stands`: whether a path below the web
    root is published.
    """

    def __init__(self, desk: Desk, today: date, stands: Callable[[str], bool]) -> None:
        self.desk = desk
        self.today = today
        self.stands = stands
        self._made: dict[tuple[Any, ...], Mould] = {}

    def page(self, mark: str, version: Version) -> str:
        """The page of one mark."""
        from markupsafe import escape

        is_bad = version.state == "bad"
        dead = find_dead(version, self.desk.plan, self.today) if is_bad else ()
        text = (version.article, version.region, version.locale, version.output)
        place = version.page.rsplit("/", 2)[0] + "/index.html"
        targets = (version.page, place, "index.html")
        href = next((path for path in targets if self.stands(path)), "index.html")
        titled = href == version.page and bool(version.title)
        onward = "title" if titled else "choose" if href == "index.html" else "place"
        said = (version.locale, version.region, version.text_of, version.state, dead)
        facts = (version.text_withdrawn, text in self.desk.published, onward)
        title_tag = (version.title_locale or version.locale) if version.title else ""
        key = (*said, *facts, title_tag)
        if key not in self._made:
            self._made[key] = self._mould(*key)
        values = {"mark": mark, "title": str(escape(version.title)), "href": href}
        return self._made[key].fill(values)

    def _mould(
        self,
        locale: str,
        region: str,
        text_of: str,
        state: str,
        dead: Sequence[Dead],
        wrong_text: bool,
        has_newer: bool,
        onward: str,
        title_tag: str,
    ) -> Mould:
        """Open are `mark`, `title` and `href`."""
        desk = self.desk
        reader = desk.words(parse_language(locale))
        every = {w.language.tag: w for w in (reader, desk.staff(region)[0])}
        blocks = [
            Verdict(
                words,
                desk.place(region, tag),
                format_month(text_of, tag) if text_of else "",
                state,
                has_newer,
                _shown(dead),
                wrong_text,
                slot("href"),
                self._onward(onward, region, words),
            )
            for tag, words in every.items()
        ]
        values = shared_values(desk.frame, blocks[0].words, "../../") | {
            "mark": slot("mark"),
            "mark_html": isolated(slot("mark")),
            "title": slot("title") if title_tag else "",
            "title_tag": title_tag,
            "blocks": blocks,
            "noindex": True,
        }
        return Mould(render(desk.frame.env, "site/version.html", values))

    def _onward(self, onward: str, region: str, words: Words) -> str:
        """What the way on is called: the article, else the place, else the publication."""
        if onward == "title":
            return slot("title")
        if onward == "choose":
            return words.text("Choose your country")
        name = self.desk.place(region, words.language.tag)
        return words.text("Get help: {place}").format(place=name)


def render_versions(desk: Desk, marks: Iterable[str], languages: Iterable[Language]) -> str:
    """`v/index.html`: every mark, to be found without a program."""
    groups = [(letter, tuple(found)) for letter, found in groupby(sorted(marks), lambda m: m[0])]
    asked = [desk.words(language) for language in languages]
    values = shared_values(desk.frame, desk.words(desk.source), "../")
    more = {"groups": groups, "asked": asked, "noindex": True}
    return render(desk.frame.env, "site/versions.html", values | more)


def recall_links(desk: Desk, recalls: Iterable[Recall], region: str, words: Words) -> list[Link]:
    """The notices of one place, each called by its date, for its index."""
    country = region.partition("-")[0]
    return [
        Link(
            f"../../{recall.folder}/index.html",
            format_date(date.fromisoformat(recall.since), words.language.tag, country),
        )
        for recall in recalls
        if recall.region in (region, country)
    ]
