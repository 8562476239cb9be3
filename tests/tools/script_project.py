"""Turn the small sheet of tests/data/scripts into a project, and that into PDFs in every script.

Its numbers belong to nobody (Ofcom's and 555-01xx); 999 and 911 are the real ones.
"""

from __future__ import annotations

import shutil
import tomllib
from dataclasses import dataclass, field
from datetime import date
from functools import cache, cached_property, partial
from pathlib import Path
from typing import Any
from unittest import mock

from ketapub import renderer
from ketapub.catalog import render_catalog
from ketapub.fingerprint import Fingerprints
from ketapub.fonts import private_fontconfig
from ketapub.handout import PrintTask, Rendered, render_pdf
from ketapub.language import parse_language
from ketapub.plan import Plan, Selection, make_plan, settle_plan
from ketapub.press import Press
from ketapub.previous import load_previous
from ketapub.project import Project, load_project
from ketapub.standing import Standing
from ketapub.web import make_frame

DATA = Path(__file__).resolve().parents[1] / "data" / "scripts"
WORDS = tomllib.loads((DATA / "words.toml").read_text(encoding="utf-8"))
LANGUAGES = ("en", *WORDS)
ADDRESS = "https://sheets.test-site.net/"

_PUBLICATION = """
title = "Sample sheets"
publisher = "Sample"
base_url = "{address}"
contact = ""
source_language = "en"
unreviewed = "publish"
formats = [{formats}]

[editions]
GB = [{languages}]
US = ["en", "ar"]
"""


def write_project(root: Path, folder: Path) -> Path:
    """The sources of the sample project, with the templates and catalogs of the checkout `root`."""
    shutil.copytree(root / "templates", folder / "templates")
    names = sorted(path.stem for path in (root / "templates/print").glob("*.toml"))
    quoted = {"formats": names, "languages": LANGUAGES}
    lists = {key: ", ".join(f'"{name}"' for name in value) for key, value in quoted.items()}
    source = folder / "source"
    (source / "regions").mkdir(parents=True)
    text = _PUBLICATION.format(address=ADDRESS, **lists)
    (source / "publication.toml").write_text(text, encoding="utf-8")
    shutil.copy(DATA / "sample.md", source)
    for region in ("GB", "US"):
        shutil.copy(DATA / f"{region}.toml", source / "regions")
    project = load_project(folder)
    for tag, words in WORDS.items():
        language = parse_language(tag)
        into = folder / "locale" / language.locale / "LC_MESSAGES"
        into.mkdir(parents=True)
        for domain, messages in project.messages.items():
            ready = root / "locale" / language.locale / "LC_MESSAGES" / f"{domain}.po"
            if ready.is_file():
                shutil.copy(ready, into)
                continue
            texts = {m.key: (words.get(m.msgid, ""),) * len(m.forms) for m in messages}
            po = render_catalog(domain, messages, language.locale, language.plural_forms, texts)
            (into / f"{domain}.po").write_text(po, encoding="utf-8")
    return folder


@dataclass
class Proofs:
    """The sample project's sheets, each printed when first asked for."""

    folder: Path
    """Where `write_project` wrote it."""
    today: date
    done: dict[tuple[str, str, str], Rendered] = field(default_factory=dict)
    _laid: dict[tuple[str, str, str], Any] = field(default_factory=dict)

    @cached_property
    def project(self) -> Project:
        """As read from disk."""
        return load_project(self.folder)

    @cached_property
    def _press(self) -> tuple[Plan, Press, str]:
        plan = make_plan(self.project, self.today)
        plan = settle_plan(plan, load_previous((self.folder / "dist").as_posix()), Selection())
        frame, _ = make_frame(self.project, plan)
        words = cache(partial(plan.words, source=self.project.publication.source))
        marks = Fingerprints(self.project, plan, "")
        how = frame, words, Standing({}), marks, 1, lambda done, total: None
        press = Press(self.project, plan, *how)
        fonts, _ = press._find_fonts()
        ordered = sorted(fonts, key=lambda font: font.path)
        return plan, press, str(private_fontconfig(ordered, press.state / "fonts"))

    def task(self, tag: str, name: str = "handout", region: str = "GB") -> tuple[PrintTask, str]:
        """What is printed, and the fonts that it is printed with."""
        plan, press, conf = self._press
        edition = next(e for e in plan.editions if (e.region, e.language.tag) == (region, tag))
        return press._task(edition, edition.output(name)), conf

    def print(self, tag: str, name: str = "handout", region: str = "GB") -> Rendered:
        """The sheet of a language in a format, held or not."""
        key = tag, name, region
        if key not in self.done:
            paint = renderer.paint

            def keep(document: Any) -> Any:
                self._laid[key] = document
                return paint(document)

            with mock.patch.object(renderer, "paint", keep):
                self.done[key] = render_pdf(*self.task(*key))
        return self.done[key]

    def layout(self, tag: str, name: str = "handout", region: str = "GB") -> Any:
        """The renderer's document of a sheet."""
        self.print(tag, name, region)
        return self._laid[tag, name, region]

    @property
    def formats(self) -> tuple[str, ...]:
        """Names of all formats."""
        return tuple(self.project.formats)

    def formats_of(self, tag: str, region: str = "GB") -> tuple[str, ...]:
        """Those that an edition has: none side by side where both languages are one."""
        plan, _, _ = self._press
        edition = next(e for e in plan.editions if (e.region, e.language.tag) == (region, tag))
        return tuple(output.name for output in edition.outputs if output.name != "page")
