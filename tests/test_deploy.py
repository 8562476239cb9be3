"""The guide's recipe for a release, run as it stands there: publish, publish again, roll back."""

from __future__ import annotations

import os
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

from project_edits import set_editions, set_key

ROOT = Path(__file__).resolve().parent.parent
PAGE = "us/es/ketamine/index.html"


def recipes() -> list[str]:
    """The shell recipes of the guide's part about deploying: the release, the way back."""
    text = (ROOT / "docs/web.md").read_text("utf-8")
    part = text.partition("## Build and deploy\n")[2].partition("\n## ")[0]
    return [block.partition("```")[0] for block in part.split("```sh\n")[1:]]


def run(recipe: str, folder: Path, site: Path, live: str) -> subprocess.CompletedProcess[str]:
    """A recipe, as a person runs it in the folder of the project."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    values = {**os.environ, "PATH": path, "site": str(site), "live": live, "LC_ALL": "C"}
    return subprocess.run(
        ["sh", "-c", recipe], cwd=folder, env=values, capture_output=True, text=True, timeout=280
    )


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_the_recipe_publishes_proves_and_rolls_back(
    project_folder: Path, tmp_path: Path, serve: Callable[[Path], str]
) -> None:
    release, back = recipes()
    site = tmp_path / "site"
    settings = project_folder / "source/publication.toml"
    set_editions(project_folder, 'US = ["es"]')
    set_key(settings, "formats", '["card"]')

    def contact() -> str:
        with urllib.request.urlopen(live + PAGE) as answer:
            text: str = answer.read().decode()
        return text.partition('class="tell-us">')[2].partition("</p>")[0]

    first = run(release, project_folder, site, "")
    assert first.returncode == 0, first.stderr
    live = serve(site / "current")
    assert "@" not in contact()

    set_key(settings, "contact", '"tell@health.test-site.net"')
    second = run(release, project_folder, site, live)
    assert second.returncode == 0, second.stdout + second.stderr
    assert "tell@health.test-site.net" in contact()
    assert len(list((site / "releases").iterdir())) == 2

    page = project_folder / "dist" / PAGE
    assert run(back, project_folder, site, live).returncode == 0
    assert "@" not in contact()
    assert len(list((site / "releases").iterdir())) == 2, "nothing is lost"

    # a release that is not proved does not become the current one
    before = (site / "current").readlink()
    broken = release.replace("ketapub verify\n", f"sed -i s/911/912/g {page}\nketapub verify\n", 1)
    failed = run(broken, project_folder, site, live)
    assert failed.returncode == 1
    assert (site / "current").readlink() == before
