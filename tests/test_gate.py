"""The gate: what is held, kept, withdrawn or published, and that nothing else is touched."""

from __future__ import annotations

import io
import json
import re
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ketapub.catalog import read_po
from ketapub.edition import percent
from ketapub.errors import KetapubError, MachineError, Problem
from ketapub.message import message_digest
from ketapub.project import load_project
from project_edits import (
    ADDRESS,
    ES,
    change_entry,
    edit,
    line_of,
    make_fuzzy,
    read_files,
    set_editions,
    set_key,
    set_msgstr,
    sign,
)
from project_runs import Ran, Stub

Run = Callable[..., Ran]
FR = "locale/fr/LC_MESSAGES/ketamine.po"
ZH = "locale/zh_Hans/LC_MESSAGES/ketamine.po"
US, GB = "source/regions/US.toml", "source/regions/GB.toml"
CRITICAL = "Stay with the person until help arrives."
CALL = "Call {emergency} at once."
HEAVY = "Ketamine is a medicine with a long medical history."
"""About a fiftieth of all words."""
LIGHT = "agitation: feeling very restless or upset"
LONG = (
    "In recent years, interest in ketamine",
    "Ketamine shows promise for some conditions",
    "Off-label means that a medicine",
)
"""Beginnings of messages that are not critical, more than a twentieth of all words."""


def output(folder: Path, locale: str, region: str, name: str = "page") -> dict[str, Any]:
    """One output as the manifest tells of it."""
    found = json.loads((folder / "dist" / "manifest.json").read_text("utf-8"))["editions"]
    (entry,) = [e for e in found if (e["locale"], e["region"]) == (locale, region)]
    return entry["outputs"][name]  # type: ignore[no-any-return]


def states(folder: Path, locale: str, region: str) -> tuple[str, str]:
    return tuple(output(folder, locale, region, n)["state"] for n in ("page", "handout"))  # type: ignore[return-value]


def versions(folder: Path) -> dict[str, dict[str, Any]]:
    return json.loads((folder / "dist" / "versions.json").read_text("utf-8"))["versions"]  # type: ignore[no-any-return]


def read(folder: Path, path: str) -> str:
    return (folder / "dist" / path).read_text("utf-8")


def page(folder: Path, place: str) -> str:
    return read(folder, f"{place}/ketamine/index.html")


def sheet(place: str) -> str:
    region, locale = place.split("/")
    return f"{place}/ketamine/ketamine_{region}_{locale}_handout.pdf"


def cut_quote(path: Path, msgid: str) -> None:
    """A translator's editor lost the closing quote of a translation."""
    change_entry(path, msgid, lambda entry: entry.rstrip().removesuffix('"'))


def retire(path: Path, helpline: str) -> None:
    """What an editor does when a number is gone."""
    edit(path, f'id = "{helpline}"', f'id = "{helpline}"\nretired = 2026-11-01\nreason = "gone"')


def deny(folder: Path, region: str, dial: str) -> None:
    """Put a number on the deny-list."""
    path = folder / "source/regions/retired.toml"
    entry = f'\n[[retired]]\nregion = "{region}"\ndial = "{dial}"\nreason = "gone"\n'
    path.write_text(path.read_text("utf-8") + entry, "utf-8")


def add_number(path: Path, dial: str) -> None:
    """One more number, at the end of a region's file."""
    text = path.read_text("utf-8")
    path.write_text(
        f'{text}\n[[helpline]]\nid = "new-line"\nkind = "crisis"\nname.en = "New Line"\n'
        'operator = "ngo"\ngrade = "A"\nlanguages = ["en"]\nhours = "24/7"\ncost = "free"\n'
        'source = "test"\nsource_date = "2026-10-01"\n\n  [[helpline.channel]]\n'
        f'  kind = "voice"\n  dial = "{dial}"\n',
        "utf-8",
    )


# --- the whole scenario, on the real project -----------------------------------------------------


def break_five_things(folder: Path) -> dict[str, int]:
    """A broken catalog, a fuzzy critical message, 97 %, a region without helplines. Path -> line."""
    cut_quote(folder / FR, CALL)
    make_fuzzy(folder / ES, CRITICAL)
    for msgid in (HEAVY, LIGHT):
        set_msgstr(folder / ZH, msgid, "")
    za = folder / "source/regions/ZA.toml"
    text = za.read_text("utf-8")
    za.write_text(text[: text.index("[[helpline]]")], "utf-8")
    return {
        FR: line_of(folder / FR, f'msgid "{CALL}"') + 1,
        ES: line_of(folder / ES, f'msgid "{CRITICAL}"'),
        ZH: line_of(folder / ZH, f'msgid "{HEAVY}'),
    }


