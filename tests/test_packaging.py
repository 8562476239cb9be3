"""The wheel: installed in an empty environment, away from the checkout, it is all that is needed."""

from __future__ import annotations

import ast
import importlib.util
import json
import os
import re
import subprocess
import sys
import sysconfig
import tomllib
import venv
import zipfile
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
DAY = ("--date", "2026-11-23")

PUBLICATION = """
title = "Care"
publisher = "Test"
source_language = "en"

[editions]
US = ["en", "es"]
"""
REGION = """
working_languages = ["en"]
paper = "letter"

[emergency]
call = "911"
source = "test"
source_date = "2026-10-01"

[[helpline]]
id = "line"
kind = "drugs"
name.en = "A Line"
operator = "ngo"
grade = "A"
languages = ["en", "es"]
hours = "24/7"
cost = "free"
source = "test"
source_date = "2026-10-01"

  [[helpline.channel]]
  kind = "voice"
  dial = "1-800-555-0199"
"""
HEADER = r"""msgid ""
msgstr ""
"Language: es\n"
"MIME-Version: 1.0\n"
"Content-Type: text/plain; charset=UTF-8\n"
"Content-Transfer-Encoding: 8bit\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\n"
"""
ARTICLE = """+++
title = "Water"
summary = "Drink water."
alert = "Is it urgent? Call {emergency} now."
updated = 2026-10-01
+++

## Why

Water helps.
"""
SPANISH = {
    "Water": "Agua",
    "Drink water.": "Beba agua.",
    "Is it urgent? Call {emergency} now.": "¿Es urgente? Llame al {emergency} ahora.",
    "Why": "Por qué",
    "Water helps.": "El agua ayuda.",
}
NO_PANGO = """
import ctypes
import cffi

def without_pango(load):
    def guarded(self, name=None, *rest, **more):
        if name and "pango" in str(name):
            raise OSError(f"{name}: cannot open shared object file: No such file or directory")
        return load(self, name, *rest, **more)
    return guarded

ctypes.CDLL.__init__ = without_pango(ctypes.CDLL.__init__)
cffi.FFI.dlopen = without_pango(cffi.FFI.dlopen)
"""


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    options = ["--no-isolation"] if importlib.util.find_spec("hatchling") else []
    command = [
        sys.executable,
        "-m",
        "build",
        "--wheel",
        *options,
        "--outdir",
        str(folder),
        str(ROOT),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=200)
    (path,) = folder.glob("*.whl")
    return path


