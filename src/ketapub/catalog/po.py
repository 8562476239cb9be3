"""Turn the text of a catalog into entries, each cut into parts that joined are the file again.

A catalog is read as strictly as msgfmt reads it, but one broken entry is one Problem: it stays in
the catalog as a Remnant, byte for byte, and the entries around it are read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from ketapub.catalog.group import find_fault, group, is_loose
from ketapub.catalog.part import Kind, Part, cut
from ketapub.errors import Problem
from ketapub.message import Key

HEADER: Key = ("", "")
"""Key of the header entry."""
_READY = re.compile(r"(?:[a-z0-9+-]+-format|wrap|no-wrap|range:|[0-9]+\.\.[0-9]+|ignore-[a-z-]+)\Z")
"""Flags that say nothing about how far the work is. Any other one means: not ready."""
_BOM_HINT = "save it as UTF-8 without a byte order mark; the next update takes it off"
_IGNORE = re.compile(r"(?<!\S)ignore-([a-z-]+)")
_NPLURALS = re.compile(r"nplurals\s*=\s*([0-9]{1,2})\b", re.ASCII)


@dataclass(frozen=True, slots=True)
class Entry:
    """A message and its translation, with the parts of the file that say so."""

    parts: tuple[Part, ...]
    """All of it, with the blank lines before it."""
    line: int
    """1-based line of its msgid."""
    msgctxt: str | None
    msgid: str
    msgid_plural: str
    """Empty when it has none."""
    msgstr: tuple[str, ...]
    """One text, or one for each plural form."""
    obsolete: bool
    flags: tuple[str, ...] = field(init=False, repr=False)
    """The words of the `#,` lines."""
    sticky: tuple[str, ...] = field(init=False, repr=False)
    """The words of the `#=` lines."""
    fuzzy: bool = field(init=False, repr=False)
    """Whether it carries the flag `fuzzy`, be it in the comment that old gettext makes of `#=`."""

    def __post_init__(self) -> None:
        flags: tuple[str, ...] = ()
        sticky: tuple[str, ...] = ()
        fuzzy = False
        for part in self.parts:
            if part.kind == "flag":
                flags += words_of_flags(part.text)
            elif part.kind == "sticky":
                sticky += words_of_flags(part.text)
            elif part.kind == "comment" and part.text[:1] == "=":
                fuzzy = fuzzy or "fuzzy" in sticky_words(part.text)
        object.__setattr__(self, "flags", flags)
        object.__setattr__(self, "sticky", sticky)
        object.__setattr__(self, "fuzzy", fuzzy or "fuzzy" in flags or "fuzzy" in sticky)

    @property
    def key(self) -> Key:
        """(msgctxt, msgid). To gettext, `msgctxt ""` is another context than none at all."""
        return ("\0" if self.msgctxt == "" else self.msgctxt or "", self.msgid)

    @property
    def raw(self) -> str:
        """The entry as it stands in the file."""
        return "".join([part.raw for part in self.parts])

    @property
    def unready(self) -> bool:
        """Whether it is fuzzy, or carries a flag that we do not know: perhaps "needs review"."""
        return bool(self.marks)

    @property
    def marks(self) -> tuple[str, ...]:
        """The flags that say that the work is not done, `fuzzy` or others, each once, sorted."""
        if not self.flags and not self.fuzzy:
            return ()
        words = [flag for flag in self.flags if not _READY.match(flag)]
        return tuple(sorted({*words, "fuzzy"} if self.fuzzy else set(words)))

    @property
    def translated(self) -> bool:
        """Whether every msgstr says something."""
        return all(map(str.strip, self.msgstr))

    @property
    def blank(self) -> bool:
        """Whether no msgstr says anything."""
        return not any(map(str.strip, self.msgstr))

    @property
    def comments(self) -> tuple[str, ...]:
        """The translator's own comment lines."""
        return self._texts("comment")

    @property
    def ignored(self) -> frozenset[str]:
        """The checks that `ignore-<id>` names, in a flag or in a comment of the translator."""
        return frozenset(_IGNORE.findall(" ".join((*self.flags, *self.sticky, *self.comments))))

    @property
    def extracted(self) -> tuple[str, ...]:
        """The `#.` lines."""
        return self._texts("extracted")

    @property
    def references(self) -> tuple[str, ...]:
        """The words of the `#:` lines."""
        return tuple(" ".join(self._texts("reference")).split())

    @property
    def previous(self) -> tuple[str | None, str, str] | None:
        """msgctxt, msgid and msgid_plural of the `#|` lines; None when there are none."""
        told = {part.kind: part.text for part in self.parts if part.previous}
        if "msgid" not in told:
            return None
        return told.get("msgctxt"), told["msgid"], told.get("msgid_plural", "")

    def _texts(self, kind: Kind) -> tuple[str, ...]:
        return tuple([part.text for part in self.parts if part.kind == kind])


