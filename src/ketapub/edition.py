"""Turn a localized article and a region into an `Edition`, and decide by the gate what is published.

The only place where language meets region. Reads no clock: today is an argument of `choose`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Literal, NamedTuple, Protocol

from ketapub.article import Article, region_messages
from ketapub.catalog import Translation, Translations, count_words
from ketapub.errors import Problem
from ketapub.files import digest_of
from ketapub.language import TEST_TAGS, Language, parse_language
from ketapub.localize import Localized, LocalizedArticle, assemble
from ketapub.message import Message
from ketapub.previous import OldOutput
from ketapub.print_format import PrintFormat, Text
from ketapub.publication import Publication
from ketapub.region import Help, Region, words_of_help
from ketapub.review_state import ReviewState, Signature

Judged = tuple[Message, Translation]

State = Literal["ready", "held", "kept", "withdrawn", "off"]
PAGE = "page"


@dataclass(frozen=True, slots=True)
class Texts:
    """The translations of one language, by domain."""

    language: Language
    articles: Mapping[str, Translations]
    """By slug."""
    templates: Translations
    helplines: Translations

    def of(self, domain: str) -> Translations:
        """Those of one domain: `ketapub`, `helplines` or an article's slug."""
        own = {"ketapub": self.templates, "helplines": self.helplines}
        return own[domain] if domain in own else self.articles[domain]


@dataclass(frozen=True, slots=True)
class Output:
    """An edition in one form: the page or one handout."""

    name: str
    """`page`, or the name of a print format."""
    state: State
    path: str = ""
    """Below `dist/`, where it stands or would stand."""
    reasons: tuple[Problem, ...] = ()
    """Why it is not ready."""
    mark: str = ""
    """Six base32 characters that name this version of text and numbers."""
    numbers: tuple[str, ...] = ()
    """Those that are printed on it."""

    @property
    def published(self) -> bool:
        """Whether a file of ours stands at its path and may be linked."""
        return self.state in {"ready", "kept"}


@dataclass(frozen=True, slots=True)
class Address:
    """Which article, for whom: what an edition is called, and where it stands."""

    slug: str
    region: str
    language: Language

    @property
    def name(self) -> str:
        """`ketamine es@US`."""
        return f"{self.slug} {self.language.tag}@{self.region}"

    @property
    def place(self) -> str:
        """Folder of all that its reader can read, such as `us/es`."""
        return f"{self.region.lower()}/{self.language.segment}"

    @property
    def folder(self) -> str:
        """Its own folder below `dist/`, such as `us/es/ketamine`."""
        return f"{self.place}/{self.slug}"

    @property
    def short_id(self) -> str:
        """Permanent short name of its page: base32 of the sha256 of what it is, 6 characters."""
        return short_name(f"{self.slug} {self.region} {self.language.tag}")

    @property
    def text_path(self) -> str:
        """Where its page stands as plain text."""
        return f"{self.folder}/{self.slug}.txt"

    def path(self, name: str) -> str:
        """Where an output stands below `dist/`."""
        if name == PAGE:
            return f"{self.folder}/index.html"
        file = f"{self.slug}_{self.region.lower()}_{self.language.segment}_{name}.pdf"
        return f"{self.folder}/{file}"


def embed_paths(page: str) -> tuple[str, ...]:
    """What other sites take of a page, beside it: its fragment and its record."""
    folder = page.rsplit("/", 1)[0]
    return tuple(f"{folder}/{name}" for name in ("fragment.html", "content.json"))


class Listed(Protocol):
    """What indexes tell of an edition, whether it is made today or stands from before."""

    @property
    def address(self) -> Address: ...
    @property
    def chain(self) -> tuple[Region, ...]: ...
    @property
    def page_help(self) -> Help | None: ...
    @property
    def fragment_help(self) -> Help | None: ...
    @property
    def title(self) -> str: ...
    @property
    def title_tag(self) -> str: ...
    @property
    def coverage(self) -> float: ...
    @property
    def reviewed(self) -> bool: ...
    @property
    def helplines(self) -> tuple[str, ...]: ...
    @property
    def numbers(self) -> tuple[str, ...]: ...
    @property
    def outputs(self) -> tuple[Output, ...]: ...
    def output(self, name: str) -> Output:
        """The output of this name."""


