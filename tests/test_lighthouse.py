"""Three pages judged by Lighthouse, as nginx serves the reviewed publication: 100 in all four categories.

An article from right to left, the finder with its script and what stands where nothing is: the front
page and other articles are made of the same parts, and axe and the browser judge them all.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tools import axe
from tools.nu import node_file
from tools.servers import serving, settings_of

PAGES = ("gb/ar/ketamine/", "handouts/", "404.html")
KNOWN = {
    # Lighthouse fetches robots.txt as the page would, and the policy lets no page fetch anything
    "robots-txt": PAGES,
    # who follows a broken link finds it, a search engine does not
    "is-crawlable": ("404.html",),
    # the bar at the lower edge lies over links that the reader has not scrolled to
    "target-size": PAGES[:1],
}
"""Audits that cannot be passed on purpose, and where."""


def judge(addresses: Sequence[str]) -> list[dict[str, Any]]:
    """Scores and lost audits by category, of each address in turn."""
    modules = node_file("lighthouse/package.json").parents[1]
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or ""
    script = Path(__file__).parent / "tools/lighthouse.mjs"
    command = ["node", str(script), str(modules), chromium, *addresses]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def lost(found: dict[str, Any], path: str) -> dict[str, list[str]]:
    """By category: what keeps a page from 100, but for what is known."""
    assert not found["error"], found["error"]
    assert len(found["scores"]) == 4
    named = {
        category: [each for each in audits if path not in KNOWN.get(each.partition(":")[0], ())]
        for category, audits in found["lost"].items()
    }
    return {
        category: [f"{score} of 100", *named[category]]
        for category, score in found["scores"].items()
        if score < 100 and (named[category] or not found["lost"][category])
    }


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_lighthouse_takes_nothing_off_and_sees_faults(signed: Path, tmp_path: Path) -> None:
    """A page with faults is judged in the same browser, before the others."""
    (tmp_path / "index.html").write_text("<title></title><img src=/none.png>", "utf-8")
    with serving("nginx", settings_of(signed), signed / "dist") as port, axe.serve(tmp_path) as bad:
        addresses = {path: f"http://127.0.0.1:{port}/{path}" for path in PAGES}
        faulty, *found = judge([bad, *addresses.values()])
        assert {"accessibility", "best-practices", "seo"} <= set(lost(faulty, "x"))
        faults = {p: lost(each, p) for p, each in zip(PAGES, found, strict=True)}
        for _ in range(3):  # a busy machine draws late: what is measured in time is measured again
            assert {p: c for p, c in faults.items() if set(c) - {"performance"}} == {}
            waiting = [p for p, categories in faults.items() if "performance" in categories]
            if not waiting or os.getloadavg()[0] > 2 * (os.cpu_count() or 1):
                return  # of a machine so busy a clock says little
            found = judge([addresses[path] for path in waiting])
            faults = {p: lost(each, p) for p, each in zip(waiting, found, strict=True)}
    assert {p: c for p, c in faults.items() if c} == {}
