"""What several test modules share: the real publication, built once a run."""

from __future__ import annotations

import contextlib
import fcntl
import functools
import gc
import http.server
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from ketapub.build import Options, Report, build
from ketapub.cli import GARBAGE, main
from ketapub.outbox import link
from ketapub.plan import Selection
from ketapub.project import Project, load_project
from ketapub.sync import write_pseudo
from project_edits import ADDRESS, edit, set_editions, set_key, sign
from project_runs import Ran, Stub

CACHE = os.environ.setdefault("KETAPUB_TESTS_CACHE", os.environ.pop("KETAPUB_CACHE", ""))
"""Where the real publication's sheets are kept between runs; no test but `built` looks there.

Under a name that ketapub does not know, by which parallel test processes find it too.
"""
ROOT = Path(__file__).resolve().parent.parent
settings.register_profile(
    "patient", settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
)
settings.load_profile("patient")
"""A machine that is busy with something else is no fault of ours."""
TODAY = date(2026, 11, 23)
"""The day that tests build for: nothing here reads the clock."""
EDITIONS = """
US = ["en", "hi"]
GB = ["en", "ar"]
IE = ["en"]
CA-QC = ["fr"]
CA-ON = ["en"]
MX = ["es"]
FR = ["fr"]
DE = ["de"]
IN = ["hi"]
ZA = ["en"]
AU = ["zh-Hans"]"""
"""Every region and every language of the publication."""
Once = Callable[[str, Callable[[Path], None]], Path]
"""A folder's name, and what fills it with a built project."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--refresh-golden",
        action="store_true",
        help="take today's pictures and trees of sheets and pages as golden (look at each first)",
    )


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that share what is dear to make run in one process: xdist reads their group off their name.

    It writes the group there itself, but to where pytest since 9.2 no longer looks.
    """
    if "PYTEST_XDIST_WORKER" in os.environ:
        for item in items:
            mark = item.get_closest_marker("xdist_group")
            if mark and not item.nodeid.endswith(ending := f"@{mark.args[0]}"):
                item._id = type(item.id).parse(item.nodeid + ending)  # type: ignore[attr-defined]


def pytest_collection_finish() -> None:
    """Some thousand collected tests are no garbage; the rest is looked for as seldom as ketapub does."""
    gc.freeze()
    gc.set_threshold(GARBAGE)


@pytest.fixture(scope="session")
def refresh(pytestconfig: pytest.Config) -> bool:
    """Whether golden files are to be written anew."""
    return bool(pytestconfig.getoption("--refresh-golden"))


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture(scope="session")
def today() -> date:
    """The day that tests build for."""
    return TODAY


@functools.cache
def contents(folder: Path) -> tuple[list[str], list[tuple[str, bytes, int]]]:
    """A project's inputs: folders; files with what they hold and when they were changed."""
    folders, files = [], []
    for name in ("source", "locale", "templates"):
        for here, _, names in os.walk(folder / name):
            folders.append(os.path.relpath(here, folder))
            for path in (Path(here, each) for each in sorted(names)):
                inside = f"{folders[-1]}/{path.name}"
                files.append((inside, path.read_bytes(), path.stat().st_mtime_ns))
    return folders, files


def copy_files(project: Path, folder: Path) -> Path:
    """A project's inputs, which nothing changes meanwhile, copied; they are read once a process."""
    folders, files = contents(project)
    for name in folders:
        (folder / name).mkdir(parents=True, exist_ok=True)
    for name, data, changed in files:
        path = f"{folder}/{name}"
        with open(path, "xb", buffering=0) as stream:
            stream.write(data)
        os.utime(path, ns=(changed, changed))
    return folder


def copy_sources(folder: Path) -> Path:
    """The real project's inputs, copied to where a test may break them."""
    return copy_files(ROOT, folder)


@pytest.fixture
def project_folder(tmp_path: Path) -> Path:
    """A copy of the real project's inputs, without anything built."""
    return copy_sources(tmp_path / "project")


