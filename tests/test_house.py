"""The house itself: who may import whom, who may touch the world, and that the guides name it all."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
CODE = ROOT / "src" / "ketapub"

ORDER = (
    "errors",
    "message",
    "files",
    "memory",
    "cores",
    "outbox",
    "toml",
    "language",
    "helpline",
    "helpline_text",
    "region_values",
    "fields",
    "region_schema",
    "region_json",
    "helpline_choice",
    "helpline_messages",
    "region",
    "helpline_report",
    "helpline_spelling",
    "helpline_confirm",
    "markdown",
    "mould",
    "front_matter",
    "article",
    "catalog",
    "check",
    "print_format",
    "publication",
    "review_state",
    "withdrawal",
    "localize",
    "previous",
    "passage",
    "changes",
    "edition",
    "templates",
    "project",
    "history",
    "pofilter",
    "told",
    "decide",
    "plan",
    "manifest",
    "removal",
    "versions",
    "recall",
    "view",
    "structured",
    "plain_text",
    "page",
    "chooser",
    "site",
    "finder",
    "fragment",
    "record",
    "feed",
    "server",
    "fonts",
    "toolchain",
    "provenance",
    "line_breaks",
    "pdf_tree",
    "pdf_links",
    "pdf_structure",
    "pdf_merge",
    "renderer",
    "handout",
    "sheet",
    "pack_index",
    "pack",
    "notice",
    "cache",
    "pool",
    "cluster",
    "fingerprint",
    "standing",
    "press",
    "web",
    "pages",
    "publish",
    "build",
    "current",
    "proof",
    "pseudo",
    "sync",
    "review",
    "status",
    "kit",
    "audit",
    "live",
    "cli",
)
"""A module imports only from those before it."""


def unit(path: Path) -> str:
    """The module or package of ours that a file belongs to."""
    first = path.relative_to(CODE).parts[0]
    return first.removesuffix(".py")


@cache
def files() -> list[Path]:
    """Every file of the code; `__init__` and `__main__` are the door, not the house."""
    return sorted(p for p in CODE.rglob("*.py") if p.parent != CODE or not p.name.startswith("__"))


@cache
def tree_of(path: Path) -> ast.Module:
    """A file's syntax tree, read once for all tests."""
    return ast.parse(path.read_text("utf-8"))


@cache
def imports(path: Path) -> tuple[tuple[int, str, bool], ...]:
    """(line, dotted name, whether it happens when the module is imported) of each import."""
    return tuple(find_imports(path))


def find_imports(path: Path) -> Iterator[tuple[int, str, bool]]:
    tree = tree_of(path)
    inner = {id(n) for f in ast.walk(tree) if isinstance(f, FUNCTIONS) for n in ast.walk(f)}
    typing_only = {
        id(n)
        for block in ast.walk(tree)
        if isinstance(block, ast.If) and "TYPE_CHECKING" in ast.unparse(block.test)
        for n in ast.walk(block)
    }
    for node in ast.walk(tree):
        at_import = id(node) not in inner and id(node) not in typing_only
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name, at_import
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: a relative import"
            if node.module == "ketapub":
                for alias in node.names:
                    yield node.lineno, f"ketapub.{alias.name}", at_import
            else:
                yield node.lineno, node.module or "", at_import


FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


def ours(path: Path) -> set[str]:
    """The units of ours that a file imports."""
    names = {name for _, name, _ in imports(path) if name.startswith("ketapub.")}
    return {name.split(".")[1] for name in names} - {"__version__", unit(path)}


def importers(library: str) -> dict[str, bool]:
    """Unit -> whether it imports this library while being imported itself."""
    found: dict[str, bool] = {}
    for path in files():
        for _, name, at_import in imports(path):
            if name.partition(".")[0] == library:
                found[unit(path)] = found.get(unit(path), False) or at_import
    return found


# --- imports -------------------------------------------------------------------------------------


def test_the_order_names_every_module_once() -> None:
    assert sorted({unit(path) for path in files()}) == sorted(ORDER)


def test_imports_only_ever_point_up_the_list() -> None:
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in files()
        for name in sorted(ours(path))
        if ORDER.index(name) >= ORDER.index(unit(path))
    ]
    assert wrong == []


def test_packages_of_ours_import_in_no_circle() -> None:
    for package in ("catalog", "check", "kit", "audit"):
        links = {
            path.stem: {
                name.split(".")[2]
                for _, name, _ in imports(path)
                if name.startswith(f"ketapub.{package}.")
            }
            for path in files()
            if unit(path) == package and path.stem != "__init__"
        }
        while links:
            free = {name for name, needs in links.items() if not needs & links.keys()}
            assert free, f"a circle in {package}: {links}"
            links = {name: needs for name, needs in links.items() if name not in free}


