"""XLIFF as it goes out, and as tools and agencies send it back."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from .conftest import AR, FAILING, FUZZY, MISSING, home, send, snapshot

NS = "{urn:oasis:names:tc:xliff:document:1.2}"
NS2 = "{urn:oasis:names:tc:xliff:document:2.0}"
ROOT = Path(__file__).parents[2]
SCHEMAS = ROOT / "tests" / "data" / "xliff"
FORMS = pytest.mark.parametrize("form", ["xliff", "xliff2"])


class _Local(etree.Resolver):
    """The schema of `xml:lang` from beside the schema that asks for it."""

    def resolve(self, url: str, public: str, context: Any) -> Any:
        return self.resolve_filename(str(SCHEMAS / url.rpartition("/")[2]), context)


def schema(name: str) -> Any:
    parser = etree.XMLParser(no_network=True)
    parser.resolvers.add(_Local())
    return etree.XMLSchema(etree.parse(SCHEMAS / name, parser))


@pytest.mark.parametrize(
    ("form", "name"), [("xliff", "xliff-core-1.2-strict.xsd"), ("xliff2", "xliff-core-2.0.xsd")]
)
def test_every_file_is_valid_by_the_schema_of_oasis(project: Path, form: Any, name: str) -> None:
    """1.2 by its strict schema; 2.1 has the core of 2.0, whose schema is the one used."""
    rules = schema(name)
    for locale in ("ar", "hi", "zh-Hans"):
        files = [data for n, data in send(project, form, locale).items() if n.endswith(".xlf")]
        assert len(files) == 3
        for data in files:
            rules.assertValid(etree.fromstring(data))
            broken = data.replace(b"<source", b"<sauce", 1).replace(b"</source", b"</sauce", 1)
            assert not rules.validate(etree.fromstring(broken))


@FORMS
def test_sent_and_received_untouched_it_changes_no_byte(project: Path, form: Any) -> None:
    before = snapshot(project)
    files = send(project, form)
    receipt = home(project, *(data for name, data in files.items() if name.endswith(".xlf")))
    assert receipt.problems == ()
    assert receipt.changes == ()
    assert receipt.same >= 136
    assert snapshot(project) == before


def test_states_tell_how_far_a_text_is(project: Path) -> None:
    root = etree.fromstring(send(project, "xliff")["ketamine.xlf"])
    states = {
        "".join(unit.find(f"{NS}source").itertext()): (
            unit.find(f"{NS}target").get("state"), unit.get("approved"),
        )
        for unit in root.iter(f"{NS}trans-unit")
    }  # fmt: skip
    assert states[FUZZY] == ("needs-review-translation", None)
    assert states[MISSING] == ("new", None)
    assert states[FAILING] == ("translated", None)
    assert states["What ketamine is"] == ("translated", "yes")


def test_marks_and_placeholders_are_codes_with_the_numbers_of_the_source(project: Path) -> None:
    root = etree.fromstring(send(project, "xliff")["ketamine.xlf"])
    unit = next(u for u in root.iter(f"{NS}trans-unit") if u.find(f"{NS}source/{NS}ph") is not None)
    for name in ("source", "target"):
        (code,) = unit.findall(f"{NS}{name}/{NS}ph")
        assert (code.get("id"), code.text) == ("1", "{emergency}")


def _agency(data: bytes, edits: dict[str, str]) -> bytes:
    """What an agency's tool makes of a file: other order, segments, notes, prefixes, states."""
    root = etree.fromstring(data)
    body = root.find(f".//{NS}body")
    units = list(body.iter(f"{NS}trans-unit"))
    for unit in reversed(units):
        body.append(unit)
        source, target = unit.find(f"{NS}source"), unit.find(f"{NS}target")
        said = "".join(source.itertext())
        for element in unit.findall(f"{NS}note"):
            unit.remove(element)
        if said in edits:
            for inner in list(target):
                target.remove(inner)
            target.text = edits[said]
            target.set("state", "signed-off")
        elif target.get("state") == "translated":
            target.set("state", "final")
        if not len(target) and target.text and ". " in target.text:
            first, rest = target.text.split(". ", 1)
            target.text = None
            one = etree.SubElement(target, f"{NS}mrk", mtype="seg", mid="1")
            one.text, one.tail = first + ". ", ""
            etree.SubElement(target, f"{NS}mrk", mtype="seg", mid="2").text = rest
            segmented = etree.Element(f"{NS}seg-source")
            segmented.text = said
            source.addnext(segmented)
    return etree.tostring(root, encoding="UTF-16", xml_declaration=True)


def test_an_agency_may_reorder_segment_recode_and_promote(
    project: Path, entry_of: Callable[[Path, str], str]
) -> None:
    """Only what it edited changes, and the mark of the machine goes there alone."""
    before = snapshot(project)
    edits = {MISSING: "استُخدم أول مرة مخدرًا في الجراحة.", FUZZY: "ثم صار مخدرًا للحفلات."}
    receipt = home(project, _agency(send(project, "xliff")["ketamine.xlf"], edits))
    assert receipt.problems == ()
    assert sorted(change.kind for change in receipt.changes) == ["changed", "new"]
    after = snapshot(project)
    assert {name for name in before if before[name] != after[name]} == {
        "ar/LC_MESSAGES/ketamine.po"
    }
    for msgid, text in edits.items():
        entry = entry_of(project, msgid)
        assert f'msgstr "{text}"' in entry
        assert "fuzzy" not in entry
        assert "machine draft" not in entry
    rest = [
        {
            e
            for e in text["ar/LC_MESSAGES/ketamine.po"].split("\n\n")
            if not any(m in e for m in edits)
        }
        for text in (before, after)
    ]
    assert rest[0] == rest[1]


