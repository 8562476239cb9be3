"""Turn a language tag into what CLDR knows about it: names, direction, dates, times, lists.

Tags are BCP 47 (`zh-Hans`); all facts are those of CLDR as Babel carries them. Babel is imported
only when a fact is asked for. Digits are always 0-9: readers dial and compare them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from babel import Locale

Direction = Literal["ltr", "rtl"]

TEST_TAGS = ("en-XA", "ar-XB")
"""Test locales, by CLDR's convention: accented English, and English in right-to-left letters."""
_TAG = re.compile(r"([a-z]{2,3})(?:[-_]([a-z]{4}))?(?:[-_]([a-z]{2}|\d{3}))?", re.IGNORECASE)
_SPANISH_I = re.compile(r"h?[ií](?![ae])", re.IGNORECASE)
_ALL_DAYS = 7


@dataclass(frozen=True, slots=True, eq=False)
class Language:
    """One language that an article is published in. Its tag decides all the rest."""

    tag: str
    """BCP 47, in the usual case: `zh-Hans`. Goes into `lang`."""
    locale: str
    """gettext's spelling: `zh_Hans`. Names the catalog's folder."""
    own_name: str
    """Its name in itself, as a menu shows it: `Español`."""
    direction: Direction
    script: str
    """ISO 15924: `Latn`, `Arab`, `Deva`, `Hans`."""
    plural_forms: str
    """Value of the catalog header Plural-Forms."""
    nplurals: int
    segment: str
    """The tag as a part of an address: `zh-hans`."""

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, Language) and other.tag == self.tag)

    def __hash__(self) -> int:
        return hash(self.tag)

    def __reduce__(self) -> tuple[Any, ...]:
        return parse_language, (self.tag,)


def normalize_tag(tag: str) -> str:
    """`ZH_hans` -> `zh-Hans`: language, script and country in their usual case (RFC 5646, 2.1.1).

    Raises ValueError when the text does not have the shape language[-Script][-COUNTRY].
    """
    match = _TAG.fullmatch(tag)
    if match is None:
        raise ValueError(f"“{tag}” is not a language tag; write one such as es, pt-BR or zh-Hans")
    language, script, territory = match.groups(default="")
    parts = (language.lower(), script.title(), territory.upper())
    return "-".join(part for part in parts if part)


@lru_cache(maxsize=256)
def parse_language(tag: str) -> Language:
    """What CLDR says about a language, given as `zh-Hans` or `zh_Hans`.

    Raises ValueError, in one plain sentence, for a tag that is malformed or unknown to CLDR.
    """
    tag = normalize_tag(tag)
    cldr = _parse_locale(tag)
    plural_forms, nplurals = _plural_rule(cldr)
    return Language(
        tag=tag,
        locale=tag.replace("-", "_"),
        own_name=start_upper(language_name(tag, tag)),
        direction="rtl" if cldr.text_direction == "rtl" else "ltr",
        script=cldr.script or _likely_script(tag),
        plural_forms=plural_forms,
        nplurals=nplurals,
        segment=tag.lower(),
    )


def usual_tag(tag: str) -> str:
    """The tag that CLDR has for what other tools call `zh_CN`, `pt-br` or `tl`; "" for none.

    Aliases and likely scripts are CLDR's: `tl` is `fil`, `zh-TW` is `zh-Hant`.
    """
    from babel.core import get_global

    try:
        language, *rest = normalize_tag(tag).split("-")
    except ValueError:
        return ""
    language = get_global("language_aliases").get(language, language)
    named = "_".join((language, *rest))
    known = get_global("likely_subtags")
    likely = (known.get(named) or known.get(language) or named).split("_")
    for candidate in (named, "_".join(likely[:2])):
        if _exists(candidate):
            return candidate.replace("_", "-")
    return ""


def is_language(tag: str) -> bool:
    """Whether CLDR has a name for this language, even where it has no other facts (`hmn`)."""
    try:
        tag = normalize_tag(tag)
    except ValueError:
        return False
    return tag.split("-")[0] in _cldr("en").languages