def name_all(ran: Ran, lines: dict[str, int]) -> None:
    """Every fault stands in the report with path, line and remedy, and what it holds."""
    assert ran.code == 1
    assert (
        f"{FR}:{lines[FR]}: the quotation marks of this line do not pair\n  hint: a text" in ran.err
    )
    za = "source/regions/ZA.toml: ZA: there is no helpline that may be printed\n  hint: add"
    assert za in ran.err
    held = {
        path: (int(line), hint, names)
        for path, line, hint, names in re.findall(
            r"(?m)^(locale\S+):(\d+): the critical .*\n  hint: (.*)\n  holds: (.*)$", ran.out
        )
    }
    rest = "card, poster, large-poster"
    paper = f"handout, large-print, key-facts, leaflet, {rest}"
    both = f"handout, large-print, key-facts, leaflet, bilingual, {rest}"
    assert held[ES] == (
        lines[ES],
        "compare it with the source, correct it and take the fuzzy mark off",
        f"ketamine es@US (page, {both}); ketamine es@MX (page, {paper}); ketamine en@MX (bilingual)",
    )
    assert held[FR][1:] == (
        "mend the entry at this line; run `ketapub check`",
        f"ketamine fr@GB, ketamine fr@CA-ON (page, {both}); "
        f"ketamine fr@CA-QC, ketamine fr@FR (page, {paper}); "
        "ketamine en@CA-QC, ketamine ar@FR, ketamine en@FR (bilingual)",
    )
    assert lines[FR] - 10 < held[FR][0] <= lines[FR], "where the entry begins"
    chinese = f"ketamine zh-Hans@US, ketamine zh-Hans@AU ({paper})"
    found = re.search(
        rf"(?m)^{ZH}:{lines[ZH]}: .* 97% of .*\n  hint: translate it\n  holds: (.*)$", ran.out
    )
    assert found, ran.out
    assert found[1] == chinese, ran.out
    assert re.search(r"(?m)^ZA +en +ketamine +- +(all 9 held|8 kept, bilingual held)$", ran.out)


@pytest.mark.slow
def test_on_an_empty_dist_what_is_broken_is_held_and_all_the_rest_is_as_ever(
    built: Path, built_copy: Path, run: Run
) -> None:
    shutil.rmtree(built_copy / "dist")
    lines = break_five_things(built_copy)
    ran = run(built_copy, "build")
    name_all(ran, lines)
    held = {
        ("es", "US"),
        ("es", "MX"),
        ("fr", "GB"),
        ("fr", "CA-QC"),
        ("fr", "CA-ON"),
        ("fr", "FR"),
    }
    before, now = read_files(built / "dist"), read_files(built_copy / "dist")
    entries = json.loads(now["manifest.json"])["editions"]
    assert {
        (e["locale"], e["region"]) for e in entries if e["outputs"]["page"]["state"] == "held"
    } == held | {("en", "ZA")}
    for code in ("en", "ZA"), *held:
        folder = f"{code[1].lower()}/{code[0]}/"
        assert not [path for path in now if path.startswith(folder)], code
    for place in ("us/zh-hans", "au/zh-hans"):
        text = now[f"{place}/ketamine/index.html"].decode()
        assert f'<span lang="en" dir="ltr">{HEAVY}</span>' in text
        assert ".pdf" not in text
        assert sheet(place) not in now
    zh = next(e for e in entries if (e["locale"], e["region"]) == ("zh-Hans", "US"))
    assert 0.965 <= zh["coverage"] < 0.98
    # a page names the languages of its own region: where one is held, its switcher is shorter
    touched = {"us", "mx", "gb", "ca-qc", "ca-on", "fr", "za"}
    lacks_its_other_half = re.compile("(ca-qc|mx|fr)/.*_bilingual.pdf")
    same = 0
    for path, data in before.items():
        region, locale = (*path.split("/"), "")[:2]
        is_edition = path.count("/") == 3 and locale not in {"zh-hans"}
        is_held = (locale, region.upper()) in held or region == "za"
        is_held = is_held or bool(lacks_its_other_half.match(path))
        if is_edition and not is_held and (path.endswith(".pdf") or region not in touched):
            assert now[path] == data, path
            same += 1
    assert same >= 25
    listed_anew = (touched - {"za"}) | {"au"}
    printed = f" {len(listed_anew)} handouts printed\n"
    assert ran.out.endswith(printed), "the first sheets of packs; what is unaffected is cached"


@pytest.mark.slow
def test_over_a_publication_what_is_broken_stays_as_it_was_and_no_other_file_changes(
    built: Path, built_copy: Path, run: Run
) -> None:
    lines = break_five_things(built_copy)
    ran = run(built_copy, "build")
    name_all(ran, lines)
    before, now = read_files(built / "dist"), read_files(built_copy / "dist")
    changed = {path for path in before if now.get(path) != before[path]}
    added = {path for path in now if path not in before}
    texts = ("index.html", "ketamine.txt", "fragment.html", "content.json")
    pages = {f"{p}/ketamine/{text}" for p in ("us/zh-hans", "au/zh-hans") for text in texts}
    marks = [json.loads(before["manifest.json"]), json.loads(now["manifest.json"])]
    old, new = (
        {e["outputs"]["page"]["mark"] for e in entries["editions"] if e["locale"] == "zh-Hans"}
        for entries in marks
    )
    assert changed - {f"v/{mark}/index.html" for mark in old} == {
        *pages,
        "manifest.json",
        "versions.json",
        "v/index.html",
    }
    assert added == {f"v/{mark}/index.html" for mark in new}


