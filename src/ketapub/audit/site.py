"""Turn a `dist/` folder, walked on disk, into Problems; the manifest is only cross-checked.

Where a dead number may stand: as plain text, never in a link or an attribute, in `v/**.html` and
`recalls/<id>/` (`index.html`, `notice.txt`, `notice.pdf`, and no other file), and in
`versions.json`. Nowhere else, not in `manifest.json` either.
"""

from __future__ import annotations

import json
import os
import posixpath
import re
from collections.abc import Callable, Iterator, Sized
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ketapub.audit.beside import Beside
from ketapub.audit.content import MANIFEST, VERSIONS, Content, read_content
from ketapub.audit.links import Link, check_link, is_chooser, resolve
from ketapub.audit.lists import check_manifest_numbers, check_versions, numbers_in, read_versions
from ketapub.audit.packs import Packs
from ketapub.audit.place import Expectations
from ketapub.audit.search import ROBOTS, Told, check_search
from ketapub.cores import spread
from ketapub.errors import KetapubError, Problem
from ketapub.files import digest, read_bytes
from ketapub.region import digits

_SHORT = re.compile(r"([sv])/[A-Za-z0-9]+/")
"""Short permanent addresses: a page, and whether a sheet is still good."""


_WORTH_SHARING = 50
"""Files that take longer to read than a process takes to start."""


def audit_site(
    dist: Path, expectations: Expectations, progress: Callable[[int, int], None]
) -> tuple[Problem, ...]:
    """Every Problem of a published folder, sorted. Raises nothing for what it finds in it."""
    return tuple(sorted(set(_Site(dist, expectations, progress).check())))


def audit_file(path: str, data: bytes, expectations: Expectations) -> tuple[Problem, ...]:
    """What is wrong in one file of a publication by itself, for a build that proves as it writes.

    `path` is relative to the web root, with forward slashes. Links and QR codes are not followed.
    """
    return tuple(sorted(set(read_content(path, path, data, expectations).problems)))


def _jobs(files: Sized) -> int:
    """How many processes read them: a few files are read before another process has begun."""
    return (os.cpu_count() or 1) if len(files) > _WORTH_SHARING else 1


