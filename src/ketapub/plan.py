"""Turn a project into decided editions: who gets what, and why not, before anything is rendered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from ketapub.catalog import Ledger
from ketapub.edition import (
    PAGE,
    Edition,
    Output,
    State,
    Texts,
    decide_outputs,
    settle,
)
from ketapub.errors import KetapubError, Problem
from ketapub.language import Language
from ketapub.localize import LocalizedArticle, localize
from ketapub.message import message_digest
from ketapub.project import HELPLINES, TEMPLATES, Project, load_ledger, load_texts
from ketapub.region import choose, digits
from ketapub.templates import Words, surface_messages


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

    article: str
    region: str
    language: Language
    reasons: tuple[Problem, ...]

    @property
    def name(self) -> str:
        """`ketamine es@US`."""
        return f"{self.article} {self.language.tag}@{self.region}"

    @property
    def folder(self) -> str:
        """Its place below `dist/`."""
        return f"{self.region.lower()}/{self.language.segment}/{self.article}"


@dataclass(frozen=True, slots=True)
class Plan:
    """Every edition of the publication with the state of its outputs."""

    editions: tuple[Edition, ...]
    refused: tuple[Refused, ...]
    texts: Mapping[str, Texts]
    """By language tag."""
    problems: tuple[Problem, ...]
    """Of all inputs."""
    numbers_today: Mapping[str, frozenset[str]]
    """Per region, the digits of every number that it prints today in any language."""

    def words(self, language: Language, source: Language) -> Words:
        """The fixed words of one language; of the source where that language has no catalogs."""
        texts = self.texts.get(language.tag) or self.texts[source.tag]
        return Words(texts.language, source, texts.templates, texts.helplines)


def make_plan(project: Project, today: date) -> Plan:
    """Decide every output of every edition. Renders nothing."""
    publication = project.publication
    problems = list(project.problems)
    texts: dict[str, Texts] = {}
    ledgers: dict[str, Ledger] = {}
    localized: dict[tuple[str, str], LocalizedArticle] = {}
    for language in publication.languages:
        texts[language.tag], found = load_texts(project, language)
        problems.extend(found)
        ledgers[language.tag], found = load_ledger(project, language)
        problems.extend(found)
        for slug, article in project.articles.items():
            localized[slug, language.tag] = localize(
                article, language, texts[language.tag].articles[slug], publication.source
            )
    words = {
        "page": surface_messages(project.messages[TEMPLATES], "page"),
        "print": surface_messages(project.messages[TEMPLATES], "print"),
        "helplines": project.messages[HELPLINES],
    }
    editions: list[Edition] = []
    refused: list[Refused] = []
    broken = _broken_articles(project)
    for slug in (*project.articles, *broken):
        for code, languages in publication.editions:
            for language in languages:
                if slug in broken:
                    refused.append(Refused(slug, code, language, broken[slug]))
                    continue
                try:
                    edition = _make_edition(
                        project, localized[slug, language.tag], code, today, texts, ledgers
                    )
                except KetapubError as error:
                    refused.append(Refused(slug, code, language, error.problems))
                    continue
                editions.append(
                    decide_outputs(
                        edition, project.articles[slug], texts[language.tag], words, publication
                    )
                )
    problems.extend(problem for item in refused for problem in item.reasons)
    return Plan(
        tuple(editions),
        tuple(refused),
        texts,
        tuple(dict.fromkeys(problems)),
        _numbers_today(project, today),
    )


def settle_plan(plan: Plan, old: Mapping[str, Any], selection: Selection, project: Project) -> Plan:
    """Decide what becomes of held outputs that stand in the previous publication (`old`: its manifest).

    What the selection leaves out is held for that reason alone, so the same rule protects it.
    """
    before = {
        (entry["article"], entry["region"], entry["locale"]): entry
        for entry in old.get("editions", ())
    }
    editions = []
    for edition in plan.editions:
        entry = before.get((edition.article.slug, edition.region, edition.language.tag))
        outputs = []
        for output in edition.outputs:
            old_output = (entry or {}).get("outputs", {}).get(output.name, {})
            if output.state == "ready" and not selection.takes(edition, output):
                output = _left_out(output, old_output)
            numbers = entry["numbers"] if entry and old_output.get("mark") else None
            settled = settle(output, numbers, plan.numbers_today.get(edition.region))
            if settled.state == "kept":
                settled = replace(settled, mark=old_output["mark"], path=old_output["path"])
            outputs.append(settled)
        editions.append(replace(edition, outputs=tuple(outputs)))
    return replace(plan, editions=tuple(editions))


def _left_out(output: Output, old_output: Mapping[str, Any]) -> Output:
    state: State = "held" if old_output.get("mark") else "off"
    reason = Problem(output.path, 0, "left out by the options of this build", code="left-out")
    return replace(output, state=state, reasons=(reason,))


def _make_edition(
    project: Project,
    article: LocalizedArticle,
    code: str,
    today: date,
    texts: Mapping[str, Texts],
    ledgers: Mapping[str, Ledger],
) -> Edition:
    tag = article.language.tag
    chain = project.regions.chain(code)
    return Edition(
        article,
        chain,
        page_help=choose(chain, tag, today, "page"),
        print_help=choose(chain, tag, today, "handout"),
        coverage=1.0,
        reviewed=is_reviewed(project, article.slug, texts[tag], ledgers[tag]),
    )


def is_reviewed(project: Project, slug: str, texts: Texts, ledger: Ledger) -> bool:
    """Whether a named person reviewed every translated message of an article; the source needs none."""
    if texts.language == project.publication.source:
        return True
    for message in project.messages[slug]:
        text = texts.articles[slug].current(message)
        if text is not None:
            digest = message_digest(message.msgctxt, message.msgid, text)
            if ledger.reviewed(digest) is None:
                return False
    return True


def _broken_articles(project: Project) -> dict[str, tuple[Problem, ...]]:
    """Slug -> problems of the source files that gave no article."""
    found: dict[str, list[Problem]] = {}
    for path in sorted((project.folder / "source").glob("*.md")):
        if path.stem not in project.articles:
            name = f"source/{path.name}"
            found[path.stem] = [p for p in project.problems if p.path == name]
    return {slug: tuple(problems) for slug, problems in found.items()}


def _numbers_today(project: Project, today: date) -> dict[str, frozenset[str]]:
    numbers: dict[str, frozenset[str]] = {}
    for code, languages in project.publication.editions:
        try:
            chain = project.regions.chain(code)
            found: Iterable[str] = [
                number for lang in languages for number in choose(chain, lang.tag, today).numbers
            ]
        except KetapubError:
            continue
        numbers[code] = frozenset(map(digits, found))
    return numbers
