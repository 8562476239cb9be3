"""Turn a `dist/` folder, walked on disk, into Problems; the manifest is only cross-checked.

Where a dead number may stand: as plain text, never in a link or an attribute, in `v/**.html` and
`recalls/<id>/` (`index.html`, `notice.txt`, `notice.pdf`, and no other file), and in
`versions.json`. Nowhere else, not in `manifest.json` either.
"""

from __future__ import annotations

import io
import json
import os
import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from ketapub.audit.data import (
    check_css,
    check_json,
    check_picture,
    check_plain,
    check_script,
    check_text,
)
from ketapub.audit.html import Mode, read_html
from ketapub.audit.links import Link, check_link, find_css_addresses, is_chooser
from ketapub.audit.pdf import read_notice, read_pdf
from ketapub.audit.place import Expectations, Place, Policy
from ketapub.errors import KetapubError, Problem
from ketapub.files import decode, digest, read_bytes
from ketapub.region import Regions

_MANIFEST = "manifest.json"
_SHEET = re.compile(
    r"(?P<slug>[^/]+)_(?P<region>[a-z0-9-]+)_(?P<locale>[a-z0-9-]+)_(?P<format>[a-z0-9-]+)\.pdf"
)
_PACK = re.compile(r"packs/([A-Z]{2}(?:-[A-Z0-9]{1,3})?)\.zip")
_PLACE_DEPTH = 3  # <region>/<locale>/<file>
_SHEET_DEPTH = 4  # <region>/<locale>/<slug>/<file>
_PLAIN_FOLDERS = ("v/", "recalls/")
_NOTICE = re.compile(r"recalls/[a-z0-9-]+/(index\.html|notice\.(txt|pdf))")
_FREE_DATA = frozenset(("versions.json", _MANIFEST))
"""Data files that may name numbers of every region, also those no longer in use."""


def audit_site(dist: Path, regions: Regions, today: date, policy: Policy) -> tuple[Problem, ...]:
    """Every Problem of a published folder, sorted. Raises nothing for what it finds in it."""
    expectations = Expectations(regions, today, policy)
    site = _Site(dist, expectations)
    return tuple(sorted(set(site.check())))


def audit_file(path: str, data: bytes, expectations: Expectations) -> tuple[Problem, ...]:
    """What is wrong in one file of a publication by itself, for a build that proves as it writes.

    `path` is relative to the web root, with forward slashes. Links are not followed.
    """
    site = _Site(Path(), expectations)
    return tuple(sorted(set(site.check_file(path, data))))


