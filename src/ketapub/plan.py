"""Turn a project into decided editions: who gets what, and why not, before anything is rendered."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, partial
from operator import is_
from typing import TypeVar

from ketapub.article import chosen_options
from ketapub.check import check_choices
from ketapub.decide import decide_all
from ketapub.edition import (
    PAGE,
    Address,
    Edition,
    Output,
    Texts,
    find_output,
    settle,
)
from ketapub.errors import KetapubError, Problem
from ketapub.helpline_report import due_warnings
from ketapub.language import Language, parse_language
from ketapub.memory import Memory
from ketapub.previous import OldEdition, Previous
from ketapub.project import (
    Project,
    region_codes,
)
from ketapub.region import SURFACES, Help, Region, Regions, choose, digits
from ketapub.templates import Words
from ketapub.told import Reviews, read_languages


@dataclass(frozen=True, slots=True)
class Selection:
    """Which outputs a build renders; empty means all. The plan always covers all."""

    locales: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    articles: tuple[str, ...] = ()
    formats: tuple[str, ...] = ()
    web: bool = True
    paper: bool = True

    def takes(self, edition: Edition, output: Output) -> bool:
        """Whether this output is to be rendered."""
        wanted = self.web if output.name == PAGE else self.paper
        named = output.name == PAGE or not self.formats or output.name in self.formats
        return (
            wanted
            and named
            and (not self.locales or edition.language.tag in self.locales)
            and (not self.regions or edition.region in self.regions)
            and (not self.articles or edition.article.slug in self.articles)
        )

    @property
    def all(self) -> bool:
        """Whether nothing is left out."""
        return self == Selection()


@dataclass(frozen=True, slots=True)
class Refused:
    """An edition that cannot be made: its region or its article is broken."""

    address: Address
    chain: tuple[Region, ...]
    """Its region and country; of a region that cannot be read only the name."""
    reasons: tuple[Problem, ...]
    page_help: Help | None = None
    """What its region prints; None where that cannot be known."""
    fragment_help: Help | None = None
    """What other sites take of it."""
    old: OldEdition | None = None
    """What the previous publication says of it."""
    outputs: tuple[Output, ...] = ()

    @property
    def title(self) -> str:
        """As it was; empty when it was never published."""
        return self.old.title if self.old else ""

    @property
    def title_tag(self) -> str:
        """The language that the title is really in."""
        return (self.old.title_locale if self.old else "") or self.address.language.tag

    @property
    def coverage(self) -> float:
        """Of what stands."""
        return self.old.coverage if self.old else 0.0

    @property
    def reviewed(self) -> bool:
        """Whether a person reviewed what stands."""
        return self.old.reviewed if self.old else False

    @property
    def helplines(self) -> tuple[str, ...]:
        """Ids, on what stands."""
        return self.old.helplines if self.old else ()

    @property
    def numbers(self) -> tuple[str, ...]:
        """On what stands."""
        return self.old.numbers if self.old else ()

    def output(self, name: str) -> Output:
        """The output of this name."""
        return find_output(self.outputs, name)


T = TypeVar("T", Edition, Refused)
_NONE: Mapping[Address, Problem] = {}


@dataclass(frozen=True, slots=True)
class Plan:
    """Every edition of the publication with the state of its outputs."""

    editions: tuple[Edition, ...]
    refused: tuple[Refused, ...]
    texts: Mapping[str, Texts]
    """By language tag."""
    reviews: Mapping[str, Reviews]
    """By language tag: what people have done about each current translation."""
    problems: tuple[Problem, ...]
    """Of all inputs."""
    numbers_today: Mapping[str, frozenset[str]]
    """Per region, the digits of every number that it prints today in any language."""
    regions: Regions

    def is_safe(self, region: str, numbers: Iterable[str]) -> bool:
        """Whether nothing speaks against these numbers on paper today.

        Where the region's numbers cannot be known only the deny-list speaks: that a file is broken
        says nothing against what was printed from it, and taking help away would be worse.
        """
        today = self.numbers_today.get(region)
        if today is None:
            return not any(self.regions.retired_as(region, number) for number in numbers)
        return {digits(number) for number in numbers} <= today

    def words(self, language: Language, source: Language) -> Words:
        """The fixed words of one language; of the source where that language has no catalogs."""
        texts = self.texts.get(language.tag) or self.texts[source.tag]
        return Words(texts.language, source, texts.templates, texts.helplines)


def make_plan(
    project: Project,
    today: date,
    jobs: int = 1,
    dropped: Mapping[Address, Problem] = _NONE,
    memory: Memory | None = None,
) -> Plan:
    """Decide every output of every edition, in `jobs` processes. Renders nothing.

    `dropped`: editions that nobody asks for any more and that must not disappear, with the reason;
    `memory`: keeps what the catalogs of a language say, and what was decided, until an input changes.
    """
    memory = memory or Memory()
    told = read_languages(project, tuple(_languages(project, dropped)), jobs, memory)
    problems = [*project.problems, *(p for each in told.values() for p in each.problems)]
    localized = {
        (article.slug, tag): article for tag, each in told.items() for article in each.articles()
    }
    asked: list[Edition] = []
    refused: list[Refused] = []
    helps = cache(partial(_choose, project, today))
    faults = cache(partial(_article_faults, project))
    options = cache(partial(_options, project))
    for address in addresses(project):
        slug, tag = address.slug, address.language.tag
        try:
            found = faults(slug, address.region)
            if found or slug not in project.articles:
                raise KetapubError(*found)
            help_ = helps(address.region, tag)
        except KetapubError as error:
            refused.append(_refuse(project, address, helps, error.problems))
            continue
        staff = parse_language(help_.chain[0].working_languages[0])
        asked.append(
            Edition(
                localized[slug, tag],
                help_.chain,
                help_.page_help,
                help_.print_help,
                help_.fragment_help,
                options(slug, address.region),
                coverage=1.0,
                partner=localized.get((slug, staff.tag)) if staff != address.language else None,
            )
        )
    editions = decide_all(project, asked, told, jobs, memory)
    for address, reason in dropped.items():
        refused.append(_refuse(project, address, helps, (reason,)))
    problems.extend(problem for item in refused for problem in item.reasons)
    problems.extend(_due(project, today))
    return Plan(
        tuple(take_back(edition, project, today) for edition in editions),
        tuple(take_back(item, project, today) for item in refused),
        {tag: each.texts for tag, each in told.items()},
        {tag: each.reviews for tag, each in told.items()},
        tuple(dict.fromkeys(problems)),
        _numbers_today(project, helps, dropped),
        project.regions,
    )


def _due(project: Project, today: date) -> Iterator[Problem]:
    """Warnings about helplines and texts that it is time for a person to look at."""
    codes = dict.fromkeys(
        part for code, _ in project.publication.editions for part in (code, code.partition("-")[0])
    )
    regions = project.regions.regions
    yield from due_warnings((regions[code] for code in codes if code in regions), today)
    for slug, article in project.articles.items():
        day = article.front.review_due
        if day and day < today:
            message = f"this text was to be reviewed again by {day}"
            hint = "have a clinician review it, or set `review_due` anew"
            path = f"source/{slug}.md"
            yield Problem(path, 0, message, hint, severity="warning", code="review-due")


def _languages(project: Project, dropped: Iterable[Address]) -> Iterator[Language]:
    """Those of the publication, and of what stays although it is dropped where they can be read."""
    yield from project.publication.languages
    for language in dict.fromkeys(address.language for address in dropped):
        known = language in project.publication.languages
        if not known and (project.folder / "locale" / language.locale).is_dir():
            yield language


def with_outputs(listed: T, outputs: Sequence[Output]) -> T:
    """The same with these outputs; most steps change none, and a copy of every edition takes time."""
    if all(map(is_, outputs, listed.outputs)):
        return listed
    return replace(listed, outputs=tuple(outputs))


def take_back(listed: T, project: Project, today: date) -> T:
    """The same with every output withdrawn, where its text is taken back."""
    where = listed.address
    found = tuple(
        each.problem
        for each in project.withdrawals
        if each.covers(where.slug, where.language.tag, where.region, today)
    )
    if not found:
        return listed
    outputs = [replace(o, state="withdrawn", reasons=found) for o in listed.outputs]
    return with_outputs(listed, outputs)


def addresses(project: Project) -> Iterator[Address]:
    """Every edition that the publication asks for, of broken articles too."""
    files = sorted((project.folder / "source").glob("*.md"))
    for slug in dict.fromkeys((*project.articles, *(path.stem for path in files))):
        for code, languages in project.publication.editions:
            for language in languages:
                yield Address(slug, code, language)


def _options(project: Project, slug: str, region: str) -> tuple[int, ...]:
    """Which passages of an article a region reads."""
    return chosen_options(project.articles[slug], region_codes(region))


def _article_faults(project: Project, slug: str, region: str) -> tuple[Problem, ...]:
    """The errors for which a region must not see a source text (law 3)."""
    path = f"source/{slug}.md"
    found = tuple(p for p in project.problems if p.path == path and p.severity == "error")
    article = project.articles.get(slug)
    if article is None or not found:
        return found
    codes = [code for code, _ in project.publication.editions]
    elsewhere = set(check_choices(article, [region_codes(code) for code in codes]))
    own = check_choices(article, [region_codes(region)])
    return tuple(problem for problem in found if problem not in elsewhere or problem in own)


def settle_plan(plan: Plan, previous: Previous, selection: Selection) -> Plan:
    """Decide what becomes of held outputs that stand in the previous publication.

    What the selection leaves out is held for that reason alone, so the same rule protects it.
    """

    def settled(address: Address, output: Output) -> Output:
        old = previous.editions.get((address.slug, address.region, address.language.tag))
        old_output = old.outputs.get(output.name) if old else None
        if old is None or old_output is None:
            return output
        numbers = previous.numbers(old, old_output)
        return settle(output, old_output, numbers, plan.is_safe(address.region, numbers))

    editions = []
    for edition in plan.editions:
        outputs = []
        for output in edition.outputs:
            left_out = output.state == "ready" and not selection.takes(edition, output)
            found = settled(edition.address, _leave_out(output) if left_out else output)
            off = left_out and found.state == "held"
            outputs.append(replace(found, state="off") if off else found)
        editions.append(with_outputs(edition, outputs))
    refused = tuple(
        replace(
            item,
            old=_without_dead(
                plan,
                previous.editions.get(
                    (item.address.slug, item.address.region, item.address.language.tag)
                ),
            ),
            outputs=tuple(settled(item.address, output) for output in item.outputs),
        )
        for item in plan.refused
    )
    return replace(plan, editions=tuple(editions), refused=refused)


def _without_dead(plan: Plan, old: OldEdition | None) -> OldEdition | None:
    """What the manifest goes on to tell of an edition: no number that is dead by now."""
    if old is None:
        return None
    return replace(old, numbers=tuple(n for n in old.numbers if plan.is_safe(old.region, (n,))))


LEFT_OUT = "left-out"
"""Code of the reason of what the options of a build leave out."""


def _leave_out(output: Output) -> Output:
    reason = Problem(output.path, 0, "left out by the options of this build", code=LEFT_OUT)
    return replace(output, state="held", reasons=(reason,))


def _refuse(
    project: Project, address: Address, helps: Helps, reasons: tuple[Problem, ...]
) -> Refused:
    outputs = tuple(
        Output(name, "held", address.path(name), reasons)
        for name in (PAGE, *project.publication.formats)
    )
    page = fragment = None
    try:
        found = helps(address.region, address.language.tag)
        chain, page, fragment = found.chain, found.page_help, found.fragment_help
    except KetapubError:
        chain = (_name_only(project, address.region),)
    return Refused(address, chain, reasons, page, fragment, outputs=outputs)


def _name_only(project: Project, code: str) -> Region:
    """A region without help, for indexes that name it."""
    names = (("en", code),) if "-" in code else ()
    nameless = Region(code, "", names, ("en",), "a4", False, None, ())
    return project.regions.regions.get(code, nameless)


@dataclass(frozen=True, slots=True)
class _Chosen:
    """What every article of a region and language prints."""

    chain: tuple[Region, ...]
    page_help: Help
    print_help: Help
    fragment_help: Help


Helps = Callable[[str, str], _Chosen]
"""Region, language tag -> what is printed there; raises as `_choose` does."""


def _choose(project: Project, today: date, code: str, tag: str) -> _Chosen:
    """Raises KetapubError where nobody knows what to print: with what is wrong in the region's file."""
    try:
        chain = project.regions.chain(code)
    except KetapubError as error:
        paths = {problem.path for problem in error.problems}
        causes = [p for p in project.problems if p.path in paths and p.severity == "error"]
        raise KetapubError(*(causes or error.problems)) from error
    asked_for = project.publication.print_treatment
    page, sheet, fragment = (choose(chain, tag, today, each, asked_for) for each in SURFACES)
    return _Chosen(chain, page, sheet, fragment)


def _numbers_today(
    project: Project, helps: Helps, dropped: Iterable[Address]
) -> dict[str, frozenset[str]]:
    numbers: dict[str, frozenset[str]] = {}
    tags = {code: [lang.tag for lang in langs] for code, langs in project.publication.editions}
    for address in dropped:
        tags.setdefault(address.region, []).append(address.language.tag)
    for code, readers in tags.items():
        try:
            found = [helps(code, tag) for tag in readers]
        except KetapubError:
            continue
        every = [help_ for c in found for help_ in (c.page_help, c.print_help, c.fragment_help)]
        numbers[code] = frozenset(digits(dial) for help_ in every for dial in help_.numbers)
    return numbers
