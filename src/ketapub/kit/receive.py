"""Turn what came back in kits into changed catalogs, and tell of every change.

Writes nothing. A file in the wrong language is refused as a whole; a text that a check refuses
arrives as fuzzy, with the reason in its comment.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ketapub.catalog import Catalog, Entry, read_po
from ketapub.catalog.po import HEADER
from ketapub.catalog.revision import revise_entries
from ketapub.errors import KetapubError, Problem
from ketapub.kit.answer import Answer, Returned, Signature
from ketapub.kit.item import load_catalog, mark_key
from ketapub.kit.settle import FAILS, Fate, Kind, settle_answer
from ketapub.language import Language, normalize_tag, parent_tags
from ketapub.message import Message
from ketapub.project import Project, catalog_path, judge, load_setting

_SCRIPTS = {
    "ARABIC": "Arab", "ARMENIAN": "Armn", "BENGALI": "Beng", "CJK": "Hani", "CYRILLIC": "Cyrl",
    "DEVANAGARI": "Deva", "ETHIOPIC": "Ethi", "GEORGIAN": "Geor", "GREEK": "Grek",
    "GUJARATI": "Gujr", "GURMUKHI": "Guru", "HANGUL": "Hang", "HEBREW": "Hebr", "HIRAGANA": "Hani",
    "KANNADA": "Knda", "KATAKANA": "Hani", "KHMER": "Khmr", "LAO": "Laoo", "LATIN": "Latn",
    "MALAYALAM": "Mlym", "MYANMAR": "Mymr", "SINHALA": "Sinh", "TAMIL": "Taml", "TELUGU": "Telu",
    "THAI": "Thai", "TIBETAN": "Tibt",
}  # fmt: skip
"""First word of a letter's name in Unicode -> its script; Japanese is counted with Chinese."""
_ALIKE = {"Hans": "Hani", "Hant": "Hani", "Jpan": "Hani", "Kore": "Hang"}
_FEW = 3
"""Below so many texts a script proves nothing: they may all be names."""


@dataclass(frozen=True, slots=True)
class Change:
    """What a file does to one message."""

    path: str
    line: int
    """Of the catalog as it was."""
    kind: Kind
    msgid: str
    old: tuple[str, ...]
    new: tuple[str, ...]
    why: tuple[str, ...] = ()
    """Why it arrives as fuzzy."""


@dataclass(frozen=True, slots=True)
class Approval:
    """A text that a reviewer has called right, by name."""

    language: Language
    domain: str
    message: Message
    msgstr: tuple[str, ...]
    signature: Signature


@dataclass(frozen=True, slots=True)
class Receipt:
    """What all files together would change."""

    texts: Mapping[str, str]
    """Changed catalogs by path."""
    changes: tuple[Change, ...]
    same: int
    """Answers that change nothing."""
    approvals: tuple[Approval, ...]
    problems: tuple[Problem, ...]


@dataclass(slots=True)
class _Work:
    project: Project
    catalogs: dict[str, Catalog] = field(default_factory=dict)
    first: dict[str, str] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    approvals: list[Approval] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    same: int = 0


def receive(project: Project, files: Iterable[Returned]) -> Receipt:
    """What the files change, one after the other."""
    work = _Work(project)
    for file in files:
        try:
            _take(work, file)
        except KetapubError as error:
            work.problems += error.problems
    texts = {
        path: catalog.text
        for path, catalog in work.catalogs.items()
        if catalog.text != work.first[path]
    }
    return Receipt(
        texts, tuple(work.changes), work.same, tuple(work.approvals), tuple(work.problems)
    )


def _take(work: _Work, file: Returned) -> None:
    language = find_language(file, work.project)
    _refuse_script(file, language)
    domain, catalog = _find_catalog(work, file, language)
    messages = {message.key: message for message in work.project.messages[domain]}
    places = _find_places(catalog)
    fates: dict[int, Fate] = {}
    for answer in file.answers:
        if answer.message not in places:
            if answer.msgstr:
                work.problems.append(_homeless(file, answer, catalog.name))
            continue
        place, moved = places[answer.message]
        entry = _entry(catalog, place)
        fate = settle_answer(entry, answer, file.signature, moved)
        if fate is None:
            work.same += 1
        else:
            fates[place] = fate
    fates, why = _check(work.project, language, domain, catalog, fates)
    for place, fate in fates.items():
        entry = _entry(catalog, place)
        work.changes.append(
            Change(catalog.name, entry.line, fate.kind, entry.msgid, entry.msgstr,
                   fate.revision.msgstr, why.get(place, ()))
        )  # fmt: skip
        if fate.approved and file.signature and entry.key in messages:
            message = messages[entry.key]
            said = fate.revision.msgstr
            work.approvals.append(Approval(language, domain, message, said, file.signature))
    revisions = {place: fate.revision for place, fate in fates.items()}
    text = revise_entries(catalog, revisions, messages)
    work.catalogs[catalog.name] = read_po(text, catalog.name)