def is_territory(code: str) -> bool:
    """Whether this is a country or territory in CLDR: `US`, not `150` or `us`."""
    return code.isascii() and code.isalpha() and code.isupper() and code in _cldr("en").territories


@lru_cache(maxsize=1 << 12)  # the same on every page of a place
def language_name(tag: str, in_tag: str) -> str:
    """The name of one language in another, as in running text: es in fr -> `espagnol`.

    CLDR's name for the whole tag where it has one (`Simplified Chinese`), else the language with
    the rest in brackets; the language's own name, then the tag, where CLDR has none.
    """
    tag = normalize_tag(tag)
    language, *rest = tag.split("-")
    names = _cldr(in_tag).languages
    whole = names.get(tag.replace("-", "_"))
    if whole:
        return str(whole)
    base = names.get(language)
    if base is None:
        return language_name(tag, tag) if in_tag != tag and _exists(language) else tag
    details = [_part_name(part, in_tag) for part in rest]
    return f"{base} ({', '.join(details)})" if details else str(base)


@lru_cache(maxsize=1 << 12)  # the same on every page of a place
def territory_name(code: str, in_tag: str) -> str:
    """The name of a country (ISO 3166-1) in a language; else in English; else its code."""
    for tag in (in_tag, "en"):
        name = _cldr(tag).territories.get(code)
        if name:
            return str(name)
    return code


def parent_tags(tag: str) -> tuple[str, ...]:
    """Where CLDR looks next for a text, nearest first and without its root.

    `es-US` -> (`es-419`, `es`). Parents in another language or script are left out: their readers
    are other people.
    """
    from babel.core import get_global

    exceptions = get_global("parent_exceptions")
    tag = normalize_tag(tag)
    parents: list[str] = []
    parent = tag
    while True:
        parent = exceptions.get(parent.replace("-", "_"), parent.rpartition("-")[0])
        parent = parent.replace("_", "-")
        if not parent or not _same_readers(tag, parent):
            return tuple(parents)
        parents.append(parent)


def hreflang(tag: str, country: str = "") -> str:
    """language[-Script][-COUNTRY] for `hreflang`: zh-Hans, US -> `zh-Hans-US`."""
    parts = normalize_tag(tag).split("-")
    kept = [part for i, part in enumerate(parts) if i == 0 or len(part) == len("Hans")]
    return "-".join([*kept, _country(country)] if country else kept)


@lru_cache(maxsize=1 << 12)  # the same on every page of a place
def format_date(day: date, tag: str, territory: str = "") -> str:
    """A long date in the manner of a language and, where CLDR has the pair, of a country."""
    from babel.dates import format_date as babel_format_date

    return babel_format_date(day, "long", locale=_cldr(tag, territory))


@lru_cache(maxsize=1 << 12)  # the same on every page of a place
def format_month(month: date | str, tag: str, territory: str = "") -> str:
    """A month with its year (CLDR skeleton yMMMM).

    A text is `YYYY-MM`, `YYYY-MM-DD`, or `YYYY`, which gives the year alone.
    """
    from babel.dates import format_skeleton

    skeleton = "yMMMM"
    if isinstance(month, str):
        year, *rest = map(int, month.split("-"))
        skeleton = "yMMMM" if rest else "y"
        month = date(year, rest[0] if rest else 1, 1)
    return format_skeleton(skeleton, month, locale=_cldr(tag, territory))


def format_day_of_year(month: int, day: int, tag: str, territory: str = "") -> str:
    """A day of every year (CLDR skeleton MMMMd): `25 December`."""
    from babel.dates import format_skeleton

    leap_year = 2024
    return format_skeleton("MMMMd", date(leap_year, month, day), locale=_cldr(tag, territory))


