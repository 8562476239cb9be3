"""Turn a project into decided editions: who gets what, and why not, before anything is rendered."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, partial
from itertools import chain, groupby
from operator import is_
from typing import Any, TypeVar

from ketapub.article import Article, chosen_options, region_messages
from ketapub.catalog import Ledger, Translations
from ketapub.check import check_choices
from ketapub.cores import spread
from ketapub.edition import (
    PAGE,
    Address,
    Edition,
    Gate,
    Output,
    Scales,
    Texts,
    decide_outputs,
    find_output,
    settle,
    used_words,
)
from ketapub.errors import KetapubError, Problem
from ketapub.files import digest
from ketapub.helpline_report import due_warnings
from ketapub.language import Language, parse_language
from ketapub.localize import Localized, LocalizedArticle, localize
from ketapub.memory import Kept, Memory
from ketapub.message import Key, Message
from ketapub.previous import OldEdition, Previous
from ketapub.project import (
    HELPLINES,
    TEMPLATES,
    Project,
    language_keys,
    load_drafts,
    load_ledger,
    load_texts,
    region_codes,
)
from ketapub.region import SURFACES, Help, Region, Regions, choose, digits
from ketapub.review_state import (
    Lack,
    Reviewed,
    ReviewState,
    find_lack,
    review_texts,
    sign,
    sum_reviews,
)
from ketapub.templates import PAGE_FILES, Words, surface_messages


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
_WORTH_SHARING = 4000
"""Translations that take longer to read than a process takes to start."""
_WORTH_DECIDING = 1000
"""Editions of which the same is true."""
_NONE: Mapping[Address, Problem] = {}
Reviews = Mapping[str, Mapping[Key, Reviewed]]
"""By domain, by message."""


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
    `memory`: keeps what the catalogs of a language say, until one of its inputs changes.
    """
    problems = list(project.problems)
    texts: dict[str, Texts] = {}
    reviews: dict[str, Reviews] = {}
    localized: dict[tuple[str, str], Localized] = {}
    languages = tuple(_languages(project, dropped))
    for language, kept in _read_all(project, languages, jobs, memory or Memory()):
        tag = language.tag
        fixed: _Fixed = kept.value
        at_hand = fixed.texts[TEMPLATES], fixed.texts[HELPLINES]
        texts[tag] = Texts(language, _Column(kept, "texts", {}), *at_hand)
        reviews[tag] = _Column(kept, "reviews", fixed.reviews)
        problems.extend(fixed.problems)
        for slug, (title, title_tag, said) in fixed.titles.items():
            read = partial(_article, kept, slug)
            localized[slug, tag] = Localized(slug, language, title, title_tag, said, read)
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
    editions = _decide_all(project, asked, texts, reviews, jobs)
    for address, reason in dropped.items():
        refused.append(_refuse(project, address, helps, (reason,)))
    problems.extend(problem for item in refused for problem in item.reasons)
    problems.extend(_due(project, today))
    return Plan(
        tuple(take_back(edition, project, today) for edition in editions),
        tuple(take_back(item, project, today) for item in refused),
        texts,
        reviews,
        tuple(dict.fromkeys(problems)),
        _numbers_today(project, helps, dropped),
        project.regions,
    )


def _decide_all(
    project: Project,
    asked: Sequence[Edition],
    texts: Mapping[str, Texts],
    reviews: Mapping[str, Reviews],
    jobs: int,
) -> Iterator[Edition]:
    """Editions with all that is decided of them, article by article."""
    gate, source = _gate(project), project.publication.source
    scales, reviewers = Scales(texts, gate), _Reviewers(reviews, gate)
    ledger = load_ledger(project, source)

    def decide(own: Sequence[Edition]) -> list[dict[str, Any]]:
        decided = []
        for edition in own:
            article = project.articles[edition.address.slug]
            messages = region_messages(article, edition.codes) if ledger.reviews else ()
            state = reviewers.state(edition, article, edition.language == source)
            signed: dict[str, Any] = {
                "review": state,
                "clinician": sign(messages, ledger, "clinical"),
            }
            found = decide_outputs(replace(edition, **signed), article, scales)
            decided.append(signed | {"coverage": found.coverage, "outputs": found.outputs})
        return decided

    articles = [tuple(own) for _, own in groupby(asked, key=lambda each: each.address.slug)]
    shared = spread(decide, articles, jobs if len(asked) > _WORTH_DECIDING else 1)
    for edition, decided in zip(asked, chain.from_iterable(shared), strict=True):
        yield replace(edition, **decided)


def _read_all(
    project: Project, languages: Sequence[Language], jobs: int, memory: Memory
) -> Iterator[tuple[Language, Kept]]:
    """What the catalogs of each language say."""
    keys = language_keys(project, languages)
    known = {lang: memory.recall(f"{lang.tag}.texts", key) for lang, key in keys.items()}
    unread = [language for language in languages if known[language] is None]
    size = sum(map(len, project.messages.values())) * len(unread)

    def read(language: Language) -> Kept:
        told = _read(project, language)
        return memory.keep(f"{language.tag}.texts", keys[language], *told)

    found = spread(read, unread, jobs if size > _WORTH_SHARING else 1)
    known |= zip(unread, found, strict=True)
    return ((language, kept) for language, kept in known.items() if kept is not None)


