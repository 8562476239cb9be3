"""Turn items into a table for spreadsheets, and tables and filled review sheets into answers.

CSV as RFC 4180 has it, with a byte order mark, by which spreadsheets know UTF-8. A cell that a
spreadsheet would take for a formula begins with an apostrophe (CWE-1236), which is taken off again.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from ketapub.catalog import ROLES, reviewer_name
from ketapub.errors import KetapubError, Problem
from ketapub.kit.answer import Returned, Text, Verdict, gather
from ketapub.kit.item import Item, read_name
from ketapub.kit.xliff import notes
from ketapub.language import Language
from ketapub.review import Reviewer

COLUMNS = (
    "id", "language", "domain", "place", "kind", "source", "previous source", "translation",
    "state", "notes", "comment",
)  # fmt: skip
VERDICTS: Mapping[str, Verdict] = {"": "", "right": "right", "change": "change", "unsafe": "unsafe"}
_NEEDED = frozenset({"id", "language", "translation"})
_FORMULA = re.compile(r"'*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]")
_GUARDED = re.compile(r"'+[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]")
_LONGEST = 1_000_000
"""Characters in a cell: more is no text of ours."""


def guard(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def unguard(cell: str) -> str:
    """What `guard` was given."""
    return cell[1:] if _GUARDED.match(cell) else cell


def write_table(rows: Iterable[Sequence[object]]) -> bytes:
    """Rows as the bytes of a CSV file."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerows([guard(str(cell)) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig", "replace")


def write_items(items: Sequence[Item], target: Language) -> bytes:
    """A row for each text; of a message with a plural one for each form."""
    rows: list[tuple[str, ...]] = [COLUMNS]
    for item in items:
        state = "done" if item.state in ("done", "draft") else "open"
        said = "\n".join(text for author, text in notes(item) if author != "translator")
        comments = "\n".join(text for author, text in notes(item) if author == "translator")
        old = item.entry.previous[1] if item.state == "changed" and item.entry.previous else ""
        kind = f"{'CRITICAL: ' * item.message.critical}{item.message.kind}"
        for name, source, text in zip(item.names, item.sources, item.entry.msgstr, strict=True):
            rows.append(
                (name, target.locale, item.domain, item.place, kind, source, old, text, state,
                 said, comments)
            )  # fmt: skip
    return write_table(rows)


def read_table(data: bytes, name: str) -> tuple[tuple[Returned, ...], tuple[Problem, ...]]:
    """The answers of a table or of review sheets, by language, domain and reviewer.

    A reviewer who is not named in full, or not with consent, is a problem and is nobody. Raises
    KetapubError for what cannot be read as a whole.
    """
    rows = _read_rows(_decode(data, name), name)
    columns = {heading.strip().lower(): place for place, heading in enumerate(rows[0][1])}
    texts: dict[tuple[str, str, Reviewer | None], list[Text]] = {}
    problems: dict[Problem, None] = {}
    for line, row in rows[1:]:
        cells = {
            heading: unguard(row[place]) if place < len(row) else ""
            for heading, place in columns.items()
        }
        if not any(map(str.strip, row)):
            continue
        found = read_name(cells["id"])
        if found is None:
            hint = "keep the first column as it was sent"
            raise KetapubError(Problem(name, line, f"“{cells['id'][:40]}” is no id", hint))
        try:
            reviewer = _read_reviewer(cells)
        except ValueError as error:
            reviewer = None
            hint = (
                "no review comes of it: ask the reviewer to fill that in and save the sheet again"
            )
            problems[Problem(name, 0, f"the sheet is not signed: {error}", hint, "warning")] = None
        verdict = _read_verdict(cells.get("verdict", ""), name, line)
        text = cells["translation"]
        if "verdict" in columns and verdict != "change":
            text = ""
        state = cells.get("state", "").strip().lower()
        comments = tuple(filter(None, map(str.strip, cells.get("comment", "").splitlines())))
        key = (cells["language"].strip(), cells.get("domain", "").strip(), reviewer)
        texts.setdefault(key, []).append(
            Text(found, line, text, True if state == "done" else None, comments, verdict,
                 cells.get("source", ""))
        )  # fmt: skip
    files = (
        Returned(name, language, domain, gather(found), reviewer)
        for (language, domain, reviewer), found in texts.items()
    )
    return tuple(files), tuple(problems)


def _read_reviewer(cells: Mapping[str, str]) -> Reviewer | None:
    """Who filled a row in. Raises ValueError with what is wrong or missing."""
    name, role, day, consent = (
        cells.get(heading, "").strip() for heading in ("reviewer", "role", "day", "consent")
    )
    if not name:
        return None
    name = reviewer_name(name)
    if consent.lower() != "yes":
        raise ValueError(f"it does not say that {name} agrees to be named (consent: yes)")
    if role not in ROLES:
        raise ValueError(f"the role is “{role[:40]}” and none of {', '.join(ROLES)}")
    try:
        return Reviewer(name, role, date.fromisoformat(day))
    except ValueError:
        raise ValueError(f"“{day[:40]}” is no day such as 2026-11-23") from None


def _read_verdict(text: str, name: str, line: int) -> Verdict:
    found = VERDICTS.get(text.strip().lower())
    if found is None:
        hint = "write right, change or unsafe, or leave it empty"
        raise KetapubError(Problem(name, line, f"“{text[:40]}” is no verdict", hint))
    return found


def _decode(data: bytes, name: str) -> str:
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        hint = "save it again as “CSV UTF-8”: other encodings lose letters"
        raise KetapubError(Problem(name, line, "this is not UTF-8 text", hint)) from error


def _read_rows(text: str, name: str) -> list[tuple[int, list[str]]]:
    """(line, cells) of each row; the first has the headings. The separator is told by them."""
    csv.field_size_limit(_LONGEST)
    for separator in ",;\t":
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
        try:
            first = next(reader, [])
            if {heading.strip().lower() for heading in first} >= _NEEDED:
                return [(1, first), *((reader.line_num, row) for row in reader)]
        except csv.Error as error:
            hint = "save it again as “CSV UTF-8”"
            raise KetapubError(
                Problem(name, reader.line_num, f"no sound CSV: {error}", hint)
            ) from error
    columns = ", ".join(sorted(_NEEDED))
    hint = "send the table of the kit with its first row as it was"
    raise KetapubError(Problem(name, 1, f"this table lacks the columns {columns}", hint))


def is_table(data: bytes) -> bool:
    """Whether a file looks like a table of ours: its first line names the columns."""
    try:
        _read_rows(_decode(data[:100_000].partition(b"\n")[0] + b"\n", ""), "")
    except KetapubError:
        return data[:2] in (b"\xff\xfe", b"\xfe\xff")
    return True