@pytest.mark.slow
def test_of_what_stays_nothing_is_wrong_but_the_region_without_a_line(
    addressed: Path, tmp_path: Path, run: Run
) -> None:
    """Every place that was broken, and each other region, read back."""
    folder = tmp_path / "project"
    shutil.copytree(addressed, folder, symlinks=True)
    break_five_things(folder)
    assert run(folder, "build").code == 1
    for locale, region in (("es", "MX"), ("fr", "FR"), ("en", "ZA")):
        assert states(folder, locale, region) == ("kept", "kept")
    assert states(folder, "zh-Hans", "AU") == ("ready", "kept")
    verified = run(folder, "verify", "--json")
    about = [f"{problem['path']}: {problem['message']}" for problem in verified.json]
    assert [each for each in about if not re.search(r"\bZA\b|/za/", each)] == []


# --- held ----------------------------------------------------------------------------------------


def test_a_fuzzy_critical_message_holds_page_and_handout_and_nothing_names_them(
    small: Path, run: Run, printer: Stub
) -> None:
    make_fuzzy(small / ES, CRITICAL)
    assert run(small, "build").code == 0
    assert states(small, "es", "US") == ("held", "held")
    assert output(small, "es", "US")["path"] is None
    (reason,) = [r for r in output(small, "es", "US")["reasons"] if r["code"] == "critical-fuzzy"]
    assert (reason["path"], reason["line"]) == (ES, line_of(small / ES, f'msgid "{CRITICAL}"'))
    for path, data in read_files(small / "dist").items():
        if path.endswith(".html"):
            assert b"us/es" not in data, path
            assert b"../../es/" not in data, path
    assert states(small, "en", "US") == ("ready", "ready")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda path: set_msgstr(path, CRITICAL, ""), "critical-missing"),
        (lambda path: set_msgstr(path, CRITICAL, "Quédese 5 minutos."), "critical-failed"),
        (lambda path: cut_quote(path, CRITICAL), "critical-invalid"),
    ],
)
def test_a_critical_message_that_is_missing_failing_or_broken_holds_both(
    change: Callable[[Path], None], code: str, small: Path, run: Run, printer: Stub
) -> None:
    change(small / ES)
    run(small, "build")
    for name in ("page", "handout"):
        found = output(small, "es", "US", name)
        assert found["state"] == "held"
        assert code in [reason["code"] for reason in found["reasons"]]


def test_a_page_needs_most_of_the_words_and_a_handout_all_of_them(
    small: Path, run: Run, printer: Stub
) -> None:
    set_msgstr(small / ES, HEAVY, "")
    assert run(small, "build").code == 0
    assert states(small, "es", "US") == ("ready", "held")
    text = page(small, "us/es")
    assert f'<span lang="en" dir="ltr">{HEAVY}</span>' in text
    assert text.count('<p class="notice">') == page(small, "gb/ar").count('<p class="notice">') + 1
    assert ".pdf" not in text
    reason = output(small, "es", "US", "handout")["reasons"][0]
    assert reason["code"] == "coverage"
    assert reason["line"] == line_of(small / ES, f'msgid "{HEAVY}')


@pytest.mark.parametrize(
    ("share", "shown"), [(1.0, "100%"), (0.999, "99%"), (0.95, "95%"), (0.29, "29%"), (0.0, "0%")]
)
def test_a_share_is_never_rounded_up_to_what_it_is_not(share: float, shown: str) -> None:
    assert percent(share) == shown


def test_below_the_share_that_the_publication_asks_for_the_page_is_held_too(
    small: Path, run: Run, printer: Stub
) -> None:
    for msgid in LONG:
        set_msgstr(small / ES, msgid, "")
    run(small, "build")
    assert states(small, "es", "US") == ("held", "held")
    edit(small / "source/publication.toml", "coverage = 0.95", "coverage = 0.5")
    run(small, "build")
    assert states(small, "es", "US") == ("ready", "held")


def test_a_critical_word_of_a_page_template_holds_every_translation_without_it(
    small: Path, run: Run, printer: Stub
) -> None:
    edit(small / "templates/shared/help.html", '"Call {number}"', '"Ring {number}"')
    assert run(small, "build").code == 0
    for locale, region in (("es", "US"), ("ar", "GB")):
        assert states(small, locale, region) == ("held", "held")
        (reason,) = output(small, locale, region)["reasons"]
        assert reason["code"] == "critical-missing"
        assert reason["path"] == f"locale/{locale}/LC_MESSAGES/ketapub.po"
    assert states(small, "en", "US") == ("ready", "ready")


def test_free_text_about_a_helpline_never_holds_and_is_left_out_where_untranslated(
    small: Path, run: Run, printer: Stub
) -> None:
    """Law 11."""
    edit(small / GB, 'id = "gb-frank"', 'id = "gb-frank"\nwhat = "People who listen well."')
    assert run(small, "build").code == 0
    assert states(small, "ar", "GB") == ("ready", "ready")
    assert "People who listen well." in page(small, "gb/en")
    assert "People who listen well." not in page(small, "gb/ar")
    assert "People who listen well." not in printer.tasks[sheet("gb/ar")].html


def test_a_source_text_with_a_number_in_it_is_not_published(small: Path, run: Run) -> None:
    """Law 3."""
    path = small / "source/ketamine.md"
    edit(path, "Ketamine is a medicine with", "Ketamine (ring 0300 123 6600) is a medicine with")
    ran = run(small, "build", "--web-only")
    assert ran.code == 1
    assert f"source/ketamine.md:{line_of(path, 'ring 0300')}: " in ran.err
    assert not list((small / "dist").glob("*/*/ketamine/index.html"))


