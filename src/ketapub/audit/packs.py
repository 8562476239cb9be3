"""Turn a pack (ZIP) into Problems: it holds what is published for its region, byte by byte.

Names in it are for people, so each sheet is known by its bytes. A `PRINT-ALL` is read like a sheet of
the language that it says it is in. The index and a text, such as the READ-ME, may say anything but a
number.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass

from ketapub.audit.content import SHEET
from ketapub.audit.data import check_text
from ketapub.audit.pdf import read_language, read_numberless, read_pdf
from ketapub.audit.place import Expectations
from ketapub.errors import KetapubError, Problem
from ketapub.files import decode, digest

_INDEX = "00 Index.pdf"
_PRINT_ALL = " - PRINT-ALL.pdf"
_PACK = re.compile(r"packs/([A-Z]{2}(?:-[A-Z0-9]{1,3})?)\.zip")


@dataclass(frozen=True, slots=True)
class Packs:
    """What packs are measured by."""

    digests: dict[str, tuple[str, int]]
    """(sha256, size in bytes) of every other file, by its path below the web root."""
    expectations: Expectations

    def check(self, path: str, name: str, data: bytes) -> Iterator[Problem]:
        """One pack; `name` is what messages call it."""
        match = _PACK.fullmatch(path)
        if match is None:
            hint = "packs are packs/<REGION>.zip"
            yield Problem(name, 0, "nothing says what this archive holds", hint, code="audit-pack")
            return
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                for member in archive.infolist():
                    if not member.is_dir():
                        inside = archive.read(member)
                        yield from self._check_member(name, match[1], member.filename, inside)
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError) as error:
            message = f"this archive cannot be read: {error}"
            yield Problem(name, 0, message, "build again", code="audit-pack")

    def _check_member(self, name: str, region: str, member: str, data: bytes) -> Iterator[Problem]:
        base, found = posixpath.basename(member), (digest(data), len(data))
        folder = f"{region.lower()}/"
        named = [path for path in self.digests if posixpath.basename(path) == base]
        own = [path for path in named if path.startswith(folder)]
        same = [path for path, listed in self.digests.items() if listed == found]
        if any(path.startswith(folder) for path in same):
            return
        is_sheet = base.lower().endswith(".pdf")
        if is_sheet and not named and base == _INDEX:
            yield from read_numberless(data, f"{name}, {member}", self.expectations)
            return
        if is_sheet and not named and base.endswith(_PRINT_ALL):
            yield from self._check_merged(f"{name}, {member}", region, data)
            return
        if is_sheet and not named and not same:
            message = f"it holds “{base}”, which is not published: an old sheet"
        elif is_sheet and (
            not own or (sheet := SHEET.fullmatch(base)) is None or sheet["region"] != region.lower()
        ):
            message = f"it holds “{base}”, which is not a sheet of {region}"
        elif own:
            message = f"its “{base}” differs from {own[0]}"
        elif base.lower().endswith(".txt"):
            text = decode(data, f"{name}, {member}")
            yield from check_text(text, name, None, self.expectations)
            return
        else:
            message = f"it holds “{member}”, which is nothing published for {region}"
        hint = "build again, so that it is packed anew"
        yield Problem(name, 0, message, hint, code="audit-pack")

    def _check_merged(self, name: str, region: str, data: bytes) -> Iterator[Problem]:
        """Many sheets in one: each side but blank ones carries the numbers of its place."""
        tag = read_language(data).lower()
        try:
            place = self.expectations.find_place(f"{region.lower()}/{tag}/{name}", "handout")
        except KetapubError as error:
            for problem in error.problems:
                yield problem._replace(path=name)
            return
        problems, _ = read_pdf(data, name, place, self.expectations, may_be_blank=True)
        yield from problems
