"""When a number dies or a text is wrong: what goes, what is recalled, and what paper is told."""

from __future__ import annotations

import json
import re
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pypdfium2
import pytest

from project_edits import (
    AR,
    ES,
    edit,
    line_of,
    make_fuzzy,
    read_files,
    set_editions,
    set_key,
    set_msgstr,
)
from project_runs import Ran, Stub

Run = Callable[..., Ran]
CRITICAL = "Stay with the person until help arrives."
US = "source/regions/US.toml"
DEAD = "1-800-662-4357"
NEW = "1-800-222-1222"
DIGITS = re.compile(rb"1\D{0,3}800\D{0,3}662\D{0,3}4357")
RECORDS = re.compile(
    r"recalls/[a-z0-9-]+/(index\.html|notice\.txt|notice\.pdf)|v/[A-Z2-7]{6}/index\.html|versions\.json"
)
REPLACEMENT = f"""
[[helpline]]
id = "us-new"
kind = "drugs"
name.en = "New National Helpline"
operator = "health"
grade = "A"
languages = ["en"]
hours = "24/7"
cost = "free"
note = "A note that no translator has seen."
source = "test"
source_date = "2026-11"
replaces = ["{DEAD}"]

  [[helpline.channel]]
  kind = "voice"
  dial = "{NEW}"
"""  # fmt: skip


def retire(folder: Path) -> None:
    """One edit of one file: the line is retired."""
    old = 'id = "us-samhsa"'
    edit(folder / US, old, f'{old}\nretired = 2026-11-20\nreason = "not in service"')


def replace_line(folder: Path) -> None:
    retire(folder)
    path = folder / US
    path.write_text(path.read_text("utf-8") + REPLACEMENT, "utf-8")


def read_json(folder: Path, name: str) -> Any:
    return json.loads((folder / "dist" / name).read_text("utf-8"))


def versions(folder: Path) -> dict[str, dict[str, Any]]:
    return read_json(folder, "versions.json")["versions"]  # type: ignore[no-any-return]


def marks(folder: Path, **wanted: str) -> set[str]:
    """The marks of all versions with these values."""
    found = versions(folder).items()
    return {mark for mark, v in found if wanted.items() <= v.items()}


def states(folder: Path, locale: str, region: str) -> dict[str, str]:
    editions = read_json(folder, "manifest.json")["editions"]
    (entry,) = [e for e in editions if (e["locale"], e["region"]) == (locale, region)]
    return {name: output["state"] for name, output in entry["outputs"].items()}


def check_schemas(folder: Path, root: Path) -> None:
    for name in ("versions", "manifest"):
        schema = json.loads((root / f"src/ketapub/{name}.schema.json").read_text("utf-8"))
        jsonschema.validate(read_json(folder, f"{name}.json"), schema)


# --- numbers -------------------------------------------------------------------------------------


def test_a_retired_number_is_recalled_with_its_reason_and_what_to_call_now(
    small: Path, run: Run, printer: Stub, published: None, root: Path
) -> None:
    old = marks(small, region="US")
    replace_line(small)
    assert run(small, "build").code == 0
    check_schemas(small, root)
    now = versions(small)
    assert {(now[m]["state"], now[m]["reason"], now[m]["since"]) for m in old} == {
        ("bad", "not in service", "2026-11-20")
    }
    (recall,) = read_json(small, "manifest.json")["recalls"]
    assert set(recall["marks"]) == old
    folder = small / "dist" / Path(recall["path"]).parent
    assert sorted(p.name for p in folder.iterdir()) == ["index.html", "notice.pdf", "notice.txt"]
    for text in (
        (folder / "index.html").read_text("utf-8"),
        (folder / "notice.txt").read_text("utf-8"),
        (small / f"dist/v/{min(old)}/index.html").read_text("utf-8"),
    ):
        assert DEAD in text
        assert NEW in text
        assert "tel:" not in text
    for mark in old:
        assert mark in (folder / "notice.txt").read_text("utf-8")
    place = (small / "dist/us/es/index.html").read_text("utf-8")
    assert f'href="../../{recall["path"]}"' in place
    assert recall["id"] not in (small / "dist/gb/en/index.html").read_text("utf-8")


def test_versions_and_notices_stay_as_they_are_from_build_to_build(
    small: Path, run: Run, printer: Stub, published: None
) -> None:
    retire(small)
    run(small, "build")
    before = read_files(small / "dist")
    run(small, "build", "--date", "2026-12-24")
    assert read_files(small / "dist") == before


def test_a_number_that_lives_after_all_makes_its_sheets_good_again(
    small: Path, run: Run, printer: Stub, published: None
) -> None:
    before, source = read_files(small / "dist"), (small / US).read_bytes()
    retire(small)
    run(small, "build")
    assert marks(small, state="bad")
    (small / US).write_bytes(source)
    run(small, "build")
    assert not marks(small, state="bad")
    now = read_files(small / "dist")
    assert not [path for path in now if path.startswith("recalls/")]
    assert now["us/es/ketamine/index.html"] == before["us/es/ketamine/index.html"]


