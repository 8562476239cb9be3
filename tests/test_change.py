"""What one changed message costs: its own editions and the files that speak of them, nothing else."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

from project_edits import ADDRESS, ES, read_files, set_editions, set_key, set_msgstr
from project_runs import Ran, Stub

Run = Callable[..., Ran]
EDITION = ("index.html", "ketamine.txt", "fragment.html", "content.json")
FOLLOWING = {"manifest.json", "versions.json", "v/index.html", "packs/GB.zip", "packs/US.zip"}
"""What speaks of all editions: the digests, every version, the sheets of a region.

Sitemap and feed tell of dates and addresses, which another translation does not change.
"""


def two_articles(small: Path) -> Path:
    """Two articles, both in English and Spanish in two regions, one also in Arabic."""
    set_editions(small, 'US = ["en", "es"]\nGB = ["en", "es", "ar"]')
    set_key(small / "source/publication.toml", "base_url", f'"{ADDRESS}"')
    head, *sections = (small / "source/ketamine.md").read_text("utf-8").split("\n## ")
    second = "\n## ".join([head, *reversed(sections)])
    (small / "source/second.md").write_text(second, "utf-8")
    for path in small.glob("locale/*/LC_MESSAGES/ketamine.po"):
        shutil.copy(path, path.with_name("second.po"))
    return small


def versions(folder: Path) -> dict[str, str]:
    """State of each version by its mark."""
    found = json.loads((folder / "dist/versions.json").read_text("utf-8"))["versions"]
    return {mark: version["state"] for mark, version in found.items()}


def test_one_changed_message_rewrites_its_editions_and_what_names_their_versions(
    small: Path, run: Run, printer: Stub
) -> None:
    folder = two_articles(small)
    assert run(folder, "build").code == 0
    dist = folder / "dist"
    before, old = read_files(dist), versions(folder)
    inodes = {path: (dist / path).stat().st_ino for path in before}
    sheets = dict(printer.tasks)
    set_msgstr(folder / ES, "What ketamine is", "¿Qué es esto?")
    ran = run(folder, "build")
    now, new = read_files(dist), versions(folder)
    own = {f"{region}/es/ketamine/{name}" for region in ("gb", "us") for name in EDITION}
    handouts = {f"{r}/es/ketamine/ketamine_{r}_es_handout.pdf" for r in ("gb", "us")}
    assert len(new) == len(old) + 4, "page and handout in two regions"
    ended = {mark for mark in old if new[mark] != old[mark]}
    assert {new[mark] for mark in ended} == {"outdated"}
    named = {f"v/{mark}/index.html" for mark in {*new} - {*old} | ended}
    assert {path for path in now if now[path] != before.get(path)} == (
        own | handouts | named | FOLLOWING
    )
    assert before.keys() <= now.keys()
    written = {path for path in now if (dist / path).stat().st_ino != inodes.get(path)}
    assert written == own | handouts | named | FOLLOWING, "what is unchanged is not written"
    assert set(printer.tasks) == handouts < sheets.keys(), "nor is anything else printed"
    assert f", {len(written)} changed, " in ran.out


def test_one_changed_message_of_the_help_concerns_every_article_of_its_language_alone(
    small: Path, run: Run, printer: Stub
) -> None:
    folder = two_articles(small)
    run(folder, "build")
    before = read_files(folder / "dist")
    set_msgstr(folder / ES.replace("ketamine.po", "ketapub.po"), "Get help: {place}", "¡{place}!")
    run(folder, "build")
    now = read_files(folder / "dist")
    changed = {path for path in now if now[path] != before.get(path)}
    pages = {path for path in changed if path.endswith("/index.html") and path.count("/") == 3}
    assert pages == {
        f"{region}/es/{slug}/index.html"
        for region in ("gb", "us")
        for slug in ("ketamine", "second")
    }
