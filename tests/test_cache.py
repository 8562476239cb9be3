"""The cache of printed sheets: found by name alone, checked when used, bounded, shared without care."""

from __future__ import annotations

import hashlib
import os
import threading
from pathlib import Path

import pytest

from ketapub.cache import PdfCache


def key(name: object) -> str:
    return hashlib.sha256(str(name).encode()).hexdigest()


def entry(folder: Path, name: object) -> Path:
    return folder / key(name)[:2] / key(name)[2:]


def test_what_was_put_is_found_by_any_copy_of_the_folder(tmp_path: Path) -> None:
    PdfCache(tmp_path / "one").put(key(1), b"%PDF 1")
    (tmp_path / "one").rename(tmp_path / "other")
    cache = PdfCache(tmp_path / "other")
    assert cache.get(key(1)) == b"%PDF 1"
    assert cache.get(key(2)) is None
    assert PdfCache(tmp_path / "nowhere").get(key(1)) is None


def test_an_entry_is_looked_up_by_its_name_and_no_folder_is_listed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Among 18,000 entries as among none."""
    cache = PdfCache(tmp_path)
    cache.put(key(1), b"1")

    def refuse(*_: object) -> None:
        raise AssertionError("a folder is listed")

    for name in ("listdir", "scandir"):
        monkeypatch.setattr(os, name, refuse)
    assert cache.get(key(1)) == b"1"
    assert cache.get(key(2)) is None
    cache.put(key(2), b"2")


@pytest.mark.parametrize("damage", [b"", b"x" * 20, b"x" * 60])
def test_a_damaged_entry_is_none(damage: bytes, tmp_path: Path) -> None:
    cache = PdfCache(tmp_path)
    cache.put(key(1), b"%PDF")
    entry(tmp_path, 1).write_bytes(damage)
    assert cache.get(key(1)) is None
    cache.put(key(1), b"%PDF")
    assert cache.get(key(1)) == b"%PDF"


def test_what_was_used_longest_ago_goes_first(tmp_path: Path) -> None:
    cache = PdfCache(tmp_path, limit=3 * 132)
    for number in range(6):
        cache.put(key(number), b"x" * 100)
        os.utime(entry(tmp_path, number), (number, number))
    assert cache.get(key(1)) is not None, "used just now"
    assert cache.prune() == 3
    assert [n for n in range(6) if entry(tmp_path, n).exists()] == [1, 4, 5]


def test_a_cache_that_did_not_grow_is_not_looked_through(tmp_path: Path) -> None:
    PdfCache(tmp_path).put(key(1), b"x")
    small = PdfCache(tmp_path, limit=0)
    assert small.get(key(1)) == b"x"
    assert small.prune() == 0
    small.put(key(2), b"x")
    assert small.prune() == 2


def test_what_killed_builds_left_is_cleared_away_and_what_others_write_is_not(
    tmp_path: Path,
) -> None:
    cache = PdfCache(tmp_path)
    cache.put(key(1), b"x")
    old, new = (tmp_path / key(1)[:2] / name for name in (".new.old", ".new.now"))
    for path in (old, new):
        path.write_bytes(b"half")
    os.utime(old, (1, 1))
    cache.prune()
    assert (old.exists(), new.exists()) == (False, True)


def test_many_may_put_get_and_prune_at_once(tmp_path: Path) -> None:
    wrong: list[object] = []

    def work() -> None:
        cache = PdfCache(tmp_path, limit=2000)
        for number in range(60):
            name = key(number % 20)
            cache.put(name, f"{number % 20}".encode() * 50)
            found = cache.get(name)
            if found not in (None, f"{number % 20}".encode() * 50):
                wrong.append(found)
            cache.prune()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert sum(path.stat().st_size for path in tmp_path.glob("*/*")) <= 2000


def test_a_cache_that_cannot_be_written_costs_only_time(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    cache = PdfCache(tmp_path / "file")
    cache.put(key(1), b"x")
    assert cache.get(key(1)) is None
    assert cache.prune() == 0


def test_entries_may_be_read_by_whoever_shares_the_folder(tmp_path: Path) -> None:
    PdfCache(tmp_path).put(key(1), b"x")
    assert entry(tmp_path, 1).stat().st_mode & 0o444 == 0o444