@dataclass(slots=True)
class _Site:
    dist: Path
    expectations: Expectations
    files: frozenset[str] = frozenset()
    ids: dict[str, frozenset[str]] = field(default_factory=dict)
    links: list[tuple[str, Link]] = field(default_factory=list)
    digests: dict[str, tuple[str, int]] = field(default_factory=dict)
    """Path -> (sha256, size in bytes) of every file read."""
    packed: dict[str, bytes] = field(default_factory=dict)
    _same_ids: dict[frozenset[str], frozenset[str]] = field(default_factory=dict)

    def check(self) -> Iterator[Problem]:
        if not self.dist.is_dir():
            hint = "build the publication first"
            yield Problem(self.dist.name, 0, "there is no such folder", hint, code="audit-file")
            return
        yield from self._walk()
        for path in sorted(self.files):
            try:
                data = read_bytes(self.dist / path, self.name(path))
            except KetapubError as error:
                yield from error.problems
                continue
            self.digests[path] = (digest(data), len(data))
            yield from self.check_file(path, data)
        for path, link in self.links:
            problem = check_link(link, path, self.name(path), self.ids, self.files)
            if problem:
                yield problem
        if _MANIFEST in self.files:
            yield from self._check_manifest()

    def name(self, path: str) -> str:
        """What messages call a file: its path with the folder's own name before it."""
        return f"{self.dist.name}/{path}" if self.dist.name else path

    def _walk(self) -> Iterator[Problem]:
        """Fill `files`; a symbolic link could show what lies outside of the publication."""
        found = set()
        for folder, folders, files in os.walk(self.dist):
            base = Path(folder)
            for entry in (*folders, *files):
                path = (base / entry).relative_to(self.dist).as_posix()
                if (base / entry).is_symlink():
                    hint = "put the file itself there"
                    yield Problem(
                        self.name(path), 0, "this is a symbolic link", hint, code="audit-file"
                    )
                elif entry in files:
                    found.add(path)
        self.files = frozenset(found)

    def check_file(self, path: str, data: bytes) -> Iterator[Problem]:
        """One file by what its path and extension say it is."""
        extension = posixpath.splitext(path)[1].lower()
        if path.startswith("recalls/") and not _NOTICE.fullmatch(path):
            hint = "recall notices are recalls/<id>/index.html, notice.txt and notice.pdf"
            yield Problem(self.name(path), 0, "this is no recall notice", hint, code="audit-place")
        try:
            match extension:
                case ".html" | ".htm" | ".xhtml":
                    yield from self._check_html(path, data)
                case ".pdf":
                    yield from self._check_pdf(path, data)
                case ".zip":
                    yield from self._check_pack(path, data)
                case ".svg":
                    yield from check_picture(data, self.name(path), self.expectations)
                case ".json" | ".txt" | ".css" | ".js" | ".mjs":
                    text = decode(data, self.name(path))
                    yield from self._check_data(path, text, extension)
        except KetapubError as error:
            for problem in error.problems:
                inside = problem.path.startswith((self.name(path), "source/"))
                name = problem.path if inside else self.name(path)
                yield Problem(name, problem.line, problem.message, problem.hint, code=problem.code)

    def _place_of(self, path: str) -> Place | None:
        """What belongs into a region's page, None elsewhere. Raises KetapubError: no such place."""
        parts = path.split("/")
        if len(parts) >= _PLACE_DEPTH and self.expectations.is_region_folder(parts[0]):
            return self.expectations.find_place(path, "page")
        return None

    def _check_html(self, path: str, data: bytes) -> Iterator[Problem]:
        place = self._place_of(path)
        mode: Mode = "bare"
        if place:
            mode = "fragment" if path.endswith("/fragment.html") else "page"
        elif path.startswith(_PLAIN_FOLDERS):
            mode = "plain"
        file = read_html(data, self.name(path), mode, place, self.expectations)
        self.ids[path] = self._same_ids.setdefault(file.ids, file.ids)
        if mode != "fragment":  # a fragment is read where other sites put it
            self.links += ((path, link) for link in file.links)
        yield from file.problems
        if mode == "page" and not any(is_chooser(path, url) for url in file.ways_out):
            yield Problem(
                self.name(path),
                0,
                "no link beside the numbers leads to the choice of countries",
                "the help block needs “Not in <country>?” with a link to a choice of countries",
                code="audit-help",
            )

    def _check_pdf(self, path: str, data: bytes) -> Iterator[Problem]:
        if _NOTICE.fullmatch(path):
            yield from read_notice(data, self.name(path), self.expectations)
            return
        parts = path.split("/")
        match = _SHEET.fullmatch(parts[-1])
        told = match and (match["region"], match["locale"], match["slug"])
        if len(parts) != _SHEET_DEPTH or told != tuple(parts[:3]):
            yield Problem(
                self.name(path),
                0,
                "nothing says which numbers belong on this sheet: its name and folders differ",
                "sheets are <region>/<locale>/<article>/<article>_<region>_<locale>_<format>.pdf",
                code="audit-place",
            )
            return
        place = self.expectations.find_place(path, "handout")
        yield from read_pdf(data, self.name(path), place, self.expectations)

    def _check_data(self, path: str, text: str, extension: str) -> Iterator[Problem]:
        name, place = self.name(path), self._place_of(path)
        if path in _FREE_DATA:
            yield from _check_parses(text, name)
        elif _NOTICE.fullmatch(path):
            yield from check_plain(text, name)
        elif extension == ".json":
            yield from check_json(text, name, place, self.expectations)
        elif extension == ".txt":
            yield from check_text(text, name, place, self.expectations)
        elif extension == ".css":
            yield from check_css(text, name, self.expectations)
            self.links += ((path, Link(0, url, loads=True)) for url in find_css_addresses(text))
        else:
            yield from check_script(text, name, self.expectations)

    def _check_pack(self, path: str, data: bytes) -> Iterator[Problem]:
        """Every sheet in a pack is one on disk, byte by byte, and of the pack's own region."""
        name, match = self.name(path), _PACK.fullmatch(path)
        if match is None:
            hint = "packs are packs/<REGION>.zip"
            yield Problem(name, 0, "nothing says what this archive holds", hint, code="audit-pack")
            return
        on_disk = {posixpath.basename(file): file for file in self.files if file.endswith(".pdf")}
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                for member in archive.infolist():
                    if not member.is_dir():
                        yield from self._check_member(archive, member, name, match[1], on_disk)
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
            message = f"this archive cannot be read: {error}"
            yield Problem(name, 0, message, "build again", code="audit-pack")

    def _check_member(
        self,
        archive: zipfile.ZipFile,
        member: zipfile.ZipInfo,
        name: str,
        region: str,
        on_disk: dict[str, str],
    ) -> Iterator[Problem]:
        base = posixpath.basename(member.filename)
        if not base.endswith(".pdf"):
            if posixpath.splitext(base)[1] == ".txt":
                place_less = decode(archive.read(member), f"{name}, {member.filename}")
                yield from check_text(place_less, name, None, self.expectations)
                return
            message = f"it holds “{member.filename}”, which is no sheet"
            yield Problem(name, 0, message, "packs hold sheets and text", code="audit-pack")
            return
        sheet = _SHEET.fullmatch(base)
        source = on_disk.get(base)
        if source is None:
            message = f"it holds “{base}”, which is not published: an old sheet"
        elif sheet is None or sheet["region"] != region.lower():
            message = f"it holds “{base}”, which is not a sheet of {region}"
        elif member.file_size != (self.dist / source).stat().st_size or archive.read(
            member
        ) != read_bytes(self.dist / source, self.name(source)):
            message = f"its “{base}” differs from {source}"
        else:
            return
        yield Problem(name, 0, message, "build again, so that it is packed anew", code="audit-pack")

    def _check_manifest(self) -> Iterator[Problem]:
        """Digests and sizes; files that are missing, and files that nobody listed."""
        name = self.name(_MANIFEST)
        try:
            manifest = json.loads((self.dist / _MANIFEST).read_bytes())
            listed = manifest.get("files")
        except (ValueError, AttributeError):
            listed = None
        if not isinstance(listed, dict):
            message = "it does not list the files of this publication"
            yield Problem(name, 0, message, "build again", code="audit-manifest")
            return
        yield from _check_manifest_numbers(manifest, name, self.expectations)
        for path in sorted(listed.keys() - self.files):
            message = f"{path} is listed, but does not exist"
            yield Problem(name, 0, message, "build again", code="audit-manifest")
        for path in sorted(self.files - {_MANIFEST}):
            yield from self._check_listed(path, listed.get(path))

    def _check_listed(self, path: str, entry: Any) -> Iterator[Problem]:
        if entry is None:
            is_stray = self.expectations.is_region_folder(path.split("/")[0]) and path.endswith(
                (".pdf", ".html", ".htm")
            )
            yield Problem(
                self.name(path),
                0,
                "this file is not part of the publication"
                + (": an old page or sheet that readers can still find" if is_stray else ""),
                "delete it" if is_stray else "delete it if it is not yours",
                severity="error" if is_stray else "warning",
                code="audit-stray",
            )
        elif path in self.digests and (
            not isinstance(entry, dict)
            or (entry.get("sha256"), entry.get("size")) != self.digests[path]
        ):
            message = "this file was changed since it was published"
            yield Problem(self.name(path), 0, message, "build again", code="audit-manifest")


def _check_manifest_numbers(
    manifest: dict[str, Any], name: str, expectations: Expectations
) -> Iterator[Problem]:
    """No edition is said to print a number that is dead in its region."""
    editions = manifest.get("editions")
    for edition in editions if isinstance(editions, list) else ():
        if not isinstance(edition, dict):
            continue
        region = str(edition.get("region"))
        for number in edition.get("numbers", ()):
            if expectations.is_dead(region, str(number)):
                message = f"it says that {region} prints “{number}”, which is dead there"
                yield Problem(name, 0, message, "build again", code="audit-number")


def _check_parses(text: str, name: str) -> Iterator[Problem]:
    try:
        json.loads(text)
    except ValueError as error:
        yield Problem(name, 0, f"this is not JSON: {error}", "build again", code="audit-file")
