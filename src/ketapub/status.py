"""Turn a plan into the table that people steer by: how far each locale is, and what is held."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ketapub.check import idle_waivers
from ketapub.edition import PAGE
from ketapub.errors import Problem
from ketapub.message import message_digest
from ketapub.plan import Plan, is_reviewed, make_plan
from ketapub.project import Project, load_ledger, load_waivers


@dataclass(frozen=True, slots=True)
class Row:
    """One domain in one locale, in words of the source text."""

    locale: str
    domain: str
    translated: int
    fuzzy: int
    failed: int
    missing: int
    reviewed: bool


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
    for language in project.locales:
        told: dict[str, set[str]] = {}
        for domain, messages in project.messages.items():
            for message in messages:
                translation = plan.texts[language.tag].of(domain).of(message)
                said = (*translation.problems, *translation.advice)
                found += said
                digest = message_digest(message.msgctxt, message.msgid, translation.msgstr)
                told.setdefault(digest, set()).update(problem.code for problem in said)
        found += idle_waivers(load_waivers(project, language), told)
    return tuple(dict.fromkeys((*plan.problems, *found)))


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
    return Status(tuple(_rows(project, plan)), tuple(held), plan.problems, _advice(project))


def _rows(project: Project, plan: Plan) -> list[Row]:
    rows = []
    for language in project.locales:
        texts = plan.texts[language.tag]
        ledger, _ = load_ledger(project, language)
        for domain, messages in project.messages.items():
            found = texts.of(domain)
            words = found.counts(messages)
            reviewed = is_reviewed(messages, found, ledger)
            rows.append(
                Row(
                    language.locale,
                    domain,
                    words.translated,
                    words.fuzzy,
                    words.failed,
                    words.missing,
                    reviewed,
                )
            )
    return rows


def _advice(project: Project) -> tuple[str, ...]:
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
    unchecked = [a.path for a in project.articles.values() if not a.front.reviewed_by]
    if unchecked:
        advice.append(f"no clinician has reviewed {', '.join(unchecked)} (page and sheet say so)")
    return tuple(advice)
