"""Turn a publication as it stands on the web into a folder that the audit can read.

Nothing is fetched but what its own lists name: a few files at a time, each no larger than a limit.
"""

from __future__ import annotations

import http.client
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from ketapub import __version__
from ketapub.errors import MachineError, Problem, UsageError
from ketapub.files import write_atomic
from ketapub.previous import Previous, Version, load_previous

_AT_ONCE = 4
_TRIES = 3
_PAUSE = 0.5
"""Seconds before the second try; doubled before the third."""
_TIMEOUT = 20
_LARGEST = 64 * 1024 * 1024
_BUSY = frozenset((429, 500, 502, 503, 504))
_GONE = frozenset((404, 410))


def fetch(address: str) -> bytes | None:
    """What stands at an http(s) address; None where the server says that nothing does.

    Tries again where the server is busy. Raises MachineError where there is no answer, UsageError
    where it is no such address.
    """
    if not address.startswith(("http://", "https://")):
        hint = "write it in full: https://health.example.org/"
        raise UsageError(Problem(address, 0, "this is not a web address", hint))
    agent = {"User-Agent": f"ketapub/{__version__} (verify)"}
    why = ""
    for attempt in range(_TRIES):
        if attempt:
            time.sleep(_PAUSE * 2 ** (attempt - 1))
        try:
            request = urllib.request.Request(address, headers=agent)  # noqa: S310
            with urllib.request.urlopen(request, timeout=_TIMEOUT) as answer:  # noqa: S310
                data = bytes(answer.read(_LARGEST + 1))
                if answer.length and len(data) <= _LARGEST:  # read(size) itself does not tell
                    raise http.client.IncompleteRead(data, answer.length)
        except urllib.error.HTTPError as error:
            error.close()
            if error.code in _GONE:
                return None
            why = str(error)
            if error.code not in _BUSY:
                break
        except (OSError, ValueError, http.client.HTTPException) as error:
            why = str(error) or type(error).__name__
        else:
            if len(data) <= _LARGEST:
                return data
            why = f"it is larger than {_LARGEST // 1024 // 1024} MB"
            break
    hint = "check the address and the connection, then try again"
    raise MachineError(Problem(address, 0, f"cannot be fetched: {why}", hint))


def fetch_site(address: str, folder: Path, progress: Callable[[int, int], None]) -> Previous:
    """Fill an empty folder with what stands below the address of a web root.

    All that the manifest lists, and every page and sheet ever published that the server still
    gives out. `progress` is told how many files are asked for, of how many. Raises UsageError where
    no publication stands there, MachineError where the server cannot be reached, KetapubError where
    its lists cannot be used.
    """
    root = address.rstrip("/")
    for name in ("manifest.json", "versions.json"):
        data = fetch(f"{root}/{name}")
        if data is not None:
            write_atomic(folder / name, data)
    found = load_previous(folder.as_posix())
    if not found.exists:
        hint = "name the address of the folder that holds manifest.json"
        raise UsageError(Problem(address, 0, "no publication of ketapub stands here", hint))
    listed = sorted(found.files.keys() - {"manifest.json", "versions.json"})
    old = sorted(set(map(_path, found.versions.values())) - found.files.keys())
    nothing = fetch(f"{root}/there-is-no-such-file.html") if old else None
    for done, (path, data) in enumerate(_fetch_all(root, (*listed, *old)), start=1):
        progress(done, len(listed) + len(old))
        if data is None or (path in old and not _is_old(path, data, nothing)):
            continue
        write_atomic(folder / path, data)
    return found


def compare(live: Previous, local: Previous) -> Iterator[Problem]:
    """One warning where the site is not the publication that was built here."""
    here, there = local.files, live.files
    changed = sum(1 for path in here.keys() & there.keys() if here[path] != there[path])
    lacking, more = len(here.keys() - there.keys()), len(there.keys() - here.keys())
    if changed or lacking or more:
        message = (
            f"the site is not what was built here: {changed} files are other versions, {lacking} "
            f"are not there yet, {more} are there only"
        )
        hint = "publish dist/ again, or build what is live"
        yield Problem(local.where, 0, message, hint, "warning", "live-differs")


def rename(problems: Iterable[Problem], folder: Path, address: str) -> Iterator[Problem]:
    """The audit's problems, each with the address of its file."""
    for problem in problems:
        path = problem.path
        if path == folder.name or path.startswith(f"{folder.name}/"):
            path = f"{address.rstrip('/')}{path.removeprefix(folder.name)}"
        yield problem._replace(path=path)


def _fetch_all(root: str, paths: tuple[str, ...]) -> Iterator[tuple[str, bytes | None]]:
    addresses = (f"{root}/{urllib.parse.quote(path)}" for path in paths)
    pool = ThreadPoolExecutor(_AT_ONCE)
    try:
        yield from zip(paths, pool.map(fetch, addresses), strict=True)
    finally:
        pool.shutdown(cancel_futures=True)


def _path(version: Version) -> str:
    """Where the page or sheet of a version stands, or stood."""
    if version.output == "page":
        return version.page
    folder = version.page.rpartition("/")[0]
    place = "_".join(folder.split("/")[:2])
    return f"{folder}/{version.article}_{place}_{version.output}.pdf"


def _is_old(path: str, data: bytes, nothing: bytes | None) -> bool:
    """Whether this is an old page or sheet, not what the server says in place of anything."""
    return data.startswith(b"%PDF") if path.endswith(".pdf") else nothing is None
