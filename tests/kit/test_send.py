"""What a kit holds."""

from __future__ import annotations

import ast
import csv
import io
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import etree

from ketapub.kit import make_kit
from ketapub.language import parse_language
from ketapub.project import load_project
from project_edits import set_key
from project_runs import Ran

from .conftest import AR, FAILING, FUZZY, MISSING, send

ALWAYS = {"READ-ME.txt", "words.csv", "memory.tmx", "glossary.csv", "glossary.tbx"}


@pytest.mark.parametrize(
    ("form", "ending"), [("po", "po"), ("xliff", "xlf"), ("xliff2", "xlf"), ("csv", "csv")]
)
def test_each_form_has_a_file_for_each_catalog(project: Path, form: str, ending: str) -> None:
    names = set(send(project, form))  # type: ignore[arg-type]
    assert names == ALWAYS | {f"{n}.{ending}" for n in ("ketamine", "ketapub", "helplines")}


def test_the_same_project_gives_the_same_bytes(project: Path) -> None:
    one, two = (
        make_kit(load_project(project), parse_language("ar"), "sheet", "all").data for _ in "ab"
    )
    assert one == two


def test_the_read_me_says_whom_to_ask_also_where_there_is_no_address(project: Path) -> None:
    text = send(project)["READ-ME.txt"].decode()
    assert "whoever sent you this kit" in " ".join(text.split())
    assert "{emergency} becomes the number" in text
    set_key(project / "source/publication.toml", "contact", '"desk@health.test"')
    assert "desk@health.test" in send(project)["READ-ME.txt"].decode()


def test_only_open_sends_what_no_person_has_done(project: Path) -> None:
    text = (project / AR).read_text("utf-8").replace("# machine draft, please check\n", "")
    (project / AR).write_text(text, "utf-8")
    kit = make_kit(load_project(project), parse_language("ar"), "po", "open")
    sent = kit.files["ketamine.po"].decode()
    assert all(msgid in sent for msgid in (FUZZY, MISSING, FAILING))
    assert "What ketamine is" not in sent
    count = next(count for count in kit.counts if count.domain == "ketamine")
    assert (count.new, count.changed, count.draft, count.done) == (9, 18, 0, 0)


def test_only_critical_sends_what_safety_hangs_on(project: Path) -> None:
    found = load_project(project)
    kit = make_kit(found, parse_language("ar"), "csv", "critical")
    rows = [
        row["source"]
        for name in ("ketamine", "ketapub", "helplines")
        for row in csv.DictReader(io.StringIO(kit.files[f"{name}.csv"].decode("utf-8-sig")))
    ]
    wanted = [m.msgid for messages in found.messages.values() for m in messages if m.critical]
    assert rows == wanted


def test_with_nothing_to_do_nothing_is_sent(project: Path, run: Callable[..., Ran]) -> None:
    for path in (project / "locale/es").rglob("*.po"):
        text = path.read_text("utf-8").replace("# machine draft, please check\n", "")
        path.write_text(
            text.replace(
                'msgstr[0] ""\nmsgstr[1] ""', 'msgstr[0] "{count} hoja"\nmsgstr[1] "{count} hojas"'
            ),
            "utf-8",
        )
    ran = run(project, "send", "es")
    assert (ran.code, ran.err) == (0, "")
    assert "nothing to do in es" in ran.out
    assert not (project / "kits").exists()


def test_a_language_that_is_not_published_is_refused(
    project: Path, run: Callable[..., Ran]
) -> None:
    ran = run(project, "send", "sv")
    assert ran.code == 2
    assert "hint: one of ar, de, es, fr, hi, zh-Hans" in ran.err


def test_the_memory_holds_what_is_done_and_says_what_a_machine_drafted(project: Path) -> None:
    root = etree.fromstring(send(project)["memory.tmx"])
    units = {"".join(u.find("tuv/seg").itertext()): u for u in root.iter("tu")}
    assert not {FUZZY, MISSING, FAILING} & units.keys()
    drafts = {
        said for said, unit in units.items() if unit.find("prop[@type='x-state']") is not None
    }
    assert set(units) - drafts == {"What ketamine is"}
    languages = [v.get("{http://www.w3.org/XML/1998/namespace}lang") for v in root.iter("tuv")]
    assert set(languages) == {"en", "ar"}


def test_the_glossary_goes_along_for_people_and_for_tools(project: Path) -> None:
    files = send(project)
    terms = load_project(project).glossary.terms
    rows = list(csv.reader(io.StringIO(files["glossary.csv"].decode("utf-8-sig"))))
    assert [row[0] for row in rows[1 : len(terms) + 1]] == [term.term for term in terms]
    root = etree.fromstring(files["glossary.tbx"])
    kinds = {note.text for note in root.iter("termNote")}
    assert {"preferredTerm-admn-sts", "deprecatedTerm-admn-sts"} <= kinds
    bad = sum(len(term.forbidden.get("ar", ())) for term in terms)
    assert [n.text for n in root.iter("termNote")].count("deprecatedTerm-admn-sts") == bad > 0


def test_what_was_built_goes_along_with_its_style(project: Path) -> None:
    page = project / "dist/gb/ar/ketamine/index.html"
    page.parent.mkdir(parents=True)
    (project / "dist/assets").mkdir()
    (project / "dist/assets/page.1.css").write_text("p { color: teal }", "utf-8")
    link = '<link rel="stylesheet" href="{}">'
    page.write_text(
        link.format("../../../assets/page.1.css") + link.format("../../../../secret.css")
    )
    (project / "secret.css").write_text("secret", "utf-8")
    (page.parent / "ketamine_gb_ar_handout.pdf").write_bytes(b"%PDF")
    files = send(project)
    assert files["context/ketamine.pdf"] == b"%PDF"
    assert b"color: teal" in files["context/ketamine.html"]
    assert b"<style>secret" not in files["context/ketamine.html"]


READ = """
import sys
from translate.storage import factory
store = factory.getobject(sys.argv[1])
for unit in store.units:
    print(repr((str(unit.source), str(unit.target))))
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "word"), [("memory.tmx", "What ketamine is"), ("glossary.tbx", "")]
)
def test_translate_toolkit_reads_the_memory_and_the_glossary(
    project: Path, tmp_path: Path, name: str, word: str
) -> None:
    """No schema of TMX or TBX can be had from a package: another reader finds every unit."""
    python = Path(__file__).parents[2] / ".venv/toolkit/bin/python"
    if not python.exists():
        pytest.skip("needs translate-toolkit")
    data = send(project)[name]
    (tmp_path / name).write_bytes(data)
    ran = subprocess.run(
        [python, "-c", READ, str(tmp_path / name)], check=True, capture_output=True, timeout=60
    )
    pairs = [ast.literal_eval(line) for line in ran.stdout.decode().splitlines()]
    root = etree.fromstring(data)
    units = [
        e for e in root.iter() if etree.QName(e).localname in ("tu", "termEntry", "conceptEntry")
    ]
    assert len(pairs) == len(units) > 0
    assert all(source for source, _ in pairs)
    assert not word or word in [source for source, _ in pairs]