@dataclass(frozen=True, slots=True)
class Edition:
    """One article in one language for one region, with the help that stands on it.

    Cannot be built without help: each of its three comes from `region.choose`, which gives an emergency number and a printable line, or a region that states that there is none.
    """

    article: Localized
    chain: tuple[Region, ...]
    """The region and its country, nearest first."""
    page_help: Help
    print_help: Help
    fragment_help: Help
    options: tuple[int, ...]
    """Which passages its region reads, as `chosen_options` tells: equal ones read the same text."""
    coverage: float
    review: ReviewState = field(default_factory=ReviewState)
    """How far its reviews are."""
    clinician: Signature | None = None
    """Which clinicians have reviewed the whole source text of it."""
    partner: Localized | None = None
    """The article in the working language of the region; None where the reader's is the same, or
    the publication does not have it."""
    outputs: tuple[Output, ...] = ()
    address: Address = field(init=False, compare=False)
    """What it is called, and where it stands."""

    def __post_init__(self) -> None:
        address = Address(self.article.slug, self.region, self.language)
        object.__setattr__(self, "address", address)

    @property
    def region(self) -> str:
        """Code of the region, such as `CA-QC`."""
        return self.chain[0].code

    @property
    def codes(self) -> tuple[str, ...]:
        """The region's code and its country's."""
        return tuple(region.code for region in self.chain)

    @property
    def language(self) -> Language:
        """What its reader reads."""
        return self.article.language

    @property
    def name(self) -> str:
        """`ketamine es@US`."""
        return self.address.name

    @property
    def short_id(self) -> str:
        """Permanent short name of its page."""
        return self.address.short_id

    @property
    def text(self) -> LocalizedArticle:
        """What it says."""
        return self.article.read()

    @property
    def title(self) -> str:
        """The title as plain text."""
        return self.article.title

    @property
    def title_tag(self) -> str:
        """The language that the title is really in."""
        return self.article.title_tag

    @property
    def reviewed(self) -> bool:
        """Whether named persons reviewed it as the publication asks, the source text too."""
        return not self.review.open

    @property
    def helplines(self) -> tuple[str, ...]:
        """Ids of the helplines chosen for it today."""
        return tuple(line.helpline.id for line in self.page_help.lines)

    @property
    def numbers(self) -> tuple[str, ...]:
        """Every number chosen today for its page and what other sites take of it."""
        return self.numbers_on(PAGE)

    def helps_on(self, name: str) -> tuple[Help, ...]:
        """The help that an output shows; other sites take theirs with the page."""
        return (self.page_help, self.fragment_help) if name == PAGE else (self.print_help,)

    def numbers_on(self, name: str) -> tuple[str, ...]:
        """Every number on an output, as printed, once each, emergency first."""
        found = (number for help_ in self.helps_on(name) for number in help_.numbers)
        return tuple(dict.fromkeys(found))

    def output(self, name: str) -> Output:
        """The output of this name."""
        return find_output(self.outputs, name)


def working_language(edition: Edition) -> Language:
    """The language that staff of the region work in."""
    return parse_language(edition.chain[0].working_languages[0])


def place_digest(edition: Edition) -> str:
    """The digest of its region, its country and the helplines for the readers of its language."""
    helps = (edition.page_help, edition.print_help, edition.fragment_help)
    return digest_of(repr(edition.chain), repr(helps))


def find_output(outputs: Sequence[Output], name: str) -> Output:
    """The output of this name."""
    for output in outputs:
        if output.name == name:
            return output
    raise LookupError(name)


@dataclass(frozen=True, slots=True)
class Gate:
    """What the gate asks for, the same for all editions."""

    publication: Publication
    formats: tuple[PrintFormat, ...]
    words: Mapping[str, Sequence[Message]]
    """By output: the messages of its page templates; under `helplines` the fixed words on them."""


class Tally(NamedTuple):
    """How far some messages are that an output shows."""

    total: int = 0
    """Source words."""
    current: int = 0
    """Those of current messages."""
    open: tuple[Judged, ...] = ()
    """Messages that are not current, in the order of their reading."""

    @property
    def share(self) -> float:
        """What part of the words is current."""
        return self.current / self.total if self.total else 1.0


Messages = Callable[[], Iterable[Message]]
"""Found when they are asked for."""


