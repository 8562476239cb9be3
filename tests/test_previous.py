"""The previous publication: read from a folder or over HTTP, checked, and never trusted blindly."""

from __future__ import annotations

import http.server
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from ketapub.errors import KetapubError
from ketapub.previous import load_previous
from project_edits import ES, edit, make_fuzzy, read_files
from project_runs import Ran, Stub

Run = Callable[..., Ran]
CRITICAL = "Stay with the person until help arrives."


def outputs(folder: Path, locale: str, region: str) -> dict[str, str]:
    found = json.loads((folder / "dist" / "manifest.json").read_text("utf-8"))["editions"]
    (entry,) = [e for e in found if (e["locale"], e["region"]) == (locale, region)]
    return {name: output["state"] for name, output in entry["outputs"].items()}


@pytest.mark.parametrize("over_http", [False, True])
def test_a_machine_that_starts_empty_keeps_what_is_live_elsewhere(
    over_http: bool,
    small: Path,
    run: Run,
    printer: Stub,
    published: None,
    tmp_path: Path,
    serve: Callable[[Path], str],
) -> None:
    live = tmp_path / "live site"
    (small / "dist").rename(live)
    shutil.rmtree(small / ".ketapub")
    make_fuzzy(small / ES, CRITICAL)
    where = serve(live) if over_http else str(live)
    ran = run(small, "build", "--previous", where)
    assert ran.code == 0, ran.err
    assert outputs(small, "es", "US") == {"page": "kept", "handout": "kept"}
    before, now = read_files(live), read_files(small / "dist")
    assert {path for path in {*now, *before} if now.get(path) != before.get(path)} == {
        "manifest.json"
    }


def test_a_trailing_slash_of_the_address_does_not_matter(
    small: Path, run: Run, published_pages: None, serve: Callable[[Path], str]
) -> None:
    address = serve(small / "dist")
    found = [load_previous(where) for where in (address, address.rstrip("/"))]
    assert len(found[0].editions) == len(found[1].editions) == 4
    assert found[1].read("index.html") == (small / "dist/index.html").read_bytes()


def test_an_address_without_a_publication_is_code_2(
    small: Path, run: Run, tmp_path: Path, serve: Callable[[Path], str]
) -> None:
    address = serve(tmp_path)
    ran = run(small, "build", "--web-only", "--previous", address)
    assert ran.code == 2
    assert f"{address}: no publication of ketapub stands here" in ran.err


class Failing(http.server.BaseHTTPRequestHandler):
    """A web server in trouble."""

    def do_GET(self) -> None:
        if self.path == "/manifest.json":
            self.send_error(503)
        else:
            self.wfile.write(b"this is not HTTP\n\n")

    def log_message(self, *_: object) -> None:
        pass


def test_a_live_site_that_cannot_be_read_stops_the_build_before_it_takes_anything_away(
    small: Path, run: Run, published_pages: None, serve: Callable[..., str], tmp_path: Path
) -> None:
    before = read_files(small / "dist")
    for where in (serve(tmp_path, Failing), "http://127.0.0.1:9/", "http://[broken/"):
        ran = run(small, "build", "--web-only", "--previous", where)
        assert ran.code == 1, where
        assert "cannot be fetched: " in ran.err
        assert "hint: check the address and the connection" in ran.err
        assert read_files(small / "dist") == before


def test_an_answer_that_is_not_http_is_an_error_with_a_hint(
    tmp_path: Path, serve: Callable[..., str]
) -> None:
    class Rude(Failing):
        def do_GET(self) -> None:
            self.wfile.write(b"this is not HTTP\n\n")

    with pytest.raises(KetapubError, match="cannot be fetched"):
        load_previous(serve(tmp_path, Rude))


def test_a_file_is_only_read_when_it_is_the_one_that_the_manifest_names(
    small: Path, run: Run
) -> None:
    run(small, "build", "--web-only")
    previous = load_previous(str(small / "dist"))
    path = "us/es/ketamine/index.html"
    assert previous.read(path) == (small / "dist" / path).read_bytes()
    edit(small / "dist" / path, "<title>", "<title>x")
    for wrong in (path, "CNAME", "manifest.json"):
        with pytest.raises(KetapubError, match="missing or not the one it names"):
            previous.read(wrong)


def test_the_numbers_of_an_output_are_those_of_its_version(
    small: Path, run: Run, published_pages: None
) -> None:
    previous = load_previous(str(small / "dist"))
    edition = previous.editions["ketamine", "GB", "ar"]
    output = edition.outputs["page"]
    assert previous.numbers(edition, output) == previous.versions[output.mark].numbers
    assert "999" in previous.numbers(edition, output)


def test_nothing_is_a_previous_publication_that_does_not_exist(tmp_path: Path) -> None:
    found = load_previous(str(tmp_path / "dist"))
    assert (found.exists, found.editions, found.versions) == (False, {}, {})


def test_keys_that_this_version_does_not_know_are_ignored(small: Path, run: Run) -> None:
    run(small, "build", "--web-only")
    path = small / "dist/manifest.json"
    text = json.loads(path.read_text("utf-8"))
    text["more"] = text["editions"][0]["more"] = {"anything": 1}
    path.write_text(json.dumps(text), "utf-8")
    assert run(small, "build", "--web-only").code == 0
    assert outputs(small, "es", "US")["page"] == "ready"


def test_the_publication_before_titles_and_versions_were_noted_can_still_be_kept(
    small: Path, run: Run, printer: Stub
) -> None:
    run(small, "build")
    path = small / "dist/manifest.json"
    text = json.loads(path.read_text("utf-8"))
    for entry in text["editions"]:
        del entry["title"], entry["title_locale"]
    path.write_text(json.dumps(text), "utf-8")
    (small / "dist/versions.json").unlink()
    edit(small / "source/ketamine.md", ":::\n\n## Signs", "\n## Signs")
    assert run(small, "build").code == 1
    assert outputs(small, "es", "US") == {"page": "kept", "handout": "kept"}
    assert "<title>Ketamine: medical promise" in (small / "dist/us/es/index.html").read_text(
        "utf-8"
    )
    versions = json.loads((small / "dist/versions.json").read_text("utf-8"))["versions"]
    assert len(versions) == 8
    assert all(version["numbers"] for version in versions.values())