def test_the_emergency_number_is_replaced_by_the_one_of_today(
    small: Path, run: Run, printer: Stub, published: None
) -> None:
    edit(small / "source/regions/GB.toml", 'call = "999"', 'call = "998"')
    run(small, "build")
    (recall,) = read_json(small, "manifest.json")["recalls"]
    text = (small / "dist" / recall["path"]).with_name("notice.txt").read_text("utf-8")
    assert "Do not call this number: 999" in text
    assert "Call this number instead: 998" in text


def test_a_version_page_speaks_the_language_of_its_reader_and_of_the_staff(
    small: Path, run: Run, printer: Stub, published: None
) -> None:
    (mark,) = marks(small, locale="es", output="handout")
    path = small / f"dist/v/{mark}/index.html"
    good = path.read_text("utf-8")
    assert "Esta es la versión actual." in good
    assert "This is the current version." in good
    retire(small)
    run(small, "build")
    bad = path.read_text("utf-8")
    assert "No use esta hoja. Tírela." in bad
    assert "Do not use this sheet. Throw it away." in bad
    assert 'href="../../us/es/ketamine/index.html"' in bad
    listed = (small / "dist/v/index.html").read_text("utf-8")
    assert {m for m in versions(small) if f'href="{m}/index.html"' not in listed} == set()


def test_a_sheet_of_an_edition_that_is_given_up_is_not_said_to_have_a_newer_one(
    small: Path, run: Run, printer: Stub, published: None
) -> None:
    (mark,) = marks(small, locale="es", output="handout")
    set_editions(small, 'US = ["en"]')
    run(small, "build", "--allow-removals")
    assert versions(small)[mark]["state"] == "outdated"
    text = (small / f"dist/v/{mark}/index.html").read_text("utf-8")
    assert "We no longer publish this sheet." in text
    assert "There is a newer version." not in text


def test_the_record_of_an_older_ketapub_is_read_and_carried_on(
    small: Path, run: Run, printer: Stub, root: Path
) -> None:
    run(small, "build")
    path = small / "dist/versions.json"
    old = {"article": "ketamine", "locale": "es", "region": "US", "output": "handout",
           "page": "us/es/ketamine/index.html", "numbers": ["911", "1-800-000-0000"],
           "state": "current"}  # fmt: skip
    path.write_text(json.dumps({"schema": 1, "versions": {"AAAAAA": old}}), "utf-8")
    assert run(small, "build").code == 0
    assert versions(small)["AAAAAA"]["state"] == "bad"
    check_schemas(small, root)


# --- texts ---------------------------------------------------------------------------------------


def test_a_withdrawn_article_leaves_help_pages_and_no_sheets_and_comes_back_when_undone(
    small: Path, run: Run, printer: Stub, published: None, root: Path
) -> None:
    before, old = read_files(small / "dist"), marks(small)
    ran = run(
        small, "withdraw", "ketamine", "--reason", "the “dose” is wrong", "--on", "2026-11-22"
    )
    assert ran.code == 0, ran.err
    path = small / "source/withdrawn.toml"
    assert f"source/withdrawn.toml:{line_of(path, '[[withdrawn]]')}: " in ran.out
    assert run(small, "build").code == 0
    check_schemas(small, root)
    assert states(small, "es", "US") == {"page": "withdrawn", "handout": "withdrawn"}
    now = read_files(small / "dist")
    assert not [p for p in now if p.endswith("_handout.pdf") or p.startswith("packs/")]
    page = now["us/en/ketamine/index.html"].decode()
    assert "We have taken this text back for correction." in page
    assert DEAD in page, "the numbers are right"
    assert marks(small, state="bad", reason="the “dose” is wrong", since="2026-11-22") == old
    recalls = read_json(small, "manifest.json")["recalls"]
    assert sorted((r["region"], r["kind"]) for r in recalls) == [("GB", "text"), ("US", "text")]
    assert run(small, "build", "--locale", "en").code == 0
    assert states(small, "es", "US")["page"] == "withdrawn", "filters change nothing"
    path.unlink()
    run(small, "build")
    assert not marks(small, state="bad")
    assert read_files(small / "dist") == before