@pytest.fixture(scope="session")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command of a fresh environment that holds the wheel. Libraries of others are lent to it."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, symlinks=True)
    command = [sys.executable, "-m", "pip", "--python", str(folder / "bin/python"), "install"]
    quiet = ["--quiet", "--no-deps", "--no-index", "--disable-pip-version-check"]
    subprocess.run([*command, *quiet, str(wheel)], check=True, capture_output=True, timeout=120)
    (site,) = folder.glob("lib/python*/site-packages")
    # a line in a .pth file: what lies there comes after the environment's own
    (site / "lent.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return folder / "bin" / "ketapub"


def run(command: Path, project: Path, *arguments: str, code: int = 0) -> str:
    """Run the installed command far from the checkout; what it says."""
    env = {k: v for k, v in os.environ.items() if k not in {"PYTHONPATH", "VIRTUAL_ENV"}}
    done = subprocess.run(
        [command, "--project", project, *arguments],
        cwd=project,
        env=env,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """A project of one article, one region and one catalog: no page templates, no other catalog."""
    folder = tmp_path / "tiny"
    catalog = "".join(f'\nmsgid "{key}"\nmsgstr "{text}"\n' for key, text in SPANISH.items())
    for name, text in {
        "source/publication.toml": PUBLICATION,
        "source/regions/US.toml": REGION,
        "source/water.md": ARTICLE,
        "locale/es/LC_MESSAGES/water.po": HEADER + catalog,
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    return folder


@pytest.mark.slow
def test_the_wheel_holds_templates_catalogs_and_licences_and_nothing_of_this_publication(
    wheel: Path,
) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    modules = {
        p.relative_to(ROOT / "src").as_posix()
        for p in (ROOT / "src").rglob("*")
        if p.is_file() and p.suffix != ".pyc"
    }
    templates = {
        f"ketapub/{p.relative_to(ROOT).as_posix()}"
        for p in (ROOT / "templates").rglob("*")
        if p.is_file()
    }
    catalogs = {
        f"ketapub/{p.relative_to(ROOT).as_posix()}"
        for p in (ROOT / "locale").rglob("*.po")
        if p.stem in {"ketapub", "helplines"}
    }
    assert len(catalogs) == 12
    assert {name for name in names if ".dist-info/" not in name} == modules | templates | catalogs
    assert {"LICENSE", "LICENSE-CONTENT"} == {Path(n).name for n in names if "/licenses/" in n}


@pytest.mark.slow
def test_a_tiny_project_is_built_checked_and_updated_with_the_wheel_alone(
    installed: Path, tiny: Path
) -> None:
    shown = run(installed, tiny, "build", "--web-only", *DAY)
    page = (tiny / "dist/us/es/water/index.html").read_text("utf-8")
    assert "page ready" in shown
    assert "El agua ayuda." in page
    catalog = (ROOT / "locale/es/LC_MESSAGES/ketapub.po").read_text("utf-8")
    words = re.search(r'msgid "Call \{number\}"\nmsgstr "(.*)\{number\}(.*)"', catalog)
    assert words
    number = '<bdi dir="ltr"><a href="tel:911">911</a></bdi>'
    assert f"{words[1]}{number}{words[2]}" in page, "the words come from the wheel"
    assert re.findall(r'<span lang="en"[^>]*>([^<]*)', page) == ["A Line"]
    assert run(installed, tiny, "check", *DAY) == "no problem found\n"
    assert "locale/es/LC_MESSAGES/ketapub.po" in run(installed, tiny, "update")
    assert (tiny / "locale/ketapub.pot").is_file()
    before = (tiny / "dist/us/es/water/index.html").read_bytes()
    run(installed, tiny, "build", "--web-only", *DAY)
    assert (tiny / "dist/us/es/water/index.html").read_bytes() == before
    assert "every number is the right one" in run(installed, tiny, "verify", *DAY)


@pytest.mark.slow
def test_it_is_the_wheel_that_runs(installed: Path) -> None:
    code = "import ketapub; print(ketapub.__file__)"
    env = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    command = [installed.with_name("python"), "-c", code]
    done = subprocess.run(command, env=env, cwd="/", capture_output=True, text=True, check=True)
    assert Path(done.stdout.strip()).is_relative_to(installed.parents[1])


@pytest.mark.slow
def test_without_pango_all_pages_are_built_and_handouts_wait_for_the_packages_it_names(
    installed: Path, tiny: Path
) -> None:
    (site,) = installed.parents[1].glob("lib/python*/site-packages")
    # a .pth line runs at every start; a sitecustomize may be shadowed by the system's own
    patch, line = site / "without_pango.py", site / "without_pango.pth"
    patch.write_text(NO_PANGO)
    line.write_text("import without_pango\n")
    try:
        shown = run(installed, tiny, "build", *DAY, code=3)
    finally:
        patch.unlink()
        line.unlink()
    assert re.search(r"hint: .*libpango-1\.0-0", shown)
    assert "Traceback" not in shown
    for locale in ("en", "es"):
        assert (tiny / f"dist/us/{locale}/water/index.html").is_file()
    entries = json.loads((tiny / "dist/manifest.json").read_text("utf-8"))["editions"]
    states = {(e["outputs"]["page"]["state"], e["outputs"]["handout"]["state"]) for e in entries}
    assert states == {("ready", "held")}
    assert "handouts printed" in run(installed, tiny, "build", *DAY)
    assert (tiny / "dist/us/es/water/water_us_es_handout.pdf").is_file()


def test_every_library_that_the_code_imports_is_declared_and_none_is_declared_in_vain() -> None:
    imported = set()
    for path in (ROOT / "src").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                imported |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                imported.add(node.module.partition(".")[0])
    foreign = imported - sys.stdlib_module_names - {"ketapub"}
    owners = packages_distributions()
    needed = {owners[name][0].lower().replace("_", "-") for name in foreign}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    optional = [line for name, lines in extras.items() if name != "test" for line in lines]
    lines = (*project["dependencies"], *optional)
    declared = {re.split(r"[=<>~\[ ]", line)[0] for line in lines}
    # parts of others that say so themselves, and those that the toolchain only names
    brought_along = {"markupsafe"}
    assert needed - declared <= brought_along
    from ketapub.toolchain import PACKAGES

    # GPL: of this one only the commands are run
    assert declared - needed - {*PACKAGES} == {"translate-toolkit"}
    assert "translate" not in foreign
