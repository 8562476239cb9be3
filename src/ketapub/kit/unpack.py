"""Turn files that strangers sent, under any name, into what they answer.

A zip is read in memory and within bounds: nothing of it is ever written to disk, so no name in it
leads anywhere (CWE-22), and no small file grows large (CWE-409).
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator

from ketapub.errors import KetapubError, Problem
from ketapub.kit.answer import Returned
from ketapub.kit.po_file import read_catalog
from ketapub.kit.read_xliff import read_xliff
from ketapub.kit.table import is_table, read_table

LARGEST = 32 * 1024 * 1024
"""Bytes of a file, and of all files in a zip together."""
_MANY = 1000
"""Files in a zip."""
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError,
           OSError)  # fmt: skip
"""What zipfile raises for a zip that is cut off, encrypted or packed in a way it does not know."""


def read_returned(data: bytes, name: str) -> tuple[tuple[Returned, ...], tuple[Problem, ...]]:
    """What one file answers, and what cannot be read in it. Raises nothing for bad files."""
    found: list[Returned] = []
    problems: list[Problem] = []
    try:
        members = list(_members(data, name))
    except KetapubError as error:
        return (), error.problems
    for member, content in members:
        try:
            if member == name or _kind(content):
                files, more = _read(content, member)
                found += files
                problems += more
        except KetapubError as error:
            problems += error.problems
    if not found and not problems:
        hint = "send the .po, .xlf or .csv file that was worked on, or a zip with it"
        problems.append(Problem(name, 0, "no file of a kit is in it", hint))
    return tuple(found), tuple(problems)


def _members(data: bytes, name: str) -> Iterator[tuple[str, bytes]]:
    """The file itself, or the files of a zip."""
    if len(data) > LARGEST:
        raise KetapubError(_too_large(name))
    if data[:4] not in (b"PK\x03\x04", b"PK\x05\x06"):
        yield name, data
        return
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = [info for info in archive.infolist() if not info.is_dir()]
            if len(infos) > _MANY:
                raise KetapubError(_too_large(name))
            left = LARGEST
            for info in infos:
                with archive.open(info) as stream:
                    content = stream.read(left + 1)
                left -= len(content)
                if left < 0:
                    raise KetapubError(_too_large(name))
                yield f"{name}/{info.filename}", content
    except _BROKEN as error:
        hint = "pack the files again, without a password, or send them as they are"
        raise KetapubError(Problem(name, 0, f"this zip cannot be read: {error}", hint)) from error


def _too_large(name: str) -> Problem:
    hint = "send the files that were worked on, and nothing else"
    return Problem(name, 0, f"it holds more than {LARGEST // 1024 // 1024} MB", hint)


def _kind(data: bytes) -> str:
    """What a file is by its content: "xliff", "po", "table" or, when it is none of these, ""."""
    head = data[:4000].lstrip(b"\xef\xbb\xbf \t\r\n")
    if head.startswith(b"<") or data[:4] in (b"\xff\xfe<\0", b"\xfe\xff\0<"):
        return "xliff" if b"xliff" in head.replace(b"\0", b"").lower() else ""
    if b"\nmsgid" in data[:100_000] or head.startswith(b"msgid"):
        return "po"
    return "table" if is_table(data) else ""


def _read(data: bytes, name: str) -> tuple[tuple[Returned, ...], tuple[Problem, ...]]:
    kind = _kind(data)
    if kind == "xliff":
        return read_xliff(data, name)
    if kind == "po":
        file, problems = read_catalog(data, name)
        return (file,), problems
    if kind == "table":
        return read_table(data, name)
    if b"<html" in data[:4000].lower():
        hint = "open it, press “Save answers”, and send the table that it saves"
        raise KetapubError(Problem(name, 0, "a review sheet keeps no answers in itself", hint))
    hint = "send the .po, .xlf or .csv file that was worked on, or a zip with it"
    raise KetapubError(Problem(name, 0, "this is no catalog, no XLIFF and no table of a kit", hint))
