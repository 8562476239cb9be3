"""Turn items into a catalog for translators' tools, and such a catalog back into answers.

Each entry carries its name as an extracted comment (`#. kit ...`), which the tools keep.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ketapub.catalog import Catalog, Entry, is_marked, read_po
from ketapub.catalog.compose import bare
from ketapub.catalog.header import read_lines
from ketapub.catalog.quoting import write_fields
from ketapub.catalog.template import header_fields
from ketapub.errors import KetapubError, Problem
from ketapub.files import decode
from ketapub.kit.answer import Answer, Returned
from ketapub.kit.item import Item, mark_key, read_name
from ketapub.language import Language

FIELD = "X-Ketapub-Kit"
"""Header field: the domain and the language of a kit's catalog."""
_KIT = "kit "
_BEFORE_FIELDS = re.compile(r"(?m)^(?:#[:,|=]|msg)")
_CHARSET = re.compile(rb"charset=([A-Za-z0-9_.:-]+)")


def write_catalog(
    domain: str, items: Sequence[Item], old: Catalog | None, target: Language
) -> bytes:
    """A catalog with the header of the project's own and the entries of these items alone."""
    lines = dict(header_fields(domain, target.locale, target.plural_forms))
    for entry in old.entries if old else ():
        if not entry.msgid and not entry.obsolete:
            lines = read_lines(entry.msgstr[0])
    lines[FIELD] = f"{FIELD}: {domain} {target.locale}"
    header = write_fields(None, "", "", ["".join(f"{line}\n" for line in lines.values())])
    return "\n".join([header, *map(_write_entry, items)]).encode()


def _write_entry(item: Item) -> str:
    raw = bare(item.entry)
    place = _BEFORE_FIELDS.search(raw)
    start = place.start() if place else 0
    return f"{raw[:start]}#. {_KIT}{item.name}\n{raw[start:]}"


def read_catalog(data: bytes, name: str) -> tuple[Returned, tuple[Problem, ...]]:
    """The answers of a catalog, whoever saved it, and what cannot be read in it.

    Raises KetapubError when it is no UTF-8 or holds no entry.
    """
    found = _CHARSET.search(data[:5000])
    charset = found[1].decode("ascii").upper() if found else "UTF-8"
    if charset not in ("UTF-8", "UTF8", "CHARSET", "US-ASCII", "ASCII"):
        hint = "save it as UTF-8 (in Poedit: Translation, Properties, Charset)"
        raise KetapubError(Problem(name, 1, f"this catalog is written in {charset}", hint))
    catalog = read_po(decode(data, name), name)
    answers = tuple(_answers(catalog))
    if not answers:
        hint = "send the .po file of the kit"
        raise KetapubError(Problem(name, 0, "this is no catalog: it has no entry", hint))
    words = catalog.header.get(FIELD, "").split()
    language = catalog.header.get("Language", "")
    domain = words[0] if words else catalog.header.get("Project-Id-Version", "")
    if len(words) == 2 and language and language.lower() != words[1].lower():
        hint = f"write in its header: Language: {words[1]}, if that is its language"
        what = f"its header says {language}, but it was sent for {words[1]}"
        raise KetapubError(Problem(name, 1, what, hint))
    locale = words[1] if len(words) == 2 else language
    return Returned(name, locale, domain, answers), catalog.problems


def _answers(catalog: Catalog) -> Iterator[Answer]:
    for entry in catalog.entries:
        if not entry.msgid or entry.obsolete:
            continue
        sent = next((line for line in entry.extracted if line.startswith(_KIT)), "")
        said = read_name(sent)
        yield Answer(
            entry.line,
            mark_key(entry.key),
            said.text if said else "",
            () if entry.blank else entry.msgstr,
            None if entry.blank else not entry.unready,
            _comments(entry),
            unmarked=bool(said) and not is_marked(entry.comments),
            source=entry.msgid,
        )


def _comments(entry: Entry) -> tuple[str, ...]:
    return tuple(comment for comment in entry.comments if comment)