@pytest.mark.parametrize(
    ("library", "unit_"),
    [
        ("polib", "catalog"),
        ("rapidfuzz", "catalog"),
        ("weasyprint", "renderer"),
        ("pebble", "pool"),
        ("distributed", "cluster"),
        ("zxingcpp", "audit"),
        ("resvg_py", "audit"),
    ],
)
def test_a_library_has_one_door(library: str, unit_: str) -> None:
    assert set(importers(library)) == {unit_}


@pytest.mark.parametrize(
    "library",
    [
        "weasyprint",
        "pikepdf",
        "pypdfium2",
        "lxml",
        "babel",
        "jinja2",
        "rich",
        "pebble",
        "distributed",
        "zxingcpp",
        "resvg_py",
        "PIL",
    ],
)
def test_heavy_libraries_are_imported_only_where_they_are_used(library: str) -> None:
    found = importers(library)
    assert found, "nobody imports it"
    assert [name for name, at_import in found.items() if at_import] == []


def test_errors_imports_nothing_of_ours() -> None:
    assert ours(CODE / "errors.py") == set()


def test_the_audit_knows_only_what_was_published_and_the_region_files() -> None:
    """It must not believe the code that it checks."""
    allowed = {"cores", "errors", "files", "toml", "language", "region"}
    for path in files():
        if unit(path) == "audit":
            for name in ours(path):
                assert name in allowed or name.startswith(("region", "helpline")), (path, name)


@pytest.mark.parametrize(
    ("name", "strangers"),
    [
        ("article", {"files", "region", "edition", "catalog"}),
        ("localize", {"region", "edition", "files", "publication"}),
        ("region", {"article", "edition", "publication"}),
        ("language", {"files"}),
        ("pool", {"edition", "plan", "project"}),
        ("handout", {"edition", "files", "templates"}),
        ("catalog", {"files", "templates", "edition"}),
    ],
)
def test_a_module_does_not_know_its_strangers(name: str, strangers: set[str]) -> None:
    assert strangers <= set(ORDER)
    for path in files():
        if unit(path) == name:
            assert ours(path) & strangers == set(), path


# --- who touches the world -----------------------------------------------------------------------


@cache
def calls(path: Path) -> tuple[tuple[int, str], ...]:
    return tuple(find_calls(path))


def find_calls(path: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Call):
            yield node.lineno, ast.unparse(node.func)


def test_only_the_command_line_prints_exits_and_reads_the_clock() -> None:
    world = re.compile(
        r"print|input|exit|quit|sys\.exit|os\._exit|date\.today|datetime\.(now|utcnow|today)"
        r"|time\.(time|time_ns|localtime|gmtime|strftime)|.*\.std(out|err)\.write"
    )
    found = {unit(p) for p in files() for _, name in calls(p) if world.fullmatch(name)}
    assert found == {"cli"}


def test_nobody_logs() -> None:
    """WeasyPrint's log is listened to; ketapub itself reports by values."""
    logs = re.compile(r"(log|logger|logging)\.(debug|info|warning|error|exception|critical)")
    assert [p for p in files() for _, name in calls(p) if logs.fullmatch(name)] == []


def test_only_publications_and_pages_that_embed_them_are_read_from_the_network() -> None:
    net = {"urllib", "http", "socket", "requests", "httpx", "ssl"}
    found = {
        unit(path)
        for path in files()
        for _, name, _ in imports(path)
        if name.partition(".")[0] in net and name != "urllib.parse"
    }
    assert found == {"previous", "live"}


def test_nothing_is_random() -> None:
    names = {name.partition(".")[0] for path in files() for _, name, _ in imports(path)}
    assert names & {"random", "secrets", "uuid"} == set()


# --- form ----------------------------------------------------------------------------------------


def test_every_module_begins_with_a_sentence_that_says_what_it_is_for() -> None:
    for path in files():
        text = ast.get_docstring(tree_of(path))
        assert text, path
        first = text.split("\n\n")[0].replace("\n", " ")
        assert len(first) > 30, path
        assert re.search(r"[.:]$", first), f"{path}: {first}"


def test_no_module_is_a_drawer_for_everything() -> None:
    names = {path.stem for path in CODE.rglob("*.py")}
    assert (
        names & {"utils", "util", "common", "helpers", "helper", "manager", "base", "misc"} == set()
    )


def test_data_classes_are_frozen_or_say_by_slots_that_they_are_a_work_in_progress() -> None:
    for path in files():
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.ClassDef):
                for decorator in node.decorator_list:
                    text = ast.unparse(decorator)
                    if "dataclass" in text:
                        keeps = "@cached_property" in ast.unparse(node)  # what has no slot
                        assert "slots=True" in text or keeps, f"{path}:{node.lineno}"