@dataclass(frozen=True, slots=True)
class Remnant:
    """A stretch of the file that is no entry: kept as it is, for a person to mend."""

    raw: str
    line: int
    keys: tuple[Key, ...]
    """The messages that seem to be in it."""


@dataclass(frozen=True, slots=True)
class Catalog:
    """A catalog as read."""

    name: str
    """What problems call it: its path relative to the project folder."""
    chunks: tuple[Entry | Remnant, ...]
    """Everything but the tail, in the order of the file."""
    tail: str
    """Blank lines and comments behind the last entry."""
    problems: tuple[Problem, ...]
    entries: tuple[Entry, ...] = field(repr=False)
    """The well-formed entries; the header and obsolete ones too."""
    header: Mapping[str, str] = field(repr=False)
    """Header fields by name."""

    @property
    def nplurals(self) -> int:
        """How many plural forms its header announces; 0 when it does not say."""
        found = _NPLURALS.search(self.header.get("Plural-Forms", ""))
        return int(found.group(1)) if found else 0

    @property
    def text(self) -> str:
        """The file, without the byte order mark that it may have had."""
        return "".join([chunk.raw for chunk in self.chunks]) + self.tail


def is_flag(word: str) -> bool:
    """Whether a word is a flag of gettext's own."""
    return word == "fuzzy" or _READY.match(word) is not None


def words_of_flags(text: str) -> tuple[str, ...]:
    """The flags of a line of flags."""
    return tuple(text.replace(",", " ").split())


def sticky_words(comment: str) -> tuple[str, ...]:
    """The flags of what msgcat before gettext 0.25 makes of a `#=` line: the comment `# = fuzzy`.

    None where it is a comment like others.
    """
    words = words_of_flags(comment[1:]) if comment[:1] == "=" else ()
    return words if all(map(is_flag, words)) else ()


def read_po(text: str, name: str) -> Catalog:
    """Read a catalog; `name` is what problems call it. Nothing in the text makes it raise."""
    body = text.lstrip("\ufeff")
    parts = cut(body)
    chunks: list[Entry | Remnant] = []
    problems: list[Problem] = []
    tail = ""
    for members in group(parts):
        fault = find_fault(members)
        if fault is None:
            chunks.append(_entry(members))
        elif is_loose(members):
            tail = "".join([part.raw for part in members])
        else:
            chunks.append(_remnant(members))
            problems.append(Problem(name, *fault, code="po-syntax"))
    entries = tuple([chunk for chunk in chunks if isinstance(chunk, Entry)])
    header = _header(entries)
    catalog = Catalog(name, tuple(chunks), tail, (), entries, MappingProxyType(header))
    assert catalog.text == body, "a catalog's parts must join to the file"
    problems += _duplicates(catalog)
    if body != text:
        what = "the file begins with a byte order mark, which msgfmt refuses"
        problems.append(Problem(name, 1, what, _BOM_HINT, "warning", "po-bom"))
    return Catalog(name, catalog.chunks, tail, tuple(sorted(problems)), entries, catalog.header)


def _entry(parts: tuple[Part, ...]) -> Entry:
    msgctxt: str | None = None
    msgid = msgid_plural = ""
    line = 0
    msgstr = []
    obsolete = False
    for part in parts:
        if part.kind == "msgstr":
            msgstr.append(part.text)
            obsolete = part.obsolete
        elif part.previous:
            continue
        elif part.kind == "msgid":
            msgid, line = part.text, part.line
        elif part.kind == "msgctxt":
            msgctxt = part.text
        elif part.kind == "msgid_plural":
            msgid_plural = part.text
    return Entry(parts, line, msgctxt, msgid, msgid_plural, tuple(msgstr), obsolete)


def _remnant(parts: Sequence[Part]) -> Remnant:
    raw = "".join([part.raw for part in parts])
    return Remnant(raw, parts[0].line, tuple(dict.fromkeys(_keys(parts))))


def _keys(parts: Sequence[Part]) -> Iterator[Key]:
    msgctxt = ""
    for part in parts:
        if part.previous or part.obsolete:
            continue
        if part.kind == "msgctxt":
            msgctxt = part.text
        elif part.kind == "msgid":
            yield (msgctxt, part.text)
            msgctxt = ""


def _header(entries: Sequence[Entry]) -> dict[str, str]:
    for entry in entries:
        if entry.key == HEADER and not entry.obsolete:
            lines = (line.partition(":") for line in entry.msgstr[0].splitlines())
            return {name.strip(): value.strip() for name, colon, value in lines if colon}
    return {}


def _duplicates(catalog: Catalog) -> Iterator[Problem]:
    first: dict[Key, Entry] = {}
    for entry in catalog.entries:
        known = first.setdefault(entry.key, entry)
        if known is not entry:
            yield Problem(
                catalog.name,
                entry.line,
                f"this msgid stands in the catalog twice, first in line {known.line}",
                "delete one of the two entries, or let ketapub check --fix make one of them",
                code="po-duplicate",
            )