def test_a_state_below_translated_stays_fuzzy(
    project: Path, entry_of: Callable[[Path, str], str]
) -> None:
    root = etree.fromstring(send(project, "xliff")["ketamine.xlf"])
    for unit in root.iter(f"{NS}trans-unit"):
        said = "".join(unit.find(f"{NS}source").itertext())
        target = unit.find(f"{NS}target")
        if said == MISSING:
            target.text = "استُخدم أول مرة في الجراحة."
            target.set("state", "needs-review-translation")
        if said == "What ketamine is":
            target.set("state", "needs-adaptation")
    home(project, etree.tostring(root))
    assert "#, fuzzy" in entry_of(project, MISSING)
    assert "#, fuzzy" in entry_of(project, "What ketamine is")


def test_a_segmented_and_reordered_file_of_2_1_comes_home(
    project: Path, entry_of: Callable[[Path, str], str]
) -> None:
    root = etree.fromstring(send(project, "xliff2")["ketamine.xlf"])
    for unit in root.iter(f"{NS2}unit"):
        segment = unit.find(f"{NS2}segment")
        if "".join(segment.find(f"{NS2}source").itertext()) != MISSING:
            continue
        unit.remove(segment)
        for order, text in (("3", "في الجراحة."), ("1", "استُخدم أولًا ")):
            piece = etree.SubElement(unit, f"{NS2}segment", state="reviewed")
            etree.SubElement(piece, f"{NS2}source").text = "x"
            etree.SubElement(piece, f"{NS2}target", order=order).text = text
    home(project, etree.tostring(root))
    assert 'msgstr "استُخدم أولًا في الجراحة."' in entry_of(project, MISSING)


def test_codes_of_other_tools_stand_for_the_same_marks(
    project: Path, entry_of: Callable[[Path, str], str]
) -> None:
    """`x` and `g` with our numbers are read; a number that the source has not is an error."""
    data = send(project, "xliff")["ketamine.xlf"].decode()
    old = '<ph id="1">{emergency}</ph> الآن.</target>'
    assert old in data
    home(project, data.replace(old, '<x id="1"/> فورًا.</target>').encode())
    assert "{emergency} فورًا." in entry_of(project, "Is someone unconscious")
    from ketapub.kit import read_returned

    _, problems = read_returned(data.replace(old, '<x id="9"/>.</target>').encode(), "x")
    assert [problem.severity for problem in problems] == ["error"]
    assert "code 9" in problems[0].message


TOOLKIT = f"{ROOT}/.venv/toolkit/bin{os.pathsep}{os.environ['PATH']}"
"""Where the commands of translate-toolkit are: `make test` puts them there."""


def _toolkit(name: str) -> str:
    found = shutil.which(name, path=TOOLKIT)
    if not found:
        pytest.skip("needs translate-toolkit")
    return found


@pytest.mark.slow
def test_what_the_tools_of_translate_toolkit_edit_comes_home_and_nothing_else(
    project: Path, tmp_path: Path
) -> None:
    """pogrep takes some units out, podebug rewrites them, pomerge puts them back."""
    whole, some, edited, merged = (
        tmp_path / f"{n}.xlf" for n in ("whole", "some", "new", "merged")
    )
    whole.write_bytes(send(project, "xliff", "es")["ketamine.xlf"])
    name = "es/LC_MESSAGES/ketamine.po"

    def run(command: str, *arguments: str) -> None:
        subprocess.run([_toolkit(command), "--progress=none", *arguments], check=True, timeout=60)

    run("pogrep", "--search=source", "party drug", str(whole), str(some))
    run("pomerge", "-t", str(whole), "-i", str(some), "-o", str(merged))
    before = snapshot(project)
    receipt = home(project, merged.read_bytes())
    assert (receipt.changes, receipt.problems) == ((), ())
    run("podebug", "--rewrite=bracket", str(some), str(edited))
    run("pomerge", "-t", str(whole), "-i", str(edited), "-o", str(merged))
    receipt = home(project, merged.read_bytes())
    assert receipt.problems == ()
    (change,) = receipt.changes
    assert change.new[0].startswith("[Later")
    pairs = zip(before[name].split("\n\n"), snapshot(project)[name].split("\n\n"), strict=True)
    assert [FUZZY in new for old, new in pairs if old != new] == [True]


ENTITY = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">
<!ENTITY f SYSTEM "file:///etc/hostname">]><xliff version="1.2"><file><body>
<trans-unit id="0ffcb895f26e-afae3486eff7"><target>&b;&f;</target></trans-unit></body></file></xliff>"""


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (ENTITY, "document type"),
        (b"<xliff version='1.2'><file>", "no sound XML"),
        (b"<?xml version='1.0' encoding='klingon'?><xliff/>", "no sound XML"),
        (b"<xliff version='1.2'/>", "no message of a kit"),
        (b"<?xml version='1.0'?><xliff>\xff</xliff>", "no sound XML"),
    ],
)
def test_bad_xml_is_an_error_in_words(data: bytes, words: str) -> None:
    from ketapub.kit import read_returned

    found, problems = read_returned(data, "x.xlf")
    assert found == ()
    assert words in problems[-1].message


def test_the_arabic_catalog_is_where_the_tests_think(project: Path) -> None:
    assert (project / AR).is_file()