@pytest.fixture
def small(project_folder: Path) -> Path:
    """The real article and catalogs, for English and Spanish in the US, English and Arabic in GB.

    One format: what becomes of a second is the same. No region that it has no edition for.
    """
    return make_small(project_folder)


def make_small(project_folder: Path) -> Path:
    """Cut the real project down."""
    set_editions(project_folder, 'US = ["en", "es"]\nGB = ["en", "ar"]')
    for path in (project_folder / "source/regions").glob("[A-Z]*.toml"):
        if path.stem not in {"US", "GB"}:
            path.unlink()
    set_key(project_folder / "source/publication.toml", "formats", '["handout"]')
    return project_folder


@pytest.fixture
def pseudo_project(project_folder: Path) -> Path:
    """The real article in English and in the two test locales, which only drafts show."""
    set_editions(project_folder, 'US = ["en", "en-XA", "ar-XB"]')
    write_pseudo(load_project(project_folder), project_folder / "locale")
    return project_folder


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """`run(folder, "build", "--web-only")`: one command in this process, for TODAY.

    A build has one process, since tests already run side by side.
    """

    def call(folder: Path, command: str, *options: str) -> Ran:
        if command == "build" and "--jobs" not in options:
            options = (*options, "--jobs", "1")
        dated = command in {"check", "status", "build", "verify"} and "--date" not in options
        day = ("--date", TODAY.isoformat()) if dated else ()
        capfd.readouterr()
        try:
            code = main(["--project", str(folder), command, *day, *options])
        except SystemExit as error:
            code = int(error.code or 0)
        shown = capfd.readouterr()
        return Ran(code, shown.out, shown.err)

    return call


@pytest.fixture
def printer(monkeypatch: pytest.MonkeyPatch) -> Stub:
    """Builds print in no time, without fonts."""
    stub = Stub()
    stand_in_for_the_printer(monkeypatch, stub)
    return stub


@pytest.fixture(scope="session")
def first_builds(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., tuple[Path, Stub]]:
    """`first_builds(*options)`: `small` after a build by a stand-in for the printer, and what that printed."""

    @functools.cache
    def make(*options: str) -> tuple[Path, Stub]:
        folder = make_small(copy_sources(tmp_path_factory.mktemp("first") / "project"))
        stub = Stub()
        words = ("--project", str(folder), "build", "--date", str(TODAY), "--jobs", "1", *options)
        with pytest.MonkeyPatch.context() as patch:
            stand_in_for_the_printer(patch, stub)
            assert main(words) == 0
        return folder, stub

    return make


@pytest.fixture
def published(
    small: Path, printer: Stub, first_builds: Callable[..., tuple[Path, Stub]]
) -> Iterator[None]:
    """`small` as its first build leaves it. No test may write into a file of `dist/`: they are links."""
    folder, stub = first_builds()
    printer.tasks = dict(stub.tasks)
    with standing_in(small, folder):
        yield


@pytest.fixture
def published_pages(small: Path, first_builds: Callable[..., tuple[Path, Stub]]) -> Iterator[None]:
    """`small` as a first build with `--web-only` leaves it, likewise."""
    with standing_in(small, first_builds("--web-only")[0]):
        yield


@contextlib.contextmanager
def standing_in(project: Path, built: Path) -> Iterator[None]:
    """Give a project what another one has built."""
    shutil.copytree(built / ".ketapub", project / ".ketapub", symlinks=True)
    shutil.copytree(built / "dist", project / "dist", copy_function=link)
    before = stamps(built / "dist")
    yield
    assert stamps(built / "dist") == before, "something wrote into a file that all tests share"


def stamps(folder: Path) -> set[tuple[str, int, int]]:
    """Path, size and date of every file."""
    paths = [os.path.join(at, name) for at, _, names in os.walk(folder) for name in names]
    return {(path, (found := os.stat(path)).st_size, found.st_mtime_ns) for path in paths}


