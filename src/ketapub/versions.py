"""Turn a plan and the versions published before into every version mark, and what became of each.

Nothing ever leaves the record. Its JSON Schema is `versions.schema.json`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from ketapub.edition import PAGE, Listed
from ketapub.helpline import Helpline
from ketapub.plan import Plan
from ketapub.previous import Version
from ketapub.project import Project, region_codes
from ketapub.region import Region, digits


@dataclass(frozen=True, slots=True)
class Dead:
    """A number that stands on paper and that its region prints no longer."""

    number: str
    """As printed there."""
    reason: str
    """In the editors' words; empty where they gave none."""
    since: str
    """`YYYY-MM-DD`; empty where they gave none."""
    now: str
    """What its region prints today in its place; empty where no file says."""
    first: str
    """Digits of the first number of its line: one notice speaks of all of them."""


def build_versions(
    project: Project, plan: Plan, old: Mapping[str, Version], today: date
) -> dict[str, Version]:
    """Every version mark ever published, by mark; `old`: those of the previous publication."""
    versions = dict(old)
    live: set[str] = set()
    every: tuple[Listed, ...] = (*plan.editions, *plan.refused)
    for each in every:
        for output in each.outputs:
            if output.published:
                live.add(output.mark)
                known = versions.get(output.mark)
                if known is None or not known.title:
                    versions[output.mark] = _new_version(each, output.name, project, known)
    cleared = {_text(v) for mark, v in old.items() if mark in live and v.text_withdrawn}
    for mark, version in versions.items():
        if mark in live:
            good = replace(version, state="good", reason="", since="", text_withdrawn=False)
            versions[mark] = good
        else:
            if _text(version) in cleared:  # what was taken back is published again as it was
                version = replace(version, text_withdrawn=False)
            versions[mark] = _judge(version, project, plan, today)
    return dict(sorted(versions.items()))


def _text(version: Version) -> tuple[str, ...]:
    return (version.article, version.locale, version.region, version.output)


def _new_version(listed: Listed, name: str, project: Project, known: Version | None) -> Version:
    where = listed.address
    article = project.articles.get(where.slug)
    return Version(
        where.slug,
        where.language.tag,
        where.region,
        name,
        where.path(PAGE),
        known.numbers if known else listed.output(name).numbers,
        title=listed.title,
        title_locale=listed.title_tag,
        text_of=article.front.updated.isoformat()[: len("2026-11")] if article else "",
    )


def _judge(version: Version, project: Project, plan: Plan, today: date) -> Version:
    """What to say of a version that is not published now."""
    day = version.since if version.state == "bad" else ""
    for each in project.withdrawals:
        if each.covers(version.article, version.locale, version.region, today):
            since = each.since.isoformat() if each.since else day or today.isoformat()
            return replace(
                version, state="bad", reason=each.reason, since=since, text_withdrawn=True
            )
    if version.text_withdrawn:  # by an entry that is gone since: the text was corrected
        return version
    dead = find_dead(version, plan, today)
    if not dead:
        return replace(version, state="outdated", reason="", since="")
    since = min((each.since for each in dead if each.since), default=day or today.isoformat())
    reasons = dict.fromkeys(each.reason for each in dead if each.reason)
    reason = "; ".join(reasons) or "its region prints a number on it no longer"
    return replace(version, state="bad", reason=reason, since=since)


def find_dead(version: Version, plan: Plan, today: date) -> tuple[Dead, ...]:
    """The numbers printed on a version that speak against it today."""
    dead = (n for n in version.numbers if not plan.is_safe(version.region, (n,)))
    return tuple(_explain(number, version, plan, today) for number in dead)


def _explain(number: str, version: Version, plan: Plan, today: date) -> Dead:
    entry = plan.regions.retired_as(version.region, number)
    chain = _regions(plan, version.region)
    gone = [
        line
        for region in chain
        for line in region.helplines
        if line.retired and line.retired <= today and _has(line, number)
    ]
    reason = entry.reason if entry else next((line.reason for line in gone), "")
    since = min((line.retired.isoformat() for line in gone if line.retired), default="")
    now = [entry.replaced_by] if entry else []
    now += [
        line.channels[0].dial
        for region in chain
        for line in region.helplines
        if digits(number) in map(digits, line.replaces)
    ]
    if number == version.numbers[0]:
        now += [region.emergency.call for region in chain if region.emergency]
    printed = plan.numbers_today.get(version.region, frozenset())
    first = next((way.dial for line in gone for way in line.channels if way.dial), number)
    alive = next((n for n in now if n and digits(n) in printed), "")
    return Dead(number, reason, since, alive, digits(first))


def _regions(plan: Plan, code: str) -> tuple[Region, ...]:
    known = plan.regions.regions
    return tuple(known[each] for each in region_codes(code) if each in known)


def _has(line: Helpline, number: str) -> bool:
    return digits(number) in {digits(way.dial) for way in line.channels}