class Scales:
    """Weighs what outputs show. What many regions share is weighed once."""

    def __init__(self, texts: Mapping[str, Texts], gate: Gate) -> None:
        self.texts = texts
        self.gate = gate
        self._weighed: dict[tuple[object, ...], Tally] = {}
        self._shown: dict[tuple[str, str, bool], frozenset[str]] = {}

    def weigh(self, edition: Edition, article: Article, tag: str, name: str) -> Tally:
        """Every message that one output shows in one language (its tag)."""
        body = ("body", article.slug, tag, edition.options)
        fixed = ("help", tag, shown := self._words_on(edition, name))
        surface = ("surface", tag, name)
        whole = (body, fixed, surface)
        if whole not in self._weighed:
            texts, words = self.texts[tag], self.gate.words
            fixed_words = words["helplines"]
            parts: tuple[tuple[tuple[object, ...], Messages, Translations], ...] = (
                (body, lambda: region_messages(article, edition.codes), texts.of(article.slug)),
                (fixed, lambda: (m for m in fixed_words if not m.optional and m.msgid in shown),
                 texts.helplines),
                (surface, lambda: words[name], texts.templates),
            )  # fmt: skip
            for key, messages, translations in parts:
                if key not in self._weighed:
                    self._weighed[key] = _tally(messages(), translations)
            self._weighed[whole] = _add(self._weighed[key] for key in whole)
        return self._weighed[whole]

    def _words_on(self, edition: Edition, name: str) -> frozenset[str]:
        """The fixed words beside the helplines of an output: the same for all articles of a place."""
        key = (edition.region, edition.language.tag, name == PAGE)
        if key not in self._shown:
            helps = edition.helps_on(name)
            self._shown[key] = frozenset[str]().union(*map(words_of_help, helps))
        return self._shown[key]


def _tally(messages: Iterable[Message], translations: Translations) -> Tally:
    found = [(message, translations.of(message)) for message in messages]
    current = sum(count_words(m) for m, text in found if text.state == "current")
    open_ones = tuple(pair for pair in found if pair[1].state != "current")
    return Tally(sum(count_words(m) for m, _ in found), current, open_ones)


def _add(tallies: Iterable[Tally]) -> Tally:
    totals, currents, opens = zip(*tallies, strict=True)
    return Tally(sum(totals), sum(currents), tuple(chain.from_iterable(opens)))


def decide_outputs(edition: Edition, article: Article, scales: Scales) -> Edition:
    """Put the gate's decision on each output of an edition.

    A page needs `publication.coverage` of the source words, a handout all of them, both every
    critical message. A format in two languages exists where there is a second one, and needs both.
    """
    gate = scales.gate
    publication = gate.publication
    unreviewed = not (edition.reviewed or edition.review.source)
    outputs = []
    coverage = 1.0
    for format_ in (None, *gate.formats):
        name = format_.name if format_ else PAGE
        readers = [edition.language]
        if format_ and format_.text == "both":
            if edition.partner is None:
                continue
            readers.append(edition.partner.language)
        tallies = [scales.weigh(edition, article, lang.tag, name) for lang in readers]
        found = tallies[0] if len(tallies) == 1 else _add(tallies)
        share = found.share
        needed = 1.0 if format_ else publication.coverage
        reasons = (*_critical_reasons(found.open), *_coverage_reasons(found.open, share, needed))
        if publication.unreviewed == "hold" and unreviewed:
            reasons += (_unreviewed_reason(edition),)
        if edition.language.tag in TEST_TAGS:
            reasons += (_test_reason(edition),)
        coverage = coverage if format_ else share
        outputs.append(
            Output(
                name,
                "held" if reasons else "ready",
                edition.address.path(name),
                reasons,
                version_mark(edition, name, format_.text if format_ else "all"),
                edition.numbers_on(name),
            )
        )
    return replace(edition, coverage=coverage, outputs=tuple(outputs))


def used_words(edition: Edition) -> frozenset[str]:
    """The msgids of the domain `helplines` that a reader of its page and sheets can see."""
    helps = (edition.page_help, edition.fragment_help, edition.print_help)
    lines = [line.helpline for help_ in helps for line in help_.all_lines]
    free = [
        text for line in lines for text in (line.what, line.note, line.cost_note, line.hours_note)
    ]
    return frozenset(free).union(*map(words_of_help, helps))