def _check(
    project: Project, language: Language, domain: str, catalog: Catalog, fates: dict[int, Fate]
) -> tuple[dict[int, Fate], dict[int, tuple[str, ...]]]:
    """The fates with those fuzzy that a check refuses, and why."""
    fates, why = dict(fates), {}
    messages = {message.key: message for message in project.messages[domain]}
    revisions = {place: fate.revision for place, fate in fates.items()}
    trial = read_po(revise_entries(catalog, revisions, messages), catalog.name)
    touched = {place: messages.get(_entry(catalog, place).key) for place in fates}
    judged = judge(
        project,
        load_setting(project, language),
        domain,
        [m for m in touched.values() if m],
        (trial,),
    )
    for place, message in touched.items():
        fate = fates[place]
        if message is None or fate.kind in ("comment", "newer"):
            continue
        if reasons := judged.of(message).problems:
            why[place] = tuple(reason.message for reason in reasons)
            comments = (f"{FAILS}{reason.message} ({reason.code})" for reason in reasons)
            kept = dict.fromkeys((*fate.revision.comments, *comments))
            revision = fate.revision._replace(ready=False, comments=tuple(kept))
            kind: Kind = fate.kind if fate.kind == "unsafe" else "fuzzy"
            fates[place] = Fate(kind, revision)
    return fates, why


# --- where an answer belongs ----------------------------------------------------------------------


def find_language(file: Returned, project: Project) -> Language:
    """The language of the project that a file is in. Raises KetapubError when it has none such."""
    known = {language.tag: language for language in project.locales}
    for tag in _tags(file.locale):
        if tag in known:
            return known[tag]
    if not file.locale:
        what, hint = "it does not say which language it is in", "send the file of the kit"
    else:
        what = f"it says that its language is {file.locale[:40]}, which this publication has not"
        hint = f"the languages are {', '.join(sorted(known))}"
    raise KetapubError(Problem(file.name, 0, what, hint, code="language"))


def _tags(locale: str) -> Sequence[str]:
    """A language in our spelling, then its parents: `ar-SA`, `ar`; zh_CN is `zh-Hans`."""
    from babel.core import get_global

    try:
        tag = normalize_tag(locale.strip())
    except ValueError:
        return ()
    first = tag.partition("-")[0]
    likely = get_global("likely_subtags")
    known = likely.get(tag.replace("-", "_")) or likely.get(first, "")
    has_script = any(len(part) == len("Hans") for part in tag.split("-"))
    written = tag if has_script else "-".join(known.split("_")[:2])
    return tuple(dict.fromkeys((tag, *parent_tags(tag), written)))


def _refuse_script(file: Returned, language: Language) -> None:
    """Raise KetapubError when most of a file's texts are in the letters of another script."""
    wanted = _ALIKE.get(language.script, language.script)
    texts = [
        text
        for answer in file.answers
        for text in answer.msgstr[:1]
        if answer.source != text and (script := script_of(text)) and script != "?"
    ]
    found = Counter(script_of(text) for text in texts)
    if wanted not in _SCRIPTS.values() or len(texts) < _FEW or found[wanted] * 2 >= len(texts):
        return
    most = found.most_common(1)[0][0]
    what = f"most of its texts are in another script ({most}) than {language.own_name} ({wanted})"
    hint = "it seems to be the file of another language: nothing of it was taken"
    raise KetapubError(Problem(file.name, 0, what, hint, code="language"))


def script_of(text: str) -> str:
    """The script (ISO 15924) of most letters of a text; empty when it has none."""
    names = (unicodedata.name(c, "?").partition(" ")[0] for c in text if c.isalpha())
    counts = Counter(_SCRIPTS.get(name.partition("-")[0], "?") for name in names)
    return counts.most_common(1)[0][0] if counts else ""


def _find_catalog(work: _Work, file: Returned, language: Language) -> tuple[str, Catalog]:
    """The domain that a file says, or else the one that most of its messages are of."""
    found = []
    for domain in work.project.messages:
        catalog = _catalog(work, language, domain)
        if catalog is not None:
            places = _find_places(catalog)
            known = sum(answer.message in places for answer in file.answers)
            found.append((domain == file.domain and known > 0, known, domain, catalog))
    best = max(found, key=lambda each: each[:2], default=None)
    if best is None or not best[1]:
        hint = "is it from another publication? if the catalogs are missing: ketapub update"
        what = "no message of it is in the catalogs of this project"
        raise KetapubError(Problem(file.name, 0, what, hint))
    return best[2], best[3]


def _catalog(work: _Work, language: Language, domain: str) -> Catalog | None:
    name = catalog_path(language.locale, domain).as_posix()
    if name not in work.catalogs:
        catalog = load_catalog(work.project, language, domain)
        if catalog is None:
            return None
        work.catalogs[name] = catalog
        work.first[name] = catalog.text
    return work.catalogs[name]


def _find_places(catalog: Catalog) -> Mapping[str, tuple[int, bool]]:
    """By message: the place of its entry, and whether that is one whose source has moved on.

    A live entry comes before one whose earlier source text it was, that before an obsolete one.
    """
    entries = [
        (place, chunk)
        for place, chunk in enumerate(catalog.chunks)
        if isinstance(chunk, Entry) and chunk.key != HEADER
    ]
    places = {mark_key(entry.key): (place, False) for place, entry in entries if entry.obsolete}
    for place, entry in entries:
        if entry.previous and not entry.obsolete:
            places[mark_key((entry.previous[0] or "", entry.previous[1]))] = (place, True)
    live = {mark_key(entry.key): (place, False) for place, entry in entries if not entry.obsolete}
    return places | live


def _entry(catalog: Catalog, place: int) -> Entry:
    chunk = catalog.chunks[place]
    assert isinstance(chunk, Entry)
    return chunk


def _homeless(file: Returned, answer: Answer, path: str) -> Problem:
    what = f"“{answer.source[:60]}” has no entry in {path}: its text was not taken"
    hint = "keep the file; if the source text is to come back, run ketapub update, then receive"
    return Problem(file.name, answer.line, what, hint)