def test_what_was_corrected_is_published_and_its_wrong_versions_stay_bad(
    small: Path, run: Run, printer: Stub, published: None
) -> None:
    wrong = marks(small, locale="es", region="US")
    run(small, "withdraw", "es@US", "--reason", "wrong", "--on", "2026-11-22")
    run(small, "build")
    assert marks(small, state="bad") == wrong
    assert states(small, "en", "US") == {"page": "ready", "handout": "ready"}
    assert states(small, "es", "US") == {"page": "withdrawn", "handout": "withdrawn"}
    (small / "source/withdrawn.toml").unlink()
    set_msgstr(small / ES, CRITICAL, "Quédese siempre con la persona hasta que llegue la ayuda.")
    run(small, "build")
    assert states(small, "es", "US") == {"page": "ready", "handout": "ready"}
    assert marks(small, state="bad", reason="wrong", since="2026-11-22") == wrong
    assert read_json(small, "manifest.json")["recalls"][0]["kind"] == "text"
    run(small, "build", "--date", "2027-01-01")
    assert marks(small, state="bad", since="2026-11-22") == wrong


def test_recall_in_the_front_matter_takes_the_text_back(
    small: Path, run: Run, printer: Stub, published: None
) -> None:
    old = marks(small)
    edit(small / "source/ketamine.md", "+++\n", '+++\nrecall = "the text is wrong"\n')
    assert run(small, "build").code == 0
    assert marks(small, state="bad", reason="the text is wrong", since="2026-11-23") == old
    assert states(small, "ar", "GB") == {"page": "withdrawn", "handout": "withdrawn"}


def test_a_withdrawal_for_a_later_day_waits_for_it(small: Path, run: Run, printer: Stub) -> None:
    run(small, "withdraw", "es@US", "--reason", "wrong", "--on", "2026-12-01")
    run(small, "build")
    assert states(small, "es", "US")["page"] == "ready"
    run(small, "build", "--date", "2026-12-01")
    assert states(small, "es", "US")["page"] == "withdrawn"


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ('[[withdrawn]]\nedition = "es@FR"\nreason = "x"\n', 1, "no edition “es@FR”"),
        ('[[withdrawn]]\narticle = "ketamin"\nreason = "x"\n', 1, "no article “ketamin”"),
        ('[[withdrawn]]\nreason = "x"\n', 1, "nothing says which text"),
        ('[[withdrawn]]\narticle = "ketamine"\n', 1, "`reason` is missing"),
        ('[[withdrawn]]\nedition = "US"\nreason = "x"\n', 2, "is not an edition"),
        ('[withdrawn]\nedition = "es@US"\n', 1, "is not a list of tables"),
        ("[[withdrawn]\n", 1, "not valid TOML"),
    ],
)
def test_nothing_is_published_while_nobody_can_say_what_is_withdrawn(
    small: Path, run: Run, printer: Stub, published: None, text: str, line: int, message: str
) -> None:
    before = read_files(small / "dist")
    (small / "source/withdrawn.toml").write_text(text, "utf-8")
    ran = run(small, "build")
    assert ran.code == 1
    assert f"source/withdrawn.toml:{line}: " in ran.err
    assert message in ran.err
    assert read_files(small / "dist") == before


def test_only_what_exists_can_be_withdrawn(small: Path, run: Run) -> None:
    for what, reason in (("es@FR", "x"), ("ketamin", "x"), ("ketamine", " ")):
        assert run(small, "withdraw", what, "--reason", reason).code == 2
    assert not (small / "source/withdrawn.toml").exists()


# --- the runbook ---------------------------------------------------------------------------------


def test_the_runbook_can_be_followed_as_it_is_written(
    small: Path, run: Run, printer: Stub, root: Path
) -> None:
    guide = (root / "docs/number-died.md").read_text("utf-8")
    lines, new_line, entry, withdrawn = re.findall(r"```toml\n(.*?)```", guide, re.DOTALL)
    run(small, "build")
    old = marks(small, region="US")
    edit(small / US, 'id = "us-samhsa"\n', f'id = "us-samhsa"\n{lines}')
    (small / US).write_text((small / US).read_text("utf-8") + "\n" + new_line, "utf-8")
    assert run(small, "check").code == 0
    assert run(small, "build").code == 0
    assert marks(small, state="bad") == old
    (recall,) = read_json(small, "manifest.json")["recalls"]
    text = (small / "dist" / recall["path"]).with_name("notice.txt").read_text("utf-8")
    assert f"Call this number instead: {NEW}" in text
    denied = small / "source/regions/retired.toml"
    denied.write_text(denied.read_text("utf-8") + "\n" + entry, "utf-8")
    (small / "source/withdrawn.toml").write_text(withdrawn, "utf-8")
    assert run(small, "check").code == 0
    assert run(small, "build").code == 0
    assert states(small, "es", "US") == {"page": "withdrawn", "handout": "withdrawn"}
    assert [r["kind"] for r in read_json(small, "manifest.json")["recalls"]].count("number") == 1