def test_a_region_without_text_in_a_choice_is_held_alone(small: Path, run: Run) -> None:
    edit(small / "source/ketamine.md", "::: region GB", "::: region ZA")
    edit(small / "source/ketamine.md", "::: region *", "::: region AU")
    ran = run(small, "build", "--web-only")
    assert ran.code == 1
    assert "region GB finds no text here" in ran.err
    assert output(small, "en", "GB")["state"] == "held"
    assert output(small, "en", "US")["state"] == "ready"


# --- kept ----------------------------------------------------------------------------------------


def test_a_held_output_stays_as_published_while_its_numbers_are_todays(
    small: Path, run: Run, printer: Stub, published: None
) -> None:
    before = read_files(small / "dist")
    make_fuzzy(small / ES, CRITICAL)
    run(small, "build")
    now = read_files(small / "dist")
    assert states(small, "es", "US") == ("kept", "kept")
    assert {path for path in {*now, *before} if now.get(path) != before.get(path)} == {
        "manifest.json"
    }
    mark = output(small, "es", "US")["mark"]
    assert versions(small)[mark]["state"] == "good"


def test_a_kept_page_keeps_its_style_sheet(small: Path, run: Run, published_pages: None) -> None:
    (old,) = (small / "dist/assets").glob("style.*.css")
    make_fuzzy(small / ES, CRITICAL)
    edit(small / "templates/web/page.css", "{", "{ --new: 1;")
    run(small, "build", "--web-only")
    assert old.name in page(small, "us/es")
    assert old.name not in page(small, "us/en")
    assert {path.name for path in (small / "dist/assets").glob("*.css")} > {old.name}
    assert run(small, "verify").code == 0


def test_a_number_added_since_does_not_withdraw_a_kept_page_nor_does_its_going(
    small: Path, run: Run, printer: Stub, published: None
) -> None:
    make_fuzzy(small / ES, CRITICAL)
    original = (small / US).read_bytes()
    add_number(small / US, "1-800-222-1222")
    run(small, "build")
    assert "1-800-222-1222" in page(small, "us/en")
    assert states(small, "es", "US") == ("kept", "kept")
    assert "1-800-222-1222" not in versions(small)[output(small, "es", "US")["mark"]]["numbers"]
    (small / US).write_bytes(original)
    run(small, "build")
    assert states(small, "es", "US") == ("kept", "kept")


def test_a_kept_file_that_is_gone_or_altered_is_withdrawn_and_named(
    small: Path, run: Run, printer: Stub, published: None
) -> None:
    make_fuzzy(small / ES, CRITICAL)
    altered = small / "dist" / sheet("us/es")
    altered.unlink()
    altered.write_bytes(b"something else")
    ran = run(small, "build")
    assert ran.code == 1
    assert f"{sheet('us/es')}: the previous publication's file is missing" in ran.err
    assert states(small, "es", "US") == ("kept", "withdrawn")
    assert not altered.exists()
    assert states(small, "ar", "GB") == ("ready", "ready")


def test_a_broken_region_file_leaves_all_of_that_region_as_it_was(
    small: Path, run: Run, printer: Stub
) -> None:
    set_key(small / "source/publication.toml", "base_url", f'"{ADDRESS}"')
    run(small, "build")
    before = read_files(small / "dist")
    (small / GB).write_text("[[[", "utf-8")
    assert run(small, "build").code == 1
    now = read_files(small / "dist")
    assert states(small, "ar", "GB") == states(small, "en", "GB") == ("kept", "kept")
    changed = {path for path in {*now, *before} if now.get(path) != before.get(path)}
    assert changed - {"sitemap.xml"} == {"manifest.json", "feed.xml"}, "what is kept is no news"
    assert ADDRESS + "gb/en/ketamine/" in now["sitemap.xml"].decode()


def test_a_broken_article_leaves_all_of_its_pages_reachable_as_they_were(
    small: Path, run: Run, printer: Stub, published: None
) -> None:
    before = read_files(small / "dist")
    edit(small / "source/ketamine.md", ":::\n\n## Signs", "\n## Signs")
    assert run(small, "build").code == 1
    now = read_files(small / "dist")
    changed = {path for path in {*now, *before} if now.get(path) != before.get(path)}
    (reason, *_) = output(small, "es", "US")["reasons"]
    assert reason["path"] == "source/ketamine.md"
    assert reason["line"]
    titles = {path for path in before if path.startswith("v/")}
    assert changed - titles == {"manifest.json"}
    run(small, "build")
    assert read_files(small / "dist") == now, "and the build after it"


@pytest.mark.parametrize("kind", [KetapubError, MachineError])
def test_a_handout_that_cannot_be_printed_today_leaves_the_one_that_stands(
    kind: type[KetapubError], small: Path, run: Run, printer: Stub, published: None
) -> None:
    before = read_files(small / "dist")
    path = sheet("gb/ar")
    printer.errors[path] = kind(Problem(path, 0, "no room", "make room"))
    edit(small / "templates/print/handout.css", "{", "{ orphans: 4;")  # else it stands as it is
    ran = run(small, "build")
    assert ran.code == (3 if kind is MachineError else 1)
    assert f"{path}: no room\n  hint: make room" in ran.err
    assert states(small, "ar", "GB") == ("ready", "kept")
    assert (small / "dist" / path).read_bytes() == before[path]
    assert path.rsplit("/", 1)[1] in page(small, "gb/ar")