@dataclass(frozen=True, slots=True)
class _Fixed:
    """What the catalogs of one language say that is asked for all the time."""

    texts: Mapping[str, Translations]
    """Of the fixed words, by domain."""
    reviews: Reviews
    titles: Mapping[str, tuple[str, str, str]]
    """By slug: an article's title, the language that it is really in, and the digest of its text."""
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class _Told:
    """What they say of one article."""

    article: LocalizedArticle
    texts: Translations
    reviews: Mapping[Key, Reviewed]


class _Column(Mapping[str, Any]):
    """One member of what is kept of each article, and what is at hand of other domains."""

    def __init__(self, kept: Kept, member: str, fixed: Mapping[str, Any]):
        self.kept = kept
        self.member = member
        self.fixed = fixed

    def __getitem__(self, domain: str) -> Any:
        at_hand = self.fixed.get(domain)
        return getattr(self.kept[domain], self.member) if at_hand is None else at_hand

    def __iter__(self) -> Iterator[str]:
        return chain(self.kept, self.fixed)

    def __len__(self) -> int:
        return len(self.kept) + len(self.fixed)


def _article(kept: Kept, slug: str) -> LocalizedArticle:
    found: LocalizedArticle = kept[slug].article
    return found


def _read(project: Project, language: Language) -> tuple[_Fixed, dict[str, _Told]]:
    """Read and judge all catalogs of a language, and put every article into it."""
    texts, problems = load_texts(project, language)
    ledger = load_ledger(project, language)
    reviews = _review(project, texts, ledger)
    told = {}
    for slug, article in project.articles.items():
        own = texts.articles[slug]
        localized = localize(article, language, own, project.publication.source)
        told[slug] = _Told(localized, own, reviews[slug])
    fixed = _Fixed(
        {TEMPLATES: texts.templates, HELPLINES: texts.helplines},
        {domain: found for domain, found in reviews.items() if domain not in told},
        {
            slug: (
                own.article.title,
                own.article.title_tag,
                digest(repr(own.article).encode("utf-8", "surrogatepass")),
            )
            for slug, own in told.items()
        },
        (*problems, *ledger.problems),
    )
    return fixed, told


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


class _Reviewers:
    """Finds what editions lack of reviews. What many regions share is looked at once."""

    def __init__(self, reviews: Mapping[str, Reviews], gate: Gate) -> None:
        self.reviews = reviews
        self.rules = gate.publication.review
        self.words = gate.words
        surfaces = (PAGE, *(format_.name for format_ in gate.formats))
        self.surfaces = tuple(dict.fromkeys(m for name in surfaces for m in gate.words[name]))
        self._used: dict[tuple[str, str], frozenset[str]] = {}
        self._lacks: dict[tuple[object, ...], Lack] = {}
        self._states: dict[tuple[object, ...], ReviewState] = {}

    def state(self, edition: Edition, article: Article, source: bool) -> ReviewState:
        """What article, helplines and fixed words lack of all that its readers can see."""
        tag, place = edition.language.tag, (edition.region, edition.language.tag)
        if place not in self._used:
            self._used[place] = used_words(edition)
        used = self._used[place]
        key = (article.slug, tag, edition.options, used, source)
        if key not in self._states:
            lacks = (
                self._lack(tag, article.slug, edition.options,
                           lambda: region_messages(article, edition.codes)),
                self._lack(tag, HELPLINES, used,
                           lambda: [m for m in self.words[HELPLINES] if m.msgid in used]),
                self._lack(tag, TEMPLATES, "", lambda: self.surfaces),
            )  # fmt: skip
            self._states[key] = sum_reviews(lacks, self.rules, source)
        return self._states[key]

    def _lack(
        self, tag: str, domain: str, which: object, messages: Callable[[], Iterable[Message]]
    ) -> Lack:
        key = (tag, domain, which)
        if key not in self._lacks:
            told = self.reviews[tag][domain]
            found = ((message, told.get(message.key)) for message in messages())
            self._lacks[key] = find_lack(found, self.rules)
        return self._lacks[key]


def _languages(project: Project, dropped: Iterable[Address]) -> Iterator[Language]:
    """Those of the publication, and of what stays although it is dropped where they can be read."""
    yield from project.publication.languages
    for language in dict.fromkeys(address.language for address in dropped):
        known = language in project.publication.languages
        if not known and (project.folder / "locale" / language.locale).is_dir():
            yield language


def _gate(project: Project) -> Gate:
    publication = project.publication
    formats = tuple(project.formats[name] for name in publication.formats)
    messages = project.messages[TEMPLATES]
    words = {format_.name: surface_messages(messages, format_.files) for format_ in formats}
    words |= {PAGE: surface_messages(messages, PAGE_FILES), HELPLINES: project.messages[HELPLINES]}
    return Gate(publication, formats, words)


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


def _review(project: Project, texts: Texts, ledger: Ledger) -> Reviews:
    drafts = load_drafts(project, texts.language)
    return {
        domain: review_texts(messages, texts.of(domain), ledger, drafts)
        for domain, messages in project.messages.items()
    }


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