@dataclass(slots=True)
class _Site:
    dist: Path
    expectations: Expectations
    progress: Callable[[int, int], None]
    files: frozenset[str] = frozenset()
    ids: dict[str, frozenset[str]] = field(default_factory=dict)
    links: list[tuple[str, Link]] = field(default_factory=list)
    search: dict[str, Told] = field(default_factory=dict)
    digests: dict[str, tuple[str, int]] = field(default_factory=dict)
    """Path -> (sha256, size in bytes) of every file read."""
    _same_ids: dict[frozenset[str], frozenset[str]] = field(default_factory=dict)

    def check(self) -> Iterator[Problem]:
        if not self.dist.is_dir():
            hint = "build the publication first"
            yield Problem(self.dist.name, 0, "there is no such folder", hint, code="audit-file")
            return
        yield from self._walk()
        yield from self._read()
        yield from self._check_packs()
        for path, link in self.links:
            link = replace(link, url=self._local(link.url))
            problem = check_link(link, path, self.name(path), self.ids, self.files)
            if problem:
                yield problem
        yield from self._check_search()
        if MANIFEST in self.files:
            yield from self._check_manifest()

    def name(self, path: str) -> str:
        """What messages call a file: its path with the folder's own name before it."""
        return f"{self.dist.name}/{path}" if self.dist.name else path

    def _local(self, url: str) -> str:
        """An address below the server's root, as 404.html needs it, seen from the web root."""
        root = urlsplit(self.expectations.policy.address).path
        return f"/{url.removeprefix(root)}" if root and url.startswith(root) else url

    def _walk(self) -> Iterator[Problem]:
        """Fill `files`; a symbolic link could show what lies outside of the publication."""
        found = set()
        root = os.fspath(self.dist)
        for folder, folders, files in os.walk(root):
            base = folder[len(root) + 1 :].replace(os.sep, "/")
            for entry in (*folders, *files):
                path = f"{base}/{entry}" if base else entry
                if os.path.islink(f"{root}/{path}"):
                    hint = "put the file itself there"
                    yield Problem(
                        self.name(path), 0, "this is a symbolic link", hint, code="audit-file"
                    )
                elif entry in files:
                    found.add(path)
        self.files = frozenset(found)

    def _read(self) -> Iterator[Problem]:
        """Every file but packs, each by itself; then what they are to each other."""
        codes: list[tuple[str, int, str]] = []
        beside = Beside()
        paths = sorted(self.files)
        versions = read_versions(self.dist / VERSIONS) if VERSIONS in self.files else {}
        yield from check_versions(versions, self.name(VERSIONS), self.expectations)
        may_be_told = self.expectations.known | numbers_in(versions)
        read = spread(self._read_file, paths, _jobs(paths))
        for done, (path, (found, stamp)) in enumerate(zip(paths, read, strict=True), start=1):
            self.progress(done, len(paths))
            if stamp is not None:
                self.digests[path] = stamp
            yield from found.problems
            self.links += ((path, link) for link in found.links)
            codes += ((path, line, text) for line, text in found.codes)
            if found.runs is not None:
                yield from beside.take(path, self.name(path), found.runs)
            for line, number in found.told:
                if digits(number) not in may_be_told and number not in versions:
                    message = f"“{number}” is in no region file, and was on no sheet"
                    hint = "numbers come from region files only; build again"
                    yield Problem(self.name(path), line, message, hint, code="audit-number")
            if found.search is not None:
                self.search[path] = found.search
            if found.ids is not None:
                self.ids[path] = self._same_ids.setdefault(found.ids, found.ids)
        for path, line, text in codes:
            yield from self._check_code(path, line, text)

    def _read_file(self, path: str) -> tuple[Content, tuple[str, int] | None]:
        """One file by itself, with its digest and size; without these where it cannot be read."""
        name = self.name(path)
        try:
            data = read_bytes(self.dist / path, name)
        except KetapubError as error:
            return Content(list(error.problems)), None
        return read_content(path, name, data, self.expectations), (digest(data), len(data))

    def _check_packs(self) -> Iterator[Problem]:
        found = [path for path in sorted(self.digests) if path.endswith(".zip")]
        for problems in spread(self._check_pack, found, _jobs(self.digests)):
            yield from problems

    def _check_pack(self, path: str) -> list[Problem]:
        packs = Packs(self.digests, self.expectations)
        return list(packs.check(path, self.name(path), read_bytes(self.dist / path)))

    def _check_search(self) -> Iterator[Problem]:
        policy = self.expectations.policy
        # without an address of its own, a live publication is only known by where it was seen
        address = policy.address if policy.coded else ""
        robots = (self._bytes_of(ROBOTS) or b"").decode("utf-8", "replace")
        yield from check_search(self.search, self._bytes_of, robots, address, self.name(""))

    def _bytes_of(self, path: str) -> bytes | None:
        """A file, None where it is not there or cannot be read, which is told of where all are."""
        if path not in self.files:
            return None
        try:
            return read_bytes(self.dist / path, path)
        except KetapubError:
            return None

    def _check_code(self, path: str, line: int, text: str) -> Iterator[Problem]:
        """A QR code dials a number of its place, or leads to the place's own page."""
        try:
            place = self.expectations.page_place(path)
        except KetapubError:  # said already
            return
        if place and text in {uri for _, uri in place.links}:
            return
        hint = "a QR code leads to a number of its region or to the publication's short address"
        address = self.expectations.policy.address
        match = _SHORT.fullmatch(text.removeprefix(address))
        if not address or not text.startswith(address) or not match:
            message = f"a QR code leads to {text}, which nothing here can prove right"
            yield Problem(self.name(path), line, message, hint, code="audit-code")
            return
        target = f"{match[0]}index.html"
        if target not in self.files:
            message = f"a QR code leads to {text}, where there is nothing"
            yield Problem(self.name(path), line, message, "build again", code="audit-code")
        elif place and match[1] == "s":
            page = f"{posixpath.dirname(path)}/index.html"
            urls = [link.url for each, link in self.links if each == target]
            if not urls or not all(
                is_chooser(target, url) or resolve(target, url, self.files) == page for url in urls
            ):
                message = f"a QR code leads to {text}, the page of another place"
                yield Problem(self.name(path), line, message, hint, code="audit-code")

    def _check_manifest(self) -> Iterator[Problem]:
        """Digests and sizes; files that are missing, and files that nobody listed."""
        name = self.name(MANIFEST)
        try:
            manifest = json.loads((self.dist / MANIFEST).read_bytes())
            listed = manifest.get("files")
        except (ValueError, AttributeError):
            listed = None
        if not isinstance(listed, dict):
            message = "it does not list the files of this publication"
            yield Problem(name, 0, message, "build again", code="audit-manifest")
            return
        yield from check_manifest_numbers(manifest, name, self.expectations)
        for path in sorted(listed.keys() - self.files):
            message = f"{path} is listed, but does not exist"
            yield Problem(name, 0, message, "build again", code="audit-manifest")
        for path in sorted(self.files - {MANIFEST}):
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