# --- withdrawn -----------------------------------------------------------------------------------


def test_a_retired_number_republishes_what_is_ready_and_withdraws_what_is_held(
    small: Path, run: Run, printer: Stub, published: None
) -> None:
    old = {name: output(small, "es", "US", name)["mark"] for name in ("page", "handout")}
    catalogs = read_files(small / "locale")
    make_fuzzy(small / ES, CRITICAL)
    fuzzy = read_files(small / "locale")
    retire(small / US, "us-samhsa")
    add_number(small / US, "1-800-222-1222")
    assert run(small, "build").code == 0
    assert states(small, "es", "US") == ("withdrawn", "withdrawn")
    assert states(small, "en", "US") == ("ready", "ready")
    for place in ("us/en", "us/es"):
        assert "1-800-662-4357" not in page(small, place)
        assert "1-800-222-1222" in page(small, place)
    helped = page(small, "us/es")
    assert "Qué es la ketamina" not in helped, "template messages and the title only"
    assert 'href="../../en/ketamine/index.html"' in helped
    assert '<meta name="robots" content="noindex">' in helped
    now = read_files(small / "dist")
    assert sheet("us/es") not in now
    assert "us_es_handout" not in now["handouts/index.html"].decode()
    with zipfile.ZipFile(io.BytesIO(now["packs/US.zip"])) as pack:
        assert pack.namelist() == ["00 Index.pdf", "READ-ME.txt", EN_IN_PACK]
    assert {versions(small)[mark]["state"] for mark in old.values()} == {"bad"}
    for mark in old.values():
        assert "Do not use this sheet. Throw it away." in now[f"v/{mark}/index.html"].decode()
    assert read_files(small / "locale") == fuzzy != catalogs, "no catalog was touched"
    assert states(small, "ar", "GB") == ("ready", "ready")


def test_a_withdrawn_page_stays_a_help_page_until_it_is_ready_again(
    small: Path, run: Run, printer: Stub
) -> None:
    original = (small / ES).read_bytes()
    run(small, "build")
    make_fuzzy(small / ES, CRITICAL)
    retire(small / US, "us-samhsa")
    run(small, "build")
    helped = page(small, "us/es")
    run(small, "build")
    assert states(small, "es", "US") == ("withdrawn", "withdrawn")
    assert page(small, "us/es") == helped
    run(small, "build", "--locale", "en")
    assert page(small, "us/es") == helped
    (small / ES).write_bytes(original)
    run(small, "build", "--locale", "en")
    assert page(small, "us/es") == helped, "it was left out"
    run(small, "build")
    assert states(small, "es", "US") == ("ready", "ready")
    assert "Qué es la ketamina" in page(small, "us/es")


def test_a_retired_number_while_the_article_is_broken_gives_help_pages(
    small: Path, run: Run, printer: Stub, published: None
) -> None:
    edit(small / "source/ketamine.md", ":::\n\n## Signs", "\n## Signs")
    retire(small / US, "us-samhsa")
    ran = run(small, "build")
    assert ran.code == 1
    assert states(small, "es", "US") == states(small, "en", "US") == ("withdrawn", "withdrawn")
    assert states(small, "en", "GB") == ("kept", "kept")
    for path in ("us/es/ketamine/index.html", "us/en/ketamine/index.html", "us/es/index.html"):
        assert "1-800-662-4357" not in read(small, path)
        assert re.search('<a href="tel:911"[^>]*>911</a>', read(small, path))
    assert "Ketamina: promesa médica y posibles peligros</" in page(small, "us/es")
    assert not list((small / "dist/us").rglob("*.pdf"))
    assert "us/es/index.html" in read(small, "index.html")


def test_a_help_page_leads_to_the_source_text_where_that_stands(
    small: Path, run: Run, printer: Stub, published: None
) -> None:
    make_fuzzy(small / ES, CRITICAL)
    retire(small / US, "us-samhsa")
    run(small, "build")
    edit(small / "source/ketamine.md", ":::\n\n## Signs", "\n## Signs")
    run(small, "build")
    assert states(small, "es", "US") == ("withdrawn", "withdrawn")
    assert states(small, "en", "US") == ("kept", "kept")
    body = page(small, "us/es").partition("<main")[2]
    assert 'href="../../en/ketamine/index.html" lang="en"' in body


def test_the_index_of_a_broken_region_goes_when_a_number_on_it_alone_is_denied(
    small: Path, run: Run, printer: Stub, published: None
) -> None:
    make_fuzzy(small / "locale/ar/LC_MESSAGES/ketamine.po", CRITICAL)
    add_number(small / GB, "0800 111 222")
    run(small, "build")
    assert states(small, "ar", "GB") == ("kept", "kept")
    assert "0800 111 222" in read(small, "gb/ar/index.html")
    (small / GB).write_text("[[[", "utf-8")
    deny(small, "GB", "0800 111 222")
    run(small, "build")
    assert states(small, "ar", "GB") == ("kept", "kept"), "it never had that number"
    assert states(small, "en", "GB") == ("withdrawn", "withdrawn")
    assert not (small / "dist/gb/ar/index.html").exists()
    assert "gb/" not in read(small, "index.html"), "no link leads to what is gone"