def test_the_runbook_for_a_region_without_another_line(
    small: Path, run: Run, printer: Stub
) -> None:
    path = small / "source/regions/GB.toml"
    run(small, "build")
    for helpline in re.findall(r'(?m)^id = "(.*)"$', path.read_text("utf-8")):
        edit(path, f'id = "{helpline}"', f'id = "{helpline}"\nretired = 2026-11-20\nreason = "x"')
    path.write_text("no_line = true\n" + path.read_text("utf-8"), "utf-8")
    assert run(small, "build").code == 0
    assert states(small, "en", "GB") == {"page": "ready", "handout": "ready"}
    page = (small / "dist/gb/en/ketamine/index.html").read_text("utf-8")
    assert "We know of no helpline here" in page
    assert "tel:999" in page


# --- the whole night, with real sheets -----------------------------------------------------------


def holders(dist: Path) -> set[str]:
    """Every file in which the dead digits stand, in whatever spelling."""
    found = set()
    for path, data in read_files(dist).items():
        texts = [data]
        if path.endswith(".pdf"):
            texts += read_pdf(data)
        if path.endswith(".zip"):
            with zipfile.ZipFile(dist / path) as pack:
                texts += [
                    text
                    for name in pack.namelist()
                    if name.endswith(".pdf")
                    for text in read_pdf(pack.read(name))
                ]
        if any(DIGITS.search(text) for text in texts):
            found.add(path)
    return found


def read_pdf(data: bytes) -> list[bytes]:
    with pypdfium2.PdfDocument(data) as document:
        return [page.get_textpage().get_text_bounded().encode() for page in document]


@pytest.mark.slow
def test_after_one_build_in_an_empty_clone_a_dead_number_stands_in_the_records_alone(
    project_folder: Path, run: Run, tmp_path: Path, serve: Callable[[Path], str]
) -> None:
    """Over HTTP, with a fuzzy critical message in one catalog, a missing one that sheets need in another."""
    set_editions(project_folder, 'US = ["en", "es", "ar"]')
    set_key(project_folder / "source/publication.toml", "formats", '["handout"]')
    assert run(project_folder, "build").code == 0
    before = holders(project_folder / "dist")
    assert {"us/es/ketamine/index.html", "packs/US.zip"} < before
    assert "us/ar/ketamine/ketamine_us_ar_handout.pdf" in before, "the search finds it in sheets"
    live = tmp_path / "live"
    (project_folder / "dist").rename(live)
    clone = tmp_path / "clone"
    shutil.copytree(project_folder, clone, ignore=shutil.ignore_patterns(".ketapub"))
    make_fuzzy(clone / ES, CRITICAL)
    set_msgstr(clone / AR, "Ketamine is a medicine with a long medical history.", "")
    retire(clone)
    ran = run(clone, "build", "--previous", serve(live))
    assert ran.code == 0, ran.err
    assert states(clone, "en", "US") == {"page": "ready", "handout": "ready"}
    assert states(clone, "es", "US") == {"page": "withdrawn", "handout": "withdrawn"}
    assert states(clone, "ar", "US") == {"page": "ready", "handout": "withdrawn"}
    found = holders(clone / "dist")
    assert not [path for path in found if not RECORDS.fullmatch(path)]
    assert {path.split("/")[0] for path in found} == {"recalls", "v", "versions.json"}
    assert {Path(path).name for path in found if path.startswith("recalls/")} == {
        "index.html", "notice.txt", "notice.pdf",
    }  # fmt: skip
    for path in found:
        assert not re.search(rb"(tel|sms):", (clone / "dist" / path).read_bytes()), path
    assert set(versions(clone)) >= set(json.loads((live / "versions.json").read_text())["versions"])
    verified = run(clone, "verify")
    assert verified.code == 0, verified.err


@pytest.mark.slow
def test_a_replaced_line_republishes_every_edition_of_its_region_and_touches_no_catalog(
    addressed: Path, tmp_path: Path, run: Run
) -> None:
    """Law 11: the new line has a new name and a note that no translator has seen."""
    folder = tmp_path / "project"
    shutil.copytree(addressed, folder, symlinks=True)
    assert holders(folder / "dist") > {"us/hi/ketamine/ketamine_us_hi_handout.pdf", "packs/US.zip"}
    catalogs = read_files(folder / "locale")
    replace_line(folder)
    ran = run(folder, "build")
    assert ran.code == 0, ran.err
    assert read_files(folder / "locale") == catalogs
    for locale in ("en", "hi"):
        assert states(folder, locale, "US") == {"page": "ready", "handout": "ready"}
        place = folder / f"dist/us/{locale}/ketamine"
        page = (place / "index.html").read_text("utf-8")
        assert NEW in page
        assert "New National Helpline" in page
        (sheet,) = place.glob("*.pdf")
        assert any(NEW.encode() in text for text in read_pdf(sheet.read_bytes()))
    assert not [p for p in holders(folder / "dist") if not RECORDS.fullmatch(p)]
    assert run(folder, "verify").code == 0