def format_list(items: Sequence[str], tag: str, territory: str = "") -> str:
    """`a, b, and c` by CLDR's standard list pattern; `a, b and c` in Britain.

    Arabic's wāw joins the word behind it, as it should. Spanish `y` is `e` before an i sound
    (`hindi e inglés`): ICU knows this rule, CLDR's patterns cannot say it.
    """
    from babel.lists import format_list as babel_format_list

    text = babel_format_list(list(items), "standard", locale=_cldr(tag, territory))
    if len(items) > 1 and _cldr(tag).language == "es" and _SPANISH_I.match(items[-1]):
        text = text.removesuffix(f" y {items[-1]}") + f" e {items[-1]}"
    return text


@lru_cache(maxsize=1 << 12)  # the same on every page of a place
def format_time_range(start: time, end: time, tag: str, territory: str = "") -> str:
    """Two clock times; an end not after the start lies on the next day.

    Within a day CLDR's interval, which says AM or PM once where one serves for both. Past midnight
    both times are written out: CLDR's form would read as "8:00 - 2:00 AM".
    """
    from babel.dates import format_interval, format_time

    cldr = _cldr(tag, territory)
    if start < end:
        hour = "H" if "H" in cldr.time_formats["short"].pattern else "h"
        return format_interval(start, end, f"{hour}m", locale=cldr)
    first, last = (format_time(moment, "short", locale=cldr) for moment in (start, end))
    return _interval(cldr, first, last)


def format_days(days: Iterable[int], tag: str, territory: str = "") -> str:
    """Days of the week, Monday = 0, as runs (Monday to Friday) and lists (Saturday and Sunday).

    A run may pass the end of the week (Sunday to Thursday). All seven are a run from Monday.
    """
    cldr = _cldr(tag, territory)
    names = cldr.days["stand-alone"]["wide"]
    runs = []
    for run in _runs(frozenset(days)):
        if len(run) > len("ab"):
            runs.append(_interval(cldr, names[run[0]], names[run[-1]]))
        else:
            runs.extend(names[day] for day in run)
    return format_list(runs, tag, territory)


@lru_cache(maxsize=1 << 12)  # the same on every page of a place
def format_currency(amount: str, currency: str, tag: str, territory: str = "") -> str:
    """An amount of money, given as `0.20` and `EUR` (ISO 4217)."""
    from babel.numbers import format_currency as babel_format_currency

    return babel_format_currency(Decimal(amount), currency, locale=_cldr(tag, territory))


def is_currency(code: str) -> bool:
    """Whether this is a currency in CLDR (ISO 4217)."""
    return code in _cldr("en").currencies


def time_zone_country(zone: str) -> str:
    """The country (ISO 3166-1) of an IANA time zone; empty when it is unknown."""
    from babel.core import get_global

    zones = get_global("zone_territories")
    return str(zones.get(zone) or zones.get(get_global("zone_aliases").get(zone, ""), ""))


def has_one_time_zone(country: str) -> bool:
    """Whether a whole country keeps one time, so that hours need no zone beside them."""
    from babel.core import get_global

    meta_zones = get_global("meta_zones")
    zones = get_global("zone_territories").items()
    return len({meta_zones.get(zone, zone) for zone, place in zones if place == country}) == 1


def time_zone_name(zone: str, tag: str) -> str:
    """What people call a time zone: `Eastern Time`; its city where CLDR has no name."""
    from babel.core import get_global

    cldr = _cldr(tag)
    names = cldr.meta_zones.get(get_global("meta_zones").get(zone, ""), {}).get("long", {})
    city = cldr.time_zones.get(zone, {}).get("city") or zone.rpartition("/")[2].replace("_", " ")
    return str(names.get("generic") or names.get("standard") or city)


def start_upper(text: str) -> str:
    """The text with a capital at its start, as menus and lines of their own have it.

    Titlecase rather than upper case, which is wrong for Georgian; a word with a capital further on
    (isiZulu) keeps its small start.
    """
    word = text.split(" ", 1)[0]
    return text if word[1:] != word[1:].lower() else text[:1].title() + text[1:]


