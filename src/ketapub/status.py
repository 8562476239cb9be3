"""Turn a plan into the table that people steer by: how far each locale is, and what is held."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from ketapub.catalog import INVALID, Role, count_words
from ketapub.check import check_prose, idle_waivers
from ketapub.edition import PAGE, Texts
from ketapub.errors import Problem, soften
from ketapub.language import TEST_TAGS, Language, usual_tag
from ketapub.message import message_digest
from ketapub.plan import Plan, make_plan
from ketapub.project import LOCALE, Project, load_texts, load_waivers
from ketapub.review_state import count_reviewed, judge_reviews
from ketapub.sync import judge_catalogs


@dataclass(frozen=True, slots=True)
class Row:
    """One domain in one locale, in words of the source text."""

    locale: str
    domain: str
    translated: int
    fuzzy: int
    failed: int
    missing: int
    drafts: int
    """Of the translated ones, in machine drafts that nobody has reviewed."""
    reviews: dict[Role, int]
    """Of the translated ones, with a live review, by role."""
    reviewed: bool
    """Whether each role has reviewed what the publication asks it for."""


@dataclass(frozen=True, slots=True)
class Held:
    """One output that would not be published today."""

    edition: str
    output: str
    reasons: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Status:
    """Where the publication stands."""

    rows: tuple[Row, ...]
    held: tuple[Held, ...]
    problems: tuple[Problem, ...]
    advice: tuple[str, ...]
    """What the publication itself still lacks."""


def check_all(project: Project, today: date) -> tuple[Problem, ...]:
    """Every problem of sources, regions and catalogs, each translation's too, and all advice."""
    plan = make_plan(project, today)
    found: list[Problem] = []
    for article in project.articles.values():
        found += check_prose(article, project.publication.source.tag, project.glossary)
    for language in project.locales:
        found += _judge_texts(project, language, plan.texts[language.tag])
    for language in project.begun:
        texts, problems = load_texts(project, language)
        found += soften((*problems, *_judge_texts(project, language, texts)))
    found = [problem for problem in found if problem.code != INVALID]  # told where it is read
    return tuple(dict.fromkeys((*plan.problems, *judge_catalogs(project), *found)))


def _judge_texts(project: Project, language: Language, texts: Texts) -> Iterator[Problem]:
    """What the checks say of each translation, and of waivers that waive nothing."""
    told: dict[str, set[str]] = {}
    for domain, messages in project.messages.items():
        for message in messages:
            translation = texts.of(domain).of(message)
            said = (*translation.problems, *translation.advice)
            yield from said
            digest = message_digest(message.msgctxt, message.msgid, translation.msgstr)
            told.setdefault(digest, set()).update(problem.code for problem in said)
    yield from idle_waivers(load_waivers(project, language), told)


def make_status(project: Project, today: date) -> Status:
    """Plan without rendering, and count."""
    plan = make_plan(project, today)
    held = [
        Held(edition.name, output.name, output.reasons)
        for edition in plan.editions
        for output in edition.outputs
        if output.state != "ready"
    ]
    held += [
        Held(item.address.name, name, item.reasons)
        for item in plan.refused
        for name in (PAGE, *project.publication.formats)
    ]
    return Status(tuple(_rows(project, plan)), tuple(held), plan.problems, _advice(project, plan))


def _rows(project: Project, plan: Plan) -> Iterator[Row]:
    """The source text first, which has nothing but reviews to show."""
    for language in project.publication.languages:
        texts, reviews = plan.texts[language.tag], plan.reviews[language.tag]
        for domain, messages in project.messages.items():
            found = reviews[domain]
            words = texts.of(domain).counts(messages)
            drafts, by_role = count_reviewed(
                messages, found, {message.key: count_words(message) for message in messages}
            )
            pairs = ((message, found.get(message.key)) for message in messages)
            state = judge_reviews(pairs, project.publication.review)
            yield Row(
                language.locale,
                domain,
                words.translated,
                words.fuzzy,
                words.failed,
                words.missing,
                drafts,
                by_role,
                not state.open,
            )


def _unpublished(project: Project) -> Iterator[str]:
    """Locales that have a folder and no edition: somebody has begun, and nothing is wrong."""
    published = {language.locale for language in project.publication.languages}
    for folder in sorted((project.folder / LOCALE).glob("*/LC_MESSAGES")):
        name = folder.parent.name
        if name in published:
            continue
        if name.replace("_", "-") in TEST_TAGS:
            yield f"locale/{name} is a test locale: never published"
            continue
        usual = usual_tag(name)
        other = usual.replace("-", "_")
        hint = f"; rename the folder to {other}" if usual and other != name else ""
        yield f"locale/{name} is not yet published: no edition has this language{hint}"


def _advice(project: Project, plan: Plan) -> tuple[str, ...]:
    publication = project.publication
    advice = []
    if not publication.address:
        advice.append(
            "base_url is empty or an example: sheets carry no QR code, pages no canonical address "
            "(set it in source/publication.toml)"
        )
    if not publication.contact:
        advice.append(
            "contact is empty: readers cannot report a number that does not work "
            "(set it in source/publication.toml)"
        )
    signed = {e.article.slug for e in plan.editions if e.clinician}
    articles = [a for slug, a in project.articles.items() if slug not in signed]
    unchecked = [a.path for a in articles if not a.front.reviewed_by]
    if unchecked:
        advice.append(f"no clinician has reviewed {', '.join(unchecked)} (page and sheet say so)")
    advice += _unpublished(project)
    return tuple(advice)
