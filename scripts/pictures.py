"""Make the README's pictures from dist/: a page and a handout in three scripts."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parent.parent
DIST = ROOT / "dist"
PICTURES = ROOT / "docs" / "pictures"
EDITIONS = ("us/en", "gb/ar", "us/zh-hans")
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


def main() -> None:
    """Write docs/pictures/pages.png and docs/pictures/handouts.png."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        row(pages(Path(folder))).save(PICTURES / "pages.png", optimize=True)
        row(sheets(Path(folder))).save(PICTURES / "handouts.png", optimize=True)


def pages(folder: Path) -> list[Image.Image]:
    """The top of three pages as a phone shows them."""
    found = []
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page(viewport={"width": 390, "height": 844})
        for edition in EDITIONS:
            page.goto((DIST / edition / "ketamine" / "index.html").as_uri())
            path = folder / f"{edition.replace('/', '-')}.png"
            page.screenshot(path=path)
            found.append(Image.open(path).convert("RGB"))
        browser.close()
    return found


def sheets(folder: Path) -> list[Image.Image]:
    """The first sheet of three handouts."""
    found = []
    for edition in EDITIONS:
        (pdf,) = (DIST / edition / "ketamine").glob("*_handout.pdf")
        target = folder / f"sheet-{edition.replace('/', '-')}"
        subprocess.run(
            ["pdftoppm", "-r", "60", "-f", "1", "-l", "1", "-singlefile", "-png", pdf, target],
            check=True,
        )
        found.append(Image.open(f"{target}.png").convert("RGB"))
    return found


def row(pictures: list[Image.Image]) -> Image.Image:
    """Pictures side by side on a grey ground."""
    height = max(picture.height for picture in pictures) + 2 * GAP
    width = sum(picture.width for picture in pictures) + GAP * (len(pictures) + 1)
    sheet = Image.new("RGB", (width, height), "#8a8f92")
    left = GAP
    for picture in pictures:
        sheet.paste(picture, (left, GAP))
        left += picture.width + GAP
    return sheet


if __name__ == "__main__":
    main()