def _country(region: str) -> str:
    """The country of a region code: CA-QC -> CA."""
    return region.partition("-")[0]


def _exists(locale: str) -> bool:
    from babel import localedata

    return localedata.exists(locale)


def _parse_locale(tag: str) -> Locale:
    from babel import Locale, UnknownLocaleError

    tag = tag.partition("-")[0] if tag in TEST_TAGS else tag
    try:
        return Locale.parse(tag, sep="-", resolve_likely_subtags=False)
    except UnknownLocaleError:
        raise ValueError(
            f"the language “{tag}” is unknown to Unicode's locale data (CLDR); "
            "use a tag that it has, such as es, pt-BR or zh-Hans"
        ) from None


@lru_cache(maxsize=512)
def _cldr(tag: str, territory: str = "") -> Locale:
    """CLDR's locale for a language in a country, or for the language where the pair is unknown."""
    tag = normalize_tag(tag)
    parts = tag.split("-")
    names_country = len(parts) > 1 and len(parts[-1]) != len("Hans")
    if territory and not names_country:
        pair = f"{tag}-{_country(territory)}"
        if _exists(pair.replace("-", "_")):
            return _parse_locale(pair)
    return _parse_locale(tag)


def _part_name(part: str, in_tag: str) -> str:
    names = _cldr(in_tag).scripts if len(part) == len("Hans") else _cldr(in_tag).territories
    return str(names.get(part, part))


def _likely_script(tag: str) -> str:
    from babel.core import get_global

    likely = get_global("likely_subtags")
    known = likely.get(tag.replace("-", "_")) or likely.get(tag.split("-")[0], "")
    return next((part for part in known.split("_") if len(part) == len("Hans")), "Latn")


def _same_readers(tag: str, parent: str) -> bool:
    """Same language (Norwegian's `no` stands for both its forms) and no less script."""
    language, *rest = tag.split("-")
    parent_language, *parent_rest = parent.split("-")
    script, parent_script = (
        [part for part in parts if len(part) == len("Hans")] for parts in (rest, parent_rest)
    )
    is_same = language == parent_language or (language in ("nb", "nn") and parent_language == "no")
    return is_same and script == parent_script


def _plural_rule(cldr: Locale) -> tuple[str, int]:
    """gettext's Plural-Forms and their number, as translators' tools know them.

    Babel's table first (gettext's own forms); then CLDR's rule, unless it speaks of decimals or
    powers of ten, for which gettext has no words; then the English rule.
    """
    from babel.messages.plurals import PLURALS
    from babel.plural import to_gettext

    for name in (str(cldr), cldr.language):
        if name in PLURALS:
            count, expression = PLURALS[name]
            return f"nplurals={count}; plural={expression};", int(count)
    rule = to_gettext(cldr.plural_form)
    if re.search(r"[a-mo-z0]", rule.partition("plural=(")[2].replace("== 0", "")) is None:
        return rule, int(rule[len("nplurals=")])
    return "nplurals=2; plural=(n != 1);", 2


def _interval(cldr: Locale, first: str, last: str) -> str:
    """CLDR's pattern for any range: mostly a dash between blanks."""
    return str(cldr.interval_formats[None]).replace("{0}", first).replace("{1}", last)


def _runs(days: frozenset[int]) -> list[list[int]]:
    """Consecutive days as runs in week order; one that passes Sunday starts before it."""
    if len(days) == _ALL_DAYS:
        return [list(range(_ALL_DAYS))]
    runs = []
    for day in sorted(days):
        if (day - 1) % _ALL_DAYS in days:
            continue
        run = [day]
        while (run[-1] + 1) % _ALL_DAYS in days:
            run.append((run[-1] + 1) % _ALL_DAYS)
        runs.append(run)
    return runs


def sort_key(text: str) -> str:
    """What names are sorted by: their letters without case and accents, so that É stands by E."""
    letters = unicodedata.normalize("NFKD", text)
    return "".join(c for c in letters if not unicodedata.combining(c)).casefold()