# --- the guides ----------------------------------------------------------------------------------


def read(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def test_the_architecture_names_every_module() -> None:
    named = set(re.findall(r"`([a-z_]+)/?`", read("ARCHITECTURE.md")))
    assert set(ORDER) - named == set()


def test_the_architecture_names_the_modules_in_import_order() -> None:
    rows = re.findall(r"(?m)^\| (`[a-z_]+/?`(?:, `[a-z_]+/?`)*) \|", read("ARCHITECTURE.md"))
    named = [name for row in rows for name in re.findall(r"`([a-z_]+)/?`", row)]
    places = {name: number for number, name in enumerate(named)}
    wrong = [
        f"{unit(path)} stands above {name}, which it imports"
        for path in files()
        for name in sorted(ours(path))
        if places.get(name, -1) > places.get(unit(path), len(named))
    ]
    assert sorted(set(wrong)) == []


def test_the_architecture_names_no_module_that_is_gone() -> None:
    rows = re.findall(r"(?m)^\| (`[a-z_]+/?`(?:, `[a-z_]+/?`)*) \|", read("ARCHITECTURE.md"))
    named = {name for row in rows for name in re.findall(r"`([a-z_]+)/?`", row)}
    assert named - set(ORDER) == set()


def test_the_readme_names_every_command_and_no_other() -> None:
    out = subprocess.run(
        [sys.executable, "-m", "ketapub", "--help"], capture_output=True, text=True, check=True
    ).stdout
    commands = re.findall(r"(?m)^    ([a-z]\S*) ", out)
    assert len(commands) >= 6
    table = re.findall(r"(?m)^\| `ketapub ([a-z-]+)", read("README.md"))
    assert list(dict.fromkeys(table)) == commands


def test_every_option_that_a_guide_names_exists() -> None:
    guides = "".join(p.read_text("utf-8") for p in (*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")))
    code = "".join(p.read_text("utf-8") for p in (CODE / "cli").glob("*.py"))
    code += (ROOT / "tests/conftest.py").read_text("utf-8")  # those of our pytest
    made = {f"--{name}" for name in ("locale", "region", "article", "format", "help")}
    for option in set(re.findall(r"(?<![-\w])--[a-z]+(?:-[a-z]+)*(?![-\w])", guides)):
        assert option in made or f'"{option}"' in code, f"{option} is no option of ketapub"


def test_every_relative_link_in_a_guide_leads_somewhere() -> None:
    for path in (*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")):
        text = re.sub(r"`[^`]*`", "", path.read_text("utf-8"))
        for target in re.findall(r"\]\((?!https?:|mailto:|#)([^)#]+)", text):
            assert (path.parent / target).exists(), f"{path.name}: {target}"


# --- the repository ------------------------------------------------------------------------------


def tracked() -> list[Path]:
    """Every text file that belongs to the project."""
    command = ["git", "-C", str(ROOT), "ls-files", "-co", "--exclude-standard", "-z"]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        pytest.skip("this is no git checkout")
    paths = [ROOT / name for name in done.stdout.split("\0") if name]
    texts = []
    for path in paths:
        if path.is_file() and b"\0" not in (data := path.read_bytes())[:4096]:
            try:
                data.decode("utf-8")
            except UnicodeDecodeError:
                continue
            texts.append(path)
    assert len(texts) > 100
    return texts


HOSTS = (
    "pypi" + ".org",
    "python" + "hosted",
    "npm" + "js",
    "deb.debian" + ".org",
    "crates" + ".io",
)
MACHINE = re.compile(
    "|".join(
        (r"/" + r"work/", r"/" + r"tmp/(?!\{)[a-z]+/", r"/" + r"root/\w", r"/" + r"home/[a-z]")
    )
)


def test_no_file_names_a_host_of_packages_or_a_path_of_this_machine() -> None:
    wrong = []
    for path in tracked():
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            if any(host in line for host in HOSTS) or MACHINE.search(line):
                wrong.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()[:80]}")
    assert wrong == []


def test_text_files_end_with_one_newline_and_have_no_carriage_return() -> None:
    wrong = []
    for path in tracked():
        data = path.read_bytes()
        is_data = path.is_relative_to(ROOT / "tests" / "data")
        if data and not is_data and (not data.endswith(b"\n") or b"\r" in data):
            wrong.append(path.relative_to(ROOT).as_posix())
    assert wrong == []


@pytest.mark.xdist_group("house")
def test_a_group_of_tests_is_known_to_xdist(request: pytest.FixtureRequest) -> None:
    """Else what a group shares is made by each of the parallel processes."""
    parallel = "PYTEST_XDIST_WORKER" in os.environ
    assert request.node.nodeid.endswith("@house") is parallel