def stand_in_for_the_printer(patch: pytest.MonkeyPatch, stub: Stub) -> None:
    """Let a build print with a stand-in."""
    patch.setattr("ketapub.press.print_all", stub.print_all)
    patch.setattr("ketapub.press.find_fonts", lambda wanted: ())
    patch.setattr("ketapub.press.private_fontconfig", lambda fonts, folder: folder)
    patch.setattr("ketapub.press.toolchain", lambda fonts, cache: {})


class Quiet(http.server.SimpleHTTPRequestHandler):
    """A web server that says nothing."""

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def serve() -> Iterator[Callable[[Path], str]]:
    """`serve(folder)`: its address on this machine."""
    servers = []

    def start(folder: Path, handler: type[http.server.BaseHTTPRequestHandler] = Quiet) -> str:
        made = functools.partial(handler, directory=str(folder)) if handler is Quiet else handler
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), made)
        servers.append(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{server.server_port}/"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Once:
    """`once(name, make)`: a project folder that the first of the parallel test processes makes.

    All of them read it; who wants to change it copies it.
    """
    shared = tmp_path_factory.getbasetemp()
    if shared.name.startswith("popen-"):  # the folder of one xdist worker
        shared = shared.parent

    def find(name: str, make: Callable[[Path], None]) -> Path:
        folder = shared / name
        with (shared / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not (folder / "dist").exists():
                shutil.rmtree(folder, ignore_errors=True)
                make(copy_sources(folder))
        return folder

    return find


@pytest.fixture(scope="session")
def built(once: Once) -> Path:
    """A project folder whose `dist/` holds the whole real publication."""

    def make(folder: Path) -> None:
        if CACHE and Path(CACHE).is_dir():  # in a cache of its own, which its copies take along
            shutil.copytree(CACHE, folder / ".ketapub/cache/pdf", copy_function=link)
        build_folder(folder)

    return once("publication", make)


@pytest.fixture(scope="session")
def signed(once: Once) -> Path:
    """Its pages as they will be: at an address, every translation reviewed, under an older name too."""

    def make(folder: Path) -> None:
        set_key(folder / "source/publication.toml", "base_url", f'"{ADDRESS}"')
        edit(folder / "source/ketamine.md", "+++\n", '+++\naliases = ["older"]\n')
        for locale in (path.parent.name for path in (folder / "locale").glob("*/LC_MESSAGES")):
            sign(folder, locale)
        build_folder(folder, selection=Selection(paper=False))

    return once("signed", make)


@pytest.fixture(scope="session")
def addressed(once: Once) -> Path:
    """The real article for the world, a handout each, at a web address: with QR codes. Read only."""

    def make(folder: Path) -> None:
        path = folder / "source/publication.toml"
        set_editions(folder, EDITIONS)
        set_key(path, "formats", '["handout"]')
        set_key(path, "base_url", '"https://health.ketapub.org/k/"')
        report = build_folder(folder)
        assert all(output.state == "ready" for e in report.editions for output in e.outputs)

    return once("addressed", make)


def build_folder(folder: Path, **options: object) -> Report:
    """Build a project for TODAY."""
    return build(load_project(folder), Options(TODAY, **options))  # type: ignore[arg-type]


@pytest.fixture
def built_copy(built: Path, tmp_path: Path) -> Path:
    """A built project to alter, its print cache included, so that building again is quick."""
    folder = tmp_path / "project"
    shutil.copytree(built, folder, symlinks=True)
    return folder


@pytest.fixture(scope="session")
def rebuild() -> Callable[..., Report]:
    """`rebuild(folder, **options)`: build a project for TODAY, in one process."""
    return functools.partial(build_folder, jobs=1)


@pytest.fixture
def load() -> Callable[[Path], Project]:
    """`load(folder)`: read a project."""
    return load_project
