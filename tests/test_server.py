"""The settings for web servers, obeyed by the real nginx and the real Apache on this machine."""

from __future__ import annotations

import gzip
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ketapub.build import Report
from ketapub.plan import Selection
from ketapub.server import FOR_EVER, HEADERS
from project_edits import ADDRESS, set_key
from tools.servers import ask, serving, settings_of

PLACES = {"/": ADDRESS, "/care/": "https://gesundheit.test-site.net/care/"}
"""Where the web root stands on its host, and its address there."""


@pytest.fixture(scope="module", params=PLACES)
def prefix(request: pytest.FixtureRequest) -> str:
    """Path of the web root."""
    return str(request.param)


@pytest.fixture(scope="module")
def folder(
    prefix: str,
    signed: Path,
    rebuild: Callable[..., Report],
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    """The reviewed publication at that path."""
    if prefix == "/":
        return signed
    folder = shutil.copytree(signed, tmp_path_factory.mktemp("below") / "project")
    set_key(folder / "source/publication.toml", "base_url", f'"{PLACES[prefix]}"')
    rebuild(folder, selection=Selection(paper=False))
    return folder


@pytest.fixture(scope="module", params=["nginx", "apache"])
def port(
    request: pytest.FixtureRequest, folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[int]:
    """A server with the publication."""
    dist = shutil.copytree(folder / "dist", tmp_path_factory.mktemp("served") / "dist")
    (dist / "sheet.pdf").write_bytes(b"%PDF-1.7")
    with serving(request.param, settings_of(folder), dist) as found:
        yield found


pytestmark = pytest.mark.slow


def test_the_first_published_language_that_a_browser_names_is_suggested(
    port: int, prefix: str
) -> None:
    """Never a region; and only at the web root: every other address means what it says."""
    for asked, path in {
        "es-MX,es;q=0.9,en;q=0.8": "choose/es/",
        "sv,ar;q=0.5": "choose/ar/",
        "zh-CN,zh;q=0.9": "choose/zh-hans/",
        "ES": "choose/es/",
    }.items():
        status, headers, _ = ask(port, prefix, accept_language=asked)
        assert status == 302, asked
        assert headers["location"].endswith(prefix + path), asked
        assert headers["vary"].lower() == "accept-language"
    for asked in ("", "en-GB,en;q=0.9,es;q=0.8", "sv,fi", "zh-TW", "est"):
        status, headers, body = ask(port, prefix, accept_language=asked)
        assert status == 200, asked
        assert b'<html lang="en"' in body
        assert "accept-language" in headers["vary"].lower()
    for path in ("us/en/ketamine/", "index.html"):
        status, headers, body = ask(port, prefix + path, accept_language="es")
        assert (status, b'<html lang="en"' in body) == (200, True)
        assert "accept-language" not in headers.get("vary", "").lower()


def test_where_there_is_no_page_the_answer_is_in_the_language_of_the_address(
    port: int, prefix: str
) -> None:
    for path, tag in {
        "us/es/none/": "es",
        "gb/ar/x.html": "ar",
        "none": "en",
        "us/zh-hans/a/b": "zh-Hans",
        "us/": "en",  # no list of what is in a folder
        "assets/": "en",
        "assets/style.0.css": "en",
    }.items():
        status, headers, body = ask(port, prefix + path)
        assert status in (404, 403), path
        assert status == 404 or path in ("us/", "assets/")
        assert f'<html lang="{tag}"'.encode() in body, path
        assert f'href="{prefix}assets/style.'.encode() in body
        assert "content-security-policy" in headers
        assert headers["cache-control"] == "no-cache", "or it would be missing for ever"


def test_every_answer_has_the_headers(port: int, prefix: str) -> None:
    for path in ("us/en/ketamine/", "", "none", "versions.json", "us/es/older/"):
        _, headers, _ = ask(port, prefix + path)
        for name, value in HEADERS.items():
            assert headers[name.lower()] == value, path
    _, headers, _ = ask(port, prefix + "us/en/ketamine/")
    assert headers["content-type"].replace("UTF", "utf") == "text/html; charset=utf-8"
    for path in ("us/en/ketamine/fragment.html", "us/en/ketamine/content.json", "versions.json"):
        _, headers, _ = ask(port, prefix + path)
        assert headers["access-control-allow-origin"] == "*"
        assert "x-robots-tag" not in headers
    for path in ("sheet.pdf", "us/en/ketamine/ketamine.txt"):
        _, headers, _ = ask(port, prefix + path)
        assert headers["x-robots-tag"] == "noindex"
        assert "access-control-allow-origin" not in headers


def test_what_carries_numbers_is_asked_for_again_and_sent_only_when_it_changed(
    port: int, prefix: str, folder: Path
) -> None:
    """RFC 9111: `no-cache` and a validator, also for what is sent compressed."""
    for encoding in ("", "gzip"):
        _, headers, _ = ask(port, prefix + "us/en/ketamine/", accept_encoding=encoding)
        assert headers["cache-control"] == "no-cache"
        for known in (
            {"if_none_match": headers["etag"], "if_modified_since": headers["last-modified"]},
            {"if_modified_since": headers["last-modified"]},
        ):
            status, again, body = ask(
                port, prefix + "us/en/ketamine/", accept_encoding=encoding, **known
            )
            assert (status, body) == (304, b"")
            assert again["cache-control"] == "no-cache"
        status, _, _ = ask(
            port, prefix + "us/en/ketamine/", accept_encoding=encoding, if_none_match='"other-gzip"'
        )
        assert status == 200
    for asset in sorted((folder / "dist/assets").iterdir()):
        _, headers, _ = ask(port, f"{prefix}assets/{asset.name}")
        assert headers["cache-control"] == FOR_EVER


def test_what_is_text_is_sent_compressed(port: int, prefix: str, folder: Path) -> None:
    names = ["us/zh-hans/ketamine/", "sitemap.xml", "feed.xml", "manifest.json"]
    names += ["us/ar/ketamine/ketamine.txt", "us/ar/ketamine/fragment.html"]
    names += [f"assets/{p.name}" for p in (folder / "dist/assets").iterdir() if p.suffix != ".png"]
    for name in names:
        status, headers, body = ask(port, prefix + name, accept_encoding="gzip")
        path = folder / "dist" / name
        data = (path / "index.html" if path.is_dir() else path).read_bytes()
        assert (status, headers["content-encoding"]) == (200, "gzip"), name
        assert headers["vary"].lower() == "accept-encoding"
        assert gzip.decompress(body) == data
        _, headers, body = ask(port, prefix + name)
        assert "content-encoding" not in headers
        assert body == data


def test_older_addresses_lead_on_for_good(port: int, prefix: str) -> None:
    for rest in ("", "index.html", "ketamine.txt"):
        status, headers, _ = ask(port, f"{prefix}us/es/older/{rest}")
        assert status == 301
        assert headers["location"].endswith(f"{prefix}us/es/ketamine/{rest}")


def test_the_short_addresses_on_paper_are_there_with_and_without_their_last_stroke(
    port: int, prefix: str, folder: Path
) -> None:
    short = sorted(path.name for path in (folder / "dist/s").iterdir())
    marks = sorted(json.loads((folder / "dist/versions.json").read_text("utf-8"))["versions"])
    assert len(short) > 20
    assert len(marks) > 20
    for path in (*(f"s/{name}" for name in short), *(f"v/{mark}" for mark in marks)):
        status, headers, _ = ask(port, prefix + path)
        assert (status, headers["location"].endswith(f"{prefix}{path}/")) == (301, True)
        status, _, body = ask(port, f"{prefix}{path}/")
        assert status == 200
        assert body == (folder / "dist" / path / "index.html").read_bytes()
