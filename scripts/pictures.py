"""Make the pictures of the README and the guides from dist/: pages and handouts in four scripts."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parent.parent
DIST = ROOT / "dist"
PICTURES = ROOT / "docs" / "pictures"
EDITIONS = ("us/en", "gb/ar", "in/hi", "us/zh-hans")
OTHERS = (("gb/ar", "leaflet"), ("us/en", "poster"), ("in/hi", "key-facts"), ("us/zh-hans", "card"))
"""Editions and formats, one of each below the handouts."""
PHONE, DESKTOP = {"width": 360, "height": 740}, {"width": 1280, "height": 800}
CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
GAP = 24
GROUND = "#8a8f92"


def main() -> None:
    """Write pages.png (phone), pages-dark.png, desktop.png and handouts.png into docs/pictures/."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with sync_playwright() as play:
            browser = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            light = pages(browser, folder, PHONE, "light")
            dark = pages(browser, folder, PHONE, "dark")
            wide = [
                pages(browser, folder, DESKTOP, scheme, EDITIONS[first : first + 2])
                for first, scheme in ((0, "light"), (2, "dark"))
            ]
            browser.close()
        save(row(light), "pages")
        save(row(dark), "pages-dark")
        save(column([row(each) for each in wide], width=1280), "desktop")
        handouts = row(sheets(folder, [(edition, "handout") for edition in EDITIONS]))
        save(column([handouts, row(sheets(folder, OTHERS))], handouts.width), "handouts")


def pages(
    browser: Any,
    folder: Path,
    size: dict[str, int],
    scheme: str,
    editions: Sequence[str] = EDITIONS,
) -> list[Image.Image]:
    """The top of pages in a window of this size, for readers who prefer this colour scheme."""
    found = []
    page = browser.new_page(viewport=size, color_scheme=scheme)
    for edition in editions:
        page.goto((DIST / edition / "ketamine" / "index.html").as_uri())
        path = folder / "page.png"
        page.screenshot(path=path)
        with Image.open(path) as picture:
            found.append(picture.convert("RGB"))
    page.close()
    return found


def save(picture: Image.Image, name: str) -> None:
    """A picture of 128 colours: few pages have more, and the file is a third of the size."""
    small = picture.quantize(128, dither=Image.Dither.NONE)
    small.save(PICTURES / f"{name}.png", optimize=True)


def sheets(folder: Path, shown: Sequence[tuple[str, str]]) -> list[Image.Image]:
    """The first side of these (edition, format)."""
    found = []
    for edition, name in shown:
        (pdf,) = (DIST / edition / "ketamine").glob(f"*[a-z]_{name}.pdf")
        target = folder / f"{name}-{edition.replace('/', '-')}"
        subprocess.run(
            ["pdftoppm", "-r", "60", "-f", "1", "-l", "1", "-singlefile", "-png", pdf, target],
            check=True,
        )
        found.append(Image.open(f"{target}.png").convert("RGB"))
    return found


def row(pictures: Sequence[Image.Image]) -> Image.Image:
    """Pictures side by side on a grey ground."""
    height = max(picture.height for picture in pictures) + 2 * GAP
    width = sum(picture.width for picture in pictures) + GAP * (len(pictures) + 1)
    sheet = Image.new("RGB", (width, height), GROUND)
    left = GAP
    for picture in pictures:
        sheet.paste(picture, (left, GAP))
        left += picture.width + GAP
    return sheet


def column(pictures: Sequence[Image.Image], width: int) -> Image.Image:
    """Pictures below each other, each in the middle, as wide as this."""
    widest = max(picture.width for picture in pictures)
    sheet = Image.new("RGB", (widest, sum(p.height for p in pictures)), GROUND)
    top = 0
    for picture in pictures:
        sheet.paste(picture, ((widest - picture.width) // 2, top))
        top += picture.height
    return sheet.resize((width, sheet.height * width // sheet.width), Image.Resampling.LANCZOS)


if __name__ == "__main__":
    main()