def test_a_deny_listed_number_withdraws_even_while_its_region_file_is_broken(
    small: Path, run: Run, printer: Stub, published: None
) -> None:
    (small / GB).write_text("[[[", "utf-8")
    deny(small, "GB", "0300 123 6600")
    assert run(small, "build").code == 1
    assert states(small, "ar", "GB") == ("withdrawn", "withdrawn")
    assert output(small, "ar", "GB")["path"] is None
    files = read_files(small / "dist")
    assert not [name for name in files if name.startswith("gb/")]
    assert b"gb/" not in files["index.html"]
    assert "packs/GB.zip" not in files
    assert states(small, "es", "US") == ("ready", "ready")
    marks = [v["state"] for v in versions(small).values() if v["region"] == "GB"]
    assert set(marks) == {"bad"}


def test_what_verify_reads_back_after_a_withdrawal_is_right(
    small: Path, run: Run, published_pages: None
) -> None:
    make_fuzzy(small / ES, CRITICAL)
    retire(small / US, "us-samhsa")
    run(small, "build", "--web-only")
    assert output(small, "es", "US")["state"] == "withdrawn"
    ran = run(small, "verify")
    assert ran.code == 0, ran.err


def test_a_changed_emergency_number_needs_no_translation(
    small: Path, run: Run, printer: Stub, published: None
) -> None:
    """Law 11."""
    before = read_files(small / "locale")
    edit(small / GB, 'call = "999"', 'call = "998"')
    assert run(small, "build").code == 0
    for place in ("gb/en", "gb/ar"):
        assert '<a href="tel:998">998</a>' in page(small, place)
        assert "tel:999" not in page(small, place)
        assert "tel:999" not in printer.tasks[sheet(place)].html
    assert read_files(small / "locale") == before


# --- versions ------------------------------------------------------------------------------------


def test_versions_never_lose_a_mark_and_say_what_became_of_each(
    small: Path, run: Run, printer: Stub, published: None
) -> None:
    first = set(versions(small))
    edit(small / "source/ketamine.md", "a long medical history", "a very long medical history")
    run(small, "build")
    second = versions(small)
    assert first < set(second)
    assert {second[m]["state"] for m in set(second) - first} == {"good"}
    assert {second[m]["state"] for m in first if second[m]["locale"] == "en"} == {"outdated"}
    set_editions(small, 'US = ["en", "es"]')
    run(small, "build", "--allow-removals")
    third = versions(small)
    assert set(third) == set(second)
    assert not (small / "dist/gb").exists(), "what is asked for goes"
    for mark in third:
        assert (small / "dist/v" / mark / "index.html").is_file()
    gone = next(mark for mark, v in third.items() if v["region"] == "GB")
    assert 'href="../../gb/' not in read(small, f"v/{gone}/index.html")
    assert '<p class="onward"><a href="../../index.html">' in read(small, f"v/{gone}/index.html")


# --- translations that nobody has reviewed -------------------------------------------------------


def is_reviewed(folder: Path, locale: str) -> bool:
    """What the manifest says of the edition in the US."""
    editions = json.loads(read(folder, "manifest.json"))["editions"]
    found = [e["reviewed"] for e in editions if (e["locale"], e["region"]) == (locale, "US")]
    return bool(found[0])


def task(printer: Stub, place: str) -> str:
    return printer.tasks[sheet(place)].html


EN_IN_PACK = "English/English - Ketamine - Letter Handout.pdf"
ES_IN_PACK = "Spanish/Spanish - Ketamine - Letter Handout.pdf"


def packed(folder: Path) -> list[str]:
    with zipfile.ZipFile(folder / "dist/packs/US.zip") as pack:
        return sorted(set(pack.namelist()) - {"READ-ME.txt", "00 Index.pdf"})


def notice(folder: Path) -> str:
    """The notice about machine drafts in Spanish, from its catalog."""
    text = (folder / "locale/es/LC_MESSAGES/ketapub.po").read_text("utf-8")
    found = re.search(r'msgid "A machine translated this text\..*"\nmsgstr "(.*)"', text)
    assert found
    return found[1]


def test_mark_publishes_with_a_notice_unlisted_and_in_a_folder_of_its_own(
    small: Path, run: Run, printer: Stub
) -> None:
    set_key(small / "source/publication.toml", "base_url", f'"{ADDRESS}"')
    assert run(small, "build").code == 0
    assert notice(small) in page(small, "us/es")
    assert '<meta name="robots" content="noindex">' in page(small, "us/es")
    assert notice(small) in task(printer, "us/es")
    assert "A machine translated this text." in task(printer, "us/es"), "for staff too"
    assert "us/es" not in read(small, "sitemap.xml")
    assert '<meta name="robots"' not in page(small, "us/en")
    assert ADDRESS + "us/en/ketamine/" in read(small, "sitemap.xml")
    assert packed(small) == [EN_IN_PACK, f"Unreviewed/{ES_IN_PACK}"]


def test_hold_waits_for_a_person_and_says_where_they_sign(
    small: Path, run: Run, printer: Stub
) -> None:
    set_key(small / "source/publication.toml", "unreviewed", '"hold"')
    assert run(small, "build").code == 0
    assert states(small, "es", "US") == ("held", "held")
    assert states(small, "en", "US") == ("ready", "ready"), "the source text is no translation"
    (reason,) = output(small, "es", "US")["reasons"]
    assert (reason["code"], reason["path"]) == ("unreviewed", "locale/es/reviews.txt")
    sign(small, "es")
    run(small, "build")
    assert states(small, "es", "US") == ("ready", "ready")
    assert states(small, "ar", "GB") == ("held", "held")