def version_mark(edition: Edition, name: str, text: Text = "all") -> str:
    """Six base32 characters of the sha256 of the localized text and the numbers printed."""
    articles = [edition.text]
    if text == "both" and edition.partner:
        articles.append(edition.partner.read())
    values = {"emergency": edition.helps_on(name)[0].emergency.call}
    shown = []
    for article in articles:
        body = {"key": (article.key,), "none": ()}.get(text, (article.body,))
        shown += [assemble(p, edition.codes, values) for p in (*article.head.values(), *body)]
    tag = edition.language.tag
    return _base32("\x1f".join((name, tag, edition.region, *shown, *edition.numbers_on(name))))


def settle(output: Output, old: OldOutput | None, numbers: Sequence[str], is_safe: bool) -> Output:
    """What becomes of a held output that stands in the previous publication.

    `old`: what that says of it, None where it knows nothing; `numbers`: those printed on it there;
    `is_safe`: nothing speaks against them today. Safety outranks continuity (law 8). What was
    withdrawn stays so until it is ready again.
    """
    if output.state != "held" or old is None or not (old.mark or old.state == "withdrawn"):
        return output
    if not old.mark or old.path != output.path or not is_safe:
        return replace(output, state="withdrawn")
    return replace(output, state="kept", mark=old.mark, numbers=tuple(numbers))


def short_name(text: str) -> str:
    """Base32 of the sha256 of a text, 6 small letters and digits: for addresses."""
    return _base32(text).lower()


_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_PAIRS = [one + other for one in _LETTERS for other in _LETTERS]
"""Of base32 (RFC 4648), by the ten bits that they stand for."""


def _base32(text: str) -> str:
    bits = int.from_bytes(hashlib.sha256(text.encode()).digest()[:4]) >> 2
    return _PAIRS[bits >> 20] + _PAIRS[bits >> 10 & 1023] + _PAIRS[bits & 1023]


def percent(share: float) -> str:
    """A share in words, never rounded up: `99%` while anything is missing."""
    return f"{int(share * 100 + 1e-9)}%"


_WHY = {
    "missing": "is not translated",
    "fuzzy": "is marked fuzzy: the source text has changed",
    "failed": "does not pass its checks",
    "invalid": "cannot be read",
}
_HINTS = {
    "missing": "translate it",
    "fuzzy": "compare it with the source, correct it and take the fuzzy mark off",
    "failed": "mend what the check names; run `ketapub check`",
    "invalid": "mend the entry at this line; run `ketapub check`",
}


def _critical_reasons(found: Sequence[Judged]) -> tuple[Problem, ...]:
    return tuple(
        Problem(
            text.path,
            text.line,
            f"the critical message “{_short(message.msgid)}” {_WHY[text.state]}",
            _HINTS[text.state],
            code=f"critical-{text.state}",
        )
        for message, text in found
        if message.critical
    )


def _coverage_reasons(found: Sequence[Judged], share: float, needed: float) -> tuple[Problem, ...]:
    open_ones = [pair for pair in found if count_words(pair[0])]
    if share >= needed or not open_ones:
        return ()
    message, first = open_ones[0]
    count = len(open_ones)
    many = f"{count} messages are" if count > 1 else "1 message is"
    return (
        Problem(
            first.path,
            first.line,
            f"{many} not ready: {percent(share)} of the words are there, "
            f"{percent(needed)} are needed; "
            f"the first: “{_short(message.msgid)}” {_WHY[first.state]}",
            _HINTS[first.state],
            code="coverage",
        ),
    )


def _test_reason(edition: Edition) -> Problem:
    return Problem(
        "source/publication.toml",
        0,
        f"{edition.language.tag} is a test locale and never published",
        "look at it with `ketapub build --draft`",
        code="test-locale",
    )


def _unreviewed_reason(edition: Edition) -> Problem:
    roles = ", ".join(edition.review.open)
    return Problem(
        f"locale/{edition.language.locale}/reviews.txt",
        0,
        f"the translation of {edition.name} lacks reviews by named persons: {roles}",
        f"have it reviewed with `ketapub review {edition.language.locale}`, "
        'or set unreviewed = "mark" in source/publication.toml',
        code="unreviewed",
    )


def _short(text: str, width: int = 60) -> str:
    return text if len(text) <= width else text[: width - 1].rstrip() + "…"