def test_publish_lists_unreviewed_translations_like_any_other(
    small: Path, run: Run, printer: Stub
) -> None:
    set_key(small / "source/publication.toml", "base_url", f'"{ADDRESS}"')
    set_key(small / "source/publication.toml", "unreviewed", '"publish"')
    assert run(small, "build").code == 0
    assert '<meta name="robots"' not in page(small, "us/es")
    assert ADDRESS + "us/es/ketamine/" in read(small, "sitemap.xml")
    assert packed(small) == [EN_IN_PACK, ES_IN_PACK]


def test_a_signed_translation_carries_no_notice_and_is_listed(
    small: Path, run: Run, printer: Stub
) -> None:
    set_key(small / "source/publication.toml", "base_url", f'"{ADDRESS}"')
    sign(small, "es")
    assert run(small, "build").code == 0
    for text in (page(small, "us/es"), task(printer, "us/es")):
        assert notice(small) not in text
        assert "A machine translated" not in text
    assert '<meta name="robots"' not in page(small, "us/es")
    assert ADDRESS + "us/es/ketamine/" in read(small, "sitemap.xml")
    assert packed(small) == [EN_IN_PACK, ES_IN_PACK]
    row = next(r for r in run(small, "status").out.splitlines() if r.startswith("es      ketamine"))
    assert row.endswith("  reviewed")
    assert row.split()[-5:-1] == ["0", row.split()[2], row.split()[2], "0"], "by role, no drafts"


NOT_CHECKED = "Todavía sin comprobar en esta traducción: "
PARTS = "Una máquina tradujo partes de este texto."


@pytest.mark.parametrize(
    ("roles", "only", "told"),
    [
        (("language",), "", NOT_CHECKED + "el contenido médico"),
        (("clinical",), "", NOT_CHECKED + "el lenguaje"),
        (("clinical",), "critical", f"{PARTS} {NOT_CHECKED}el lenguaje"),
        (("community",), "", NOT_CHECKED + "el lenguaje · el contenido médico"),
    ],
)
def test_when_some_have_reviewed_the_notice_says_what_is_missing(
    roles: tuple[str, ...], only: str, told: str, small: Path, run: Run, printer: Stub
) -> None:
    """And no longer that nobody has."""
    sign(small, "es", *roles, only=only)
    assert run(small, "build").code == 0
    for text in (page(small, "us/es"), task(printer, "us/es")):
        assert told in re.sub(r"\s+", " ", text)
        assert (PARTS in text) == (PARTS in told)
        assert notice(small) not in text
    assert '<meta name="robots" content="noindex">' in page(small, "us/es")
    assert is_reviewed(small, "es") is False


def test_a_text_that_people_translated_is_not_called_a_machines(
    small: Path, run: Run, printer: Stub
) -> None:
    for path in (small / "locale/es/LC_MESSAGES").glob("*.po"):
        edit(path, "# machine draft, please check\n", "", count=10_000)
    assert run(small, "build").code == 0
    for text in (page(small, "us/es"), task(printer, "us/es")):
        assert NOT_CHECKED + "el lenguaje · el contenido médico" in text
        assert "máquina" not in text


def test_the_gate_asks_each_role_for_what_the_publication_says(
    small: Path, run: Run, printer: Stub
) -> None:
    """Clinicians for what is critical, others for all; taking one line away holds it again."""
    set_key(small / "source/publication.toml", "unreviewed", '"hold"')
    sign(small, "es", "language")
    run(small, "build")
    (reason,) = output(small, "es", "US")["reasons"]
    assert reason["message"].endswith("lacks reviews by named persons: clinical")
    ledger = small / "locale/es/reviews.txt"
    language = ledger.read_text("utf-8")
    sign(small, "es", "clinical", only="critical")
    ledger.write_text(language + ledger.read_text("utf-8"), "utf-8")
    run(small, "build")
    assert states(small, "es", "US") == ("ready", "ready")
    lines = ledger.read_text("utf-8").splitlines(keepends=True)
    catalog = read_po((small / ES).read_text("utf-8"), ES)
    entry = next(e for e in catalog.entries if e.msgid == CRITICAL)
    ended = f"{message_digest('', CRITICAL, entry.msgstr)} 2026-11-20 clinical "
    ledger.write_text("".join(line for line in lines if not line.startswith(ended)), "utf-8")
    shutil.rmtree(small / "dist")
    run(small, "build")
    assert states(small, "es", "US") == ("held", "held")


def test_reviews_change_only_the_editions_concerned(
    small: Path, run: Run, printer: Stub, published: None
) -> None:
    before = read_files(small / "dist")
    sign(small, "es")
    run(small, "build")
    after = read_files(small / "dist")
    changed = {name for name in before | after if before.get(name) != after.get(name)}
    assert {name for name in changed if "/es/" in name} >= {
        "us/es/ketamine/index.html",
        "us/es/ketamine/ketamine_us_es_handout.pdf",
    }
    others = {name for name in changed if "/es/" not in name and not name.startswith("v/")}
    assert others <= {"manifest.json", "packs/US.zip", "us/en/ketamine/index.html"}, others


def test_the_source_text_says_which_clinician_has_read_all_of_it_and_until_when(
    small: Path, run: Run, printer: Stub, published: None
) -> None:
    """A change of one word ends it, and another language tells the same of its source."""
    assert is_reviewed(small, "en") is False
    project = load_project(small)
    lines = [
        f"{message_digest(*m.key, m.forms)} 2026-11-20 {role} {domain} Dr. Prueba"
        for domain, messages in project.messages.items()
        for m in messages
        for role in ("language", "clinical")
    ]
    ledger = small / "source/reviews.txt"
    ledger.write_text("\n".join(lines) + "\n", "utf-8")
    run(small, "build")
    told = 'Checked by <bdi dir="ltr">Dr. Prueba</bdi> on November 20, 2026.'
    for text in (page(small, "us/en"), task(printer, "us/en"), task(printer, "us/es")):
        assert told in text, "each in its own language, dates too"
    assert is_reviewed(small, "en") is True
    assert "no clinician has reviewed" not in run(small, "status").out
    edit(small / "source/ketamine.md", "a long medical history", "a very long medical history")
    run(small, "build")
    assert told not in page(small, "us/en")
    assert "No clinician has checked this text yet." in page(small, "us/en")
    assert is_reviewed(small, "en") is False
    assert states(small, "en", "US") == ("ready", "ready")


def test_a_review_ends_with_the_translation_that_it_was_of(
    small: Path, run: Run, printer: Stub
) -> None:
    sign(small, "es")
    set_msgstr(small / ES, HEAVY, "La ketamina es un medicamento antiguo.")
    assert run(small, "build").code == 0
    assert NOT_CHECKED + "el lenguaje" in page(small, "us/es"), "no critical one: nothing clinical"
    assert "máquina" not in page(small, "us/es"), "a person wrote it below the machine's mark"


# --- addresses -----------------------------------------------------------------------------------


def test_the_sitemap_names_each_country_once_a_language_and_leads_both_ways(
    project_folder: Path, run: Run
) -> None:
    set_key(project_folder / "source/publication.toml", "base_url", f'"{ADDRESS}"')
    set_key(project_folder / "source/publication.toml", "unreviewed", '"publish"')
    assert run(project_folder, "build", "--web-only").code == 0
    text = read(project_folder, "sitemap.xml")
    found = {
        loc: dict(re.findall(r'hreflang="([^"]+)" href="([^"]+)"', rest))
        for loc, rest in re.findall(r"<url><loc>([^<]+)</loc>(.*?)</url>", text, re.DOTALL)
    }
    articles = {loc: links for loc, links in found.items() if loc.endswith("/ketamine/")}
    assert len(articles) == 28
    assert len(found) > 2 * 28, "and the indexes of places"
    # two parts of one country: the one that the publication lists first owns the code
    assert found[ADDRESS + "ca-qc/fr/ketamine/"]["fr-CA"] == ADDRESS + "ca-qc/fr/ketamine/"
    assert found[ADDRESS + "ca-on/fr/ketamine/"] == {}
    assert found[ADDRESS + "us/zh-hans/ketamine/"]["zh-Hans-US"] == ADDRESS + "us/zh-hans/ketamine/"
    owners = {loc: links for loc, links in found.items() if links}
    for loc, links in owners.items():
        assert loc in links.values()
        assert links.pop("x-default") == ADDRESS
        assert {
            owners[other].keys() - {"x-default"} == links.keys() for other in links.values()
        } == {True}
    assert f"Sitemap: {ADDRESS}sitemap.xml" in read(project_folder, "robots.txt")


def qr_codes(printer: Stub) -> dict[str, list[str]]:
    return {
        name: re.findall(r"<svg.*?</svg>", t.html, re.DOTALL) for name, t in printer.tasks.items()
    }


def test_only_a_real_address_gives_codes_canonical_links_and_a_sitemap(
    small: Path, run: Run, printer: Stub
) -> None:
    import segno

    plain: dict[str, int] = {}
    for address in ("", "https://health.example.org/", "http://localhost:8000/"):
        set_key(small / "source/publication.toml", "base_url", f'"{address}"')
        run(small, "build")
        plain = {name: len(codes) for name, codes in qr_codes(printer).items()}
        assert set(plain.values()) == {0}
        assert not (small / "dist/sitemap.xml").exists()
        assert 'rel="canonical"' not in page(small, "us/en")
    set_key(small / "source/publication.toml", "base_url", f'"{ADDRESS}"')
    run(small, "build")
    for name, codes in qr_codes(printer).items():
        region, locale = name.split("/")[:2]
        (link,) = [
            path
            for path, data in read_files(small / "dist/s").items()
            if f"../../{region}/{locale}/ketamine/index.html".encode() in data
        ]
        wanted = segno.make(f"{ADDRESS}s/{link.removesuffix('index.html')}", error="m", micro=False)
        drawn = re.search(r' d="([^"]+)"', wanted.svg_inline(border=4, omitsize=True))
        assert drawn
        assert len(codes) == 1
        assert drawn[1] in codes[0], name
    assert f'<link rel="canonical" href="{ADDRESS}us/en/ketamine/">' in page(small, "us/en")
