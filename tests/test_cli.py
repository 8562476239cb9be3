"""The command line: every command and option, exit codes, what people and machines read."""

from __future__ import annotations

import json
import os
import pty
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from ketapub.cli import main
from ketapub.fonts import find_fonts
from project_edits import AR, ES, edit, line_of, make_fuzzy, read_files, set_editions, set_key
from project_runs import Ran

Run = Callable[..., Ran]
COMMANDS = (
    "extract",
    "update",
    "check",
    "status",
    "pseudo",
    "merge-po",
    "send",
    "receive",
    "review",
    "helplines",
    "build",
    "fonts",
    "proof",
    "withdraw",
    "verify",
    "diff",
    "server",
)
NEEDED = {
    "server": ("nginx", "--root", "x"),
    "send": ("ar",),
    "receive": ("x.po",),
    "diff": ("x", "y"),
}
DAY = ("--date", "2026-11-23")
CRITICAL = "Stay with the person until help arrives."
PLAIN = "Ketamine is a medicine with a long medical history."


def start(*arguments: str, **more: object) -> subprocess.CompletedProcess[str]:
    """ketapub in a process of its own."""
    command = [sys.executable, "-m", "ketapub", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, **more)  # type: ignore[call-overload, no-any-return]


# --- help, version, completion -------------------------------------------------------------------


@pytest.mark.parametrize("command", COMMANDS)
def test_the_help_of_each_command_ends_with_an_example_that_can_be_run(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main([command, "--help"])
    text = capsys.readouterr().out
    assert ended.value.code == 0
    example = re.search(rf"example: ketapub .*\b{command}\b", text)
    assert example, text


def test_the_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    text = capsys.readouterr().out
    assert ended.value.code == 0
    assert re.findall(r"(?m)^    ([a-z-]+)(?: |$)", text) == list(COMMANDS)


def test_help_and_version_start_without_any_heavy_library() -> None:
    heavy = ("babel", "jinja2", "markdown_it", "weasyprint", "lxml", "rich", "polib", "msgspec")
    code = (
        "import sys; from ketapub.cli import main\n"
        "try: main([sys.argv[1]])\n"
        "except SystemExit: pass\n"
        f"print([name for name in {heavy} if name in sys.modules])"
    )
    for option in ("--help", "--version"):
        command = [sys.executable, "-c", code, option]
        out = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        assert out.splitlines()[-1] == "[]", f"{option} imports {out.splitlines()[-1]}"


def imported(*arguments: str) -> set[str]:
    """The modules that a command line imports, beside those of Python's own start."""
    code = (
        "import sys; before = set(sys.modules); from ketapub.cli import main\n"
        "try: main(sys.argv[1:])\n"
        "except SystemExit: pass\n"
        "print(*set(sys.modules) - before)"
    )
    command = [sys.executable, "-c", code, *arguments]
    out = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return set(out.splitlines()[-1].split())


@pytest.mark.parametrize("arguments", [("--help",), ("--version",), ("publish",)])
def test_what_needs_no_command_imports_none(arguments: tuple[str, ...]) -> None:
    found = imported(*arguments)
    ours = {name for name in found if name.startswith("ketapub.")}
    assert ours - {"ketapub.cli", "ketapub.cli.arguments", "ketapub.cli.terminal"} == set()
    assert found & {"typing", "pathlib", "json", "dataclasses", "inspect", "shutil"} == set()


def test_a_command_imports_the_commands_of_no_other_subject() -> None:
    found = {name for name in imported("send", "--help") if name.startswith("ketapub.cli.")}
    assert found == {f"ketapub.cli.{name}" for name in ("arguments", "kits", "terminal")}


@pytest.mark.parametrize("columns", [40, 70, 120])
def test_help_is_as_wide_as_the_terminal(columns: int) -> None:
    shown = start("build", "--help", env={**os.environ, "COLUMNS": str(columns)}).stdout
    text = shown.partition("options:")[2]
    assert columns * 0.7 < max(map(len, text.splitlines())) < columns


def test_completion_knows_the_options_of_every_command_and_of_commands_in_commands() -> None:
    script = start("--completion", "bash").stdout
    for name, option in (
        ("build", "--web-only"),
        ("server", "--root"),
        ("helplines_due", "--json"),
    ):
        assert re.search(rf"(?m)^_shtab_ketapub_{name}_option_strings=.*{option}", script), name


def test_the_version_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--version"])
    assert re.fullmatch(r"ketapub \d+\.\d+\.\d+\S*\n", capsys.readouterr().out)


def test_bash_accepts_the_completion_and_it_knows_the_commands() -> None:
    script = start("--completion", "bash").stdout
    assert script
    subprocess.run(["bash", "-n"], input=script, text=True, check=True)
    tried = f"{script}\nCOMP_WORDS=(ketapub ver); COMP_CWORD=1; COMP_LINE='ketapub ver'\n"
    tried += '_shtab_ketapub ketapub ver ketapub 2>/dev/null; echo "${COMPREPLY[@]}"'
    found = subprocess.run(["bash", "-c", tried], capture_output=True, text=True, check=True)
    assert "verify" in found.stdout.split()


# --- calling it wrongly: exit code 2 -------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        ((), "COMMAND"),
        (("publish",), "publish"),
        (("build", "--colour"), "--colour"),
        (("build", "--date", "tomorrow"), "“tomorrow” is not a date such as 2026-11-23"),
        (("build", "--jobs", "0"), "“0” is not a number of processes from 1 up"),
        (("build", "--web-only", "--print-only"), "not allowed with"),
        (("--completion", "fish"), "fish"),
    ],
)
def test_a_wrong_call_is_code_2_with_the_way_to_help(
    arguments: tuple[str, ...], word: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    shown = capsys.readouterr()
    assert ended.value.code == 2
    assert word in shown.err
    assert re.search(r"\n  hint: ketapub (\w+ )?--help\n", shown.err)
    assert shown.out == ""


@pytest.mark.parametrize(
    ("option", "value", "known"),
    [
        ("--locale", "nl", "ar, en, es"),
        ("--region", "BR", "GB, US"),
        ("--region", "us", "GB, US"),
        ("--article", "cocaine", "ketamine"),
        ("--format", "billboard", "handout"),
    ],
)
def test_an_unknown_name_in_a_filter_is_code_2_and_the_hint_names_the_known_ones(
    option: str, value: str, known: str, small: Path, run: Run
) -> None:
    ran = run(small, "build", option, value)
    assert ran.code == 2
    assert f"{option} {value}" in ran.err
    assert f"hint: one of {known}" in ran.err
    assert not (small / "dist").exists()


@pytest.mark.parametrize(
    "command",
    [
        c
        for c in COMMANDS
        if c not in ("merge-po", "helplines", "proof", "withdraw", "verify", "diff")
    ],
)
@pytest.mark.parametrize("place", ["empty", "missing", "file"])
def test_without_a_publication_every_command_is_code_2_and_says_how_to_name_one(
    command: str, place: str, tmp_path: Path, run: Run
) -> None:
    folder = tmp_path / place
    if place == "empty":
        folder.mkdir()
    elif place == "file":
        folder.write_text("")
    ran = run(folder, command, *NEEDED.get(command, ()))
    assert ran.code == 2
    assert "source/publication.toml: there is no publication here" in ran.err
    assert "ketapub --project DIR" in ran.err
    assert not (tmp_path / "missing").exists()


def test_verify_without_anything_built_is_code_2(small: Path, run: Run) -> None:
    ran = run(small, "verify")
    assert ran.code == 2
    assert "hint: run ketapub build" in ran.err


def test_a_previous_publication_that_is_named_must_be_there(small: Path, run: Run) -> None:
    ran = run(small, "build", "--web-only", "--previous", str(small / "live"))
    assert ran.code == 2
    assert f"{small}/live: no publication of ketapub stands here" in ran.err
    assert "hint: name the folder or the address that holds manifest.json" in ran.err
    assert not (small / "dist").exists()


# --- extract and update --------------------------------------------------------------------------


def test_extract_writes_each_template_and_then_says_unchanged(small: Path, run: Run) -> None:
    shutil.rmtree(small / "locale")
    first, second = run(small, "extract"), run(small, "extract")
    names = [f"locale/{domain}.pot" for domain in ("ketamine", "ketapub", "helplines")]
    assert (first.code, second.code) == (0, 0)
    assert first.out.split() == [word for name in names for word in ("written", name)]
    assert second.out.split() == [word for name in names for word in ("unchanged", name)]
    assert all((small / name).is_file() for name in names)
    assert not (small / "locale" / "es").exists(), "extract writes no catalog"


def test_update_shows_a_row_for_each_catalog_and_what_it_wrote(small: Path, run: Run) -> None:
    shutil.rmtree(small / "locale" / "ar")
    ran = run(small, "update")
    assert ran.code == 0
    rows = {line.split()[0]: line.split()[1:] for line in ran.out.splitlines()[1:]}
    assert set(rows) == {
        f"locale/{locale}/LC_MESSAGES/{domain}.po"
        for locale in ("es", "ar", "fr", "de", "hi", "zh_Hans")  # those begun, too
        for domain in ("ketamine", "ketapub", "helplines")
    }
    assert rows[AR][0] == "0"
    assert rows[AR][-1] == "written"
    assert rows[ES][1:4] == ["0", "0", "0"], "nothing fuzzy, missing or obsolete"


def test_extract_with_a_broken_article_is_code_1_and_leaves_its_template(
    small: Path, run: Run
) -> None:
    before = (small / "locale" / "ketamine.pot").read_bytes()
    edit(small / "source" / "ketamine.md", ":::\n\n## Signs", "\n## Signs")
    ran = run(small, "extract")
    assert ran.code == 1
    assert "source/ketamine.md:" in ran.err
    assert (small / "locale" / "ketamine.pot").read_bytes() == before


def errors(problems: list[dict[str, object]]) -> list[dict[str, object]]:
    """The article of the small project has text for regions that it has not: three warnings."""
    return [problem for problem in problems if problem["severity"] == "error"]


# --- check and status ----------------------------------------------------------------------------


def test_check_is_code_0_when_there_is_nothing_to_mend(project_folder: Path, run: Run) -> None:
    """What time alone brings about is a warning: helplines that a person should look at again."""
    ran = run(project_folder, "check", "--json")
    assert ran.code == 0
    assert {problem["code"] for problem in ran.json} <= {"helpline-late", "helpline-due"}
    for path in (project_folder / "source/regions").glob("*.toml"):
        text = path.read_text("utf-8")
        path.write_text(re.sub('source_date = ".*"', 'source_date = "2026-10"', text), "utf-8")
    ran = run(project_folder, "check")
    assert (ran.code, ran.out, ran.err) == (0, "no problem found\n", "")


def test_check_names_a_translation_that_adds_a_number_with_path_line_and_hint(
    small: Path, run: Run
) -> None:
    edit(small / ES, "Quédese con la persona", "Quédese 10 minutos con la persona")
    ran = run(small, "check")
    line = line_of(small / ES, f'msgid "{CRITICAL}"')
    assert ran.code == 1
    assert f"{ES}:{line}: numbers differ from the source: added 10\n  hint: write" in ran.err
    assert ran.out.startswith("1 error, ")
    (problem,) = errors(run(small, "check", "--json").json)
    assert (problem["path"], problem["line"], problem["code"]) == (ES, line, "numbers")
    assert problem["hint"].startswith("write the same numbers")


def test_status_counts_words_and_tells_what_is_held_and_what_the_publication_lacks(
    small: Path, run: Run
) -> None:
    make_fuzzy(small / ES, CRITICAL)
    ran = run(small, "status")
    assert ran.code == 0
    row = next(line for line in ran.out.splitlines() if line.startswith("es      ketamine "))
    translated = row.split()[2]
    fuzzy = str(len(CRITICAL.split()))
    assert row.split()[3:] == [fuzzy, "0", "0", translated, "0", "0", "0", "unreviewed"]
    assert f"ketamine es@US  page     {ES}:" in ran.out
    assert "is marked fuzzy" in ran.out
    assert "ketamine ar@GB" not in ran.out
    assert "note: base_url is empty or an example" in ran.out
    assert "note: contact is empty" in ran.out
    assert "note: no clinician has reviewed source/ketamine.md" in ran.out


def test_the_status_for_machines_holds_the_same(small: Path, run: Run) -> None:
    make_fuzzy(small / ES, CRITICAL)
    ran = run(small, "status", "--json")
    found = ran.json
    assert ran.code == 0
    assert {(h["edition"], h["output"]) for h in found["held"]} == {
        ("ketamine es@US", "page"),
        ("ketamine es@US", "handout"),
    }
    assert found["held"][0]["reasons"][0]["code"] == "critical-fuzzy"
    assert len(found["rows"]) == 9, "the source text too"
    begun = [
        line
        for line in found["advice"]
        if line.endswith("is not yet published: no edition has this language")
    ]
    assert [line.split()[0] for line in begun] == [
        f"locale/{name}" for name in ("de", "fr", "hi", "zh_Hans")
    ]
    assert len(found["advice"]) == 3 + len(begun)
    assert errors(found["problems"]) == []


def test_status_builds_nothing(small: Path, run: Run) -> None:
    before = read_files(small)
    assert run(small, "status").code == 0
    assert read_files(small) == before


# --- build ---------------------------------------------------------------------------------------


def manifest(folder: Path) -> dict[tuple[str, str], dict[str, dict[str, object]]]:
    """(locale, region) -> outputs."""
    found = json.loads((folder / "dist" / "manifest.json").read_text("utf-8"))
    return {(e["locale"], e["region"]): e["outputs"] for e in found["editions"]}


def test_web_only_renders_pages_and_prints_nothing(small: Path, run: Run) -> None:
    ran = run(small, "build", "--web-only")
    assert ran.code == 0
    assert not list((small / "dist").rglob("*.pdf"))
    assert len(list((small / "dist").glob("*/*/ketamine/index.html"))) == 4
    states = {(o["page"]["state"], o["handout"]["state"]) for o in manifest(small).values()}
    assert states == {("ready", "off")}
    assert ran.out.splitlines()[-1].startswith("4 editions, ")


def test_the_first_build_says_that_it_found_nothing_to_protect(small: Path, run: Run) -> None:
    first, second, third = (
        run(small, "build", "--web-only", "--jobs", jobs) for jobs in ("1", "1", "2")
    )
    assert "note: no previous publication was found" in first.out
    assert "note:" not in second.out + third.out
    assert "nothing to do: 4 editions, " in second.out
    assert third.out == second.out


def test_a_row_counts_outputs_in_one_state_and_names_the_others(small: Path, run: Run) -> None:
    set_key(small / "source/publication.toml", "formats", '["handout", "key-facts", "card"]')
    make_fuzzy(small / ES, CRITICAL)
    shown = run(small, "build", "--web-only", "--jobs", "1").out
    assert re.search("^US +en +ketamine +100% +page ready, 3 off", shown, re.MULTILINE)
    assert re.search("^US +es +ketamine +9[0-9]% +all 4 held", shown, re.MULTILINE)


def test_a_broken_region_is_told_of_once(small: Path, run: Run) -> None:
    """With its line, by every command, and as the reason of what it holds."""
    number = line_of(small / "source/regions/GB.toml", "call = ")
    edit(small / "source/regions/GB.toml", 'call = "999"', 'call = "99x9"')
    for command in (("check",), ("build", "--web-only", "--jobs", "1")):
        told = [line for line in run(small, *command).err.splitlines() if "GB" in line]
        assert len(told) == 1
        assert told[0].startswith(f"source/regions/GB.toml:{number}: ")
    reasons = {
        (reason["path"], reason["line"])
        for each in json.loads((small / "dist/manifest.json").read_bytes())["editions"]
        if each["region"] == "GB"
        for reason in each["outputs"]["page"]["reasons"]
    }
    assert reasons == {("source/regions/GB.toml", number)}


def test_of_many_editions_those_that_wait_are_listed_first(
    small: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """6,000 rows would hide what a person has to do."""
    make_fuzzy(small / ES, CRITICAL)
    whole = run(small, "build", "--web-only", "--jobs", "1").out
    assert re.search("^US +en .*page ready", whole, re.MULTILINE)
    assert "--json tells of all" not in whole
    monkeypatch.setattr("ketapub.cli.publishing._ROWS", 2)
    shutil.rmtree(small / "dist")
    shown = run(small, "build", "--web-only", "--jobs", "1").out
    table, _, _ = shown.partition("\n\n")
    rows = table.splitlines()[1:]
    assert [row.split()[:2] for row in rows[:2]] == [["US", "es"], ["GB", "en"]]
    assert rows[2:] == ["and 2 more: --json tells of all"]


def test_print_only_with_one_edition_prints_one_handout_and_no_page(small: Path, run: Run) -> None:
    only = ("--print-only", "--locale", "es", "--region", "US", "--article", "ketamine")
    ran = run(small, "build", *only, "--format", "handout", "--jobs", "1")
    assert ran.code == 0, ran.err
    assert ran.out.endswith("2 handouts printed\n"), "the index of its pack, too"
    found = [p.relative_to(small).as_posix() for p in (small / "dist").rglob("*.pdf")]
    assert found == ["dist/us/es/ketamine/ketamine_us_es_handout.pdf"]
    assert not list((small / "dist").glob("*/*/ketamine/index.html"))
    assert set(manifest(small)) == {("en", "US"), ("es", "US"), ("en", "GB"), ("ar", "GB")}


def test_filters_may_be_repeated_and_written_with_an_underscore(small: Path, run: Run) -> None:
    set_editions(small, 'US = ["en", "es", "zh-Hans"]')
    names = ("--locale", "zh_Hans", "--locale", "es")
    assert run(small, "build", "--web-only", *names).code == 0
    states = {key[0]: outputs["page"]["state"] for key, outputs in manifest(small).items()}
    assert states == {"en": "off", "es": "ready", "zh-Hans": "ready"}


def test_a_build_for_machines_prints_one_json_value(small: Path, run: Run) -> None:
    make_fuzzy(small / ES, CRITICAL)
    ran = run(small, "build", "--web-only", "--json")
    assert ran.code == 0
    names = {"publication", "complete", "editions", "changed", "removed", "problems"}
    assert set(ran.json) == names
    assert ran.json["complete"] is False
    assert [e["outputs"]["page"]["state"] for e in ran.json["editions"]] == [
        "ready",
        "held",
        "ready",
        "ready",
    ]


def files(folder: Path) -> dict[str, object]:
    """What the manifest of a built project says of each file."""
    found: dict[str, object] = json.loads((folder / "dist/manifest.json").read_bytes())["files"]
    return found


def test_a_build_for_machines_lists_the_addresses_that_caches_must_forget(
    small: Path, run: Run
) -> None:
    """All of a first build; then what one changed text changes; what is published no more; nothing."""
    first = run(small, "build", "--web-only", "--json").json
    before = files(small)
    assert first["changed"] == sorted(before)
    assert first["removed"] == []
    settings = small / "source/publication.toml"
    set_key(settings, "contact", '"tell@health.test-site.net"')
    set_editions(small, 'US = ["en", "es"]\nGB = ["en"]')
    second = run(small, "build", "--web-only", "--json", "--allow-removals").json
    now = files(small)
    assert second["changed"] == sorted(p for p in now if now[p] != before.get(p))
    assert "us/es/ketamine/index.html" in second["changed"]
    assert not [path for path in second["changed"] if path.startswith("assets/")]
    assert second["removed"] == sorted(set(before) - set(now))
    assert "gb/ar/ketamine/index.html" in second["removed"]
    third = run(small, "build", "--web-only", "--json").json
    assert (third["changed"], third["removed"]) == ([], [])


def test_what_is_held_is_listed_and_is_code_0_or_with_strict_code_1(small: Path, run: Run) -> None:
    make_fuzzy(small / ES, CRITICAL)
    ran = run(small, "build", "--web-only")
    strict = run(small, "build", "--web-only", "--strict")
    assert (ran.code, strict.code) == (0, 1)
    assert re.search(r"(?m)^US +es .* page held, handout held", ran.out)
    for shown in (ran, strict):
        assert f"{ES}:{line_of(small / ES, CRITICAL)}: the critical message" in shown.out
        assert "\n  hint: compare it with the source" in shown.out
        assert "\n  holds: ketamine es@US (page, handout)\n" in shown.out
    assert (small / "dist/us/en/ketamine/index.html").is_file(), "all the rest is built"


def test_strict_counts_nothing_that_only_the_filters_left_out(
    small: Path, run: Run, published_pages: None
) -> None:
    ran = run(small, "build", "--web-only", "--strict", "--locale", "es")
    assert ran.code == 0
    assert "left out" not in ran.out


def test_the_date_is_the_day_for_which_helplines_are_chosen(small: Path, run: Run) -> None:
    edit(
        small / "source/regions/GB.toml",
        'id = "gb-frank"',
        'id = "gb-frank"\nretired = 2026-11-20\nreason = "gone"',
    )
    page = small / "dist/gb/ar/ketamine/index.html"
    assert run(small, "build", "--web-only", "--date", "2026-11-19").code == 0
    assert "0300 123 6600" in page.read_text("utf-8")
    assert run(small, "build", "--web-only", "--date", "2026-11-20").code == 0
    assert "0300 123 6600" not in page.read_text("utf-8")


def test_drafts_show_held_outputs_to_editors_and_nothing_else(small: Path, run: Run) -> None:
    make_fuzzy(small / ES, CRITICAL)
    ran = run(small, "build", "--web-only", "--draft")
    draft = small / ".ketapub" / "draft"
    pages = [p.relative_to(draft).as_posix() for p in draft.rglob("*.html")]
    assert ran.code == 0
    assert pages == ["us/es/ketamine/index.html"]
    assert f'<span lang="en" dir="ltr">{CRITICAL}</span>' in (draft / pages[0]).read_text("utf-8")
    assert "files are in .ketapub/draft/" in ran.out
    assert not (small / "dist/us/es/ketamine/index.html").exists()


def test_a_draft_that_is_no_longer_held_is_gone_from_the_drafts(small: Path, run: Run) -> None:
    original = (small / ES).read_bytes()
    make_fuzzy(small / ES, CRITICAL)
    run(small, "build", "--web-only", "--draft")
    (small / ES).write_bytes(original)
    run(small, "build", "--web-only", "--draft")
    assert read_files(small / ".ketapub" / "draft") == {}


def test_the_filters_hold_for_drafts_too(small: Path, run: Run) -> None:
    make_fuzzy(small / ES, CRITICAL)
    make_fuzzy(small / AR, CRITICAL)
    run(small, "build", "--web-only", "--draft", "--locale", "ar")
    pages = (small / ".ketapub" / "draft").rglob("*.html")
    assert [path.parts[-4:-2] for path in pages] == [("gb", "ar")]


# --- verify --------------------------------------------------------------------------------------


def test_verify_is_code_0_on_what_was_built_and_1_after_one_digit_changed(
    small: Path, run: Run
) -> None:
    run(small, "build", "--web-only")
    sound = run(small, "verify")
    assert sound.code == 0, sound.err
    assert "every number is the right one" in sound.out
    assert run(small, "verify", "--json").json == []
    edit(small / "dist/us/es/ketamine/index.html", ">1-800-662-4357<", ">1-800-662-4358<")
    broken = run(small, "verify")
    assert broken.code == 1
    assert "dist/us/es/ketamine/index.html:" in broken.err
    assert "1-800-662-4358" in broken.err
    assert re.search(r"^\d+ problems in \d+ pages and 0 handouts$", broken.out, re.MULTILINE)
    assert any(
        p["path"] == "dist/us/es/ketamine/index.html" for p in run(small, "verify", "--json").json
    )


def test_verify_accepts_a_kept_page_that_lacks_a_number_added_since(
    small: Path, run: Run, published_pages: None
) -> None:
    make_fuzzy(small / ES, CRITICAL)
    added = small / "source/regions/US.toml"
    edit(
        added,
        'keyword = "HOME"',
        'keyword = "HOME"\n\n  [[helpline.channel]]\n  kind = "voice"\n  dial = "1-800-222-1222"',
    )
    assert run(small, "build", "--web-only").code == 0
    assert manifest(small)["es", "US"]["page"]["state"] == "kept"
    ran = run(small, "verify")
    assert ran.code == 0, ran.err


# --- what people see -----------------------------------------------------------------------------


def on_a_terminal(folder: Path, **environment: str) -> bytes:
    """What `ketapub status` writes to a terminal."""
    main_end, other_end = pty.openpty()
    env = {k: v for k, v in os.environ.items() if k != "NO_COLOR"} | environment
    command = [sys.executable, "-m", "ketapub", "--project", str(folder), "status", *DAY]
    with subprocess.Popen(command, stdout=other_end, stderr=other_end, env=env) as process:
        os.close(other_end)
        found = b""
        while True:
            try:
                piece = os.read(main_end, 4096)
            except OSError:  # the other end is closed
                break
            if not piece:
                break
            found += piece
        process.wait(60)
    os.close(main_end)
    return found


def test_a_terminal_gets_colour_unless_no_color_is_set(small: Path) -> None:
    assert b"\x1b[1mlocale" in on_a_terminal(small)
    assert b"\x1b" in on_a_terminal(small, NO_COLOR=""), "an empty NO_COLOR means nothing"
    assert b"\x1b" not in on_a_terminal(small, NO_COLOR="1")


def test_what_is_not_a_terminal_gets_no_colour(small: Path, run: Run) -> None:
    (small / ES).write_text("msgid", "utf-8")
    ran = run(small, "build", "--web-only")
    assert ran.err
    assert "\x1b" not in ran.out + ran.err


@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize("command", [("--help",), ("status", "--json", *DAY)])
def test_a_reader_that_stops_reading_is_no_error(
    command: tuple[str, ...], unbuffered: str, project_folder: Path
) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    arguments = [sys.executable, "-m", "ketapub", "--project", str(project_folder), *command]
    env = {k: v for k, v in os.environ.items() if k != "PYTHONUNBUFFERED"}
    env |= {"PYTHONUNBUFFERED": unbuffered} if unbuffered else {}
    done = subprocess.run(arguments, stdout=writer, stderr=subprocess.PIPE, text=True, env=env)
    os.close(writer)
    assert (done.returncode, done.stderr) == (0, "")


def test_an_interrupted_build_is_code_130_and_leaves_what_stood(small: Path) -> None:
    assert start("--project", str(small), "build", *DAY, "--web-only").returncode == 0
    before = read_files(small / "dist")
    command = [sys.executable, "-m", "ketapub", "--project", str(small), "build", *DAY]

    # a background job of a shell starts with SIGINT ignored, and so would its children
    def listen() -> None:
        signal.signal(signal.SIGINT, signal.SIG_DFL)

    with subprocess.Popen(
        command, stdout=-1, stderr=-1, text=True, start_new_session=True, preexec_fn=listen
    ) as build:
        deadline = time.monotonic() + 60
        while not (small / ".ketapub" / "fonts.json").exists():  # about to print
            assert time.monotonic() < deadline
            time.sleep(0.05)
        time.sleep(0.5)
        build.send_signal(signal.SIGINT)
        _, err = build.communicate(timeout=60)
    assert build.returncode == 130, err
    assert err == "interrupted; what was published before stands unchanged\n"
    assert read_files(small / "dist") == before


# --- the machine: exit code 3 --------------------------------------------------------------------


def test_a_font_that_is_missing_is_code_3_and_all_pages_are_built(
    small: Path, run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    here_only = partial(find_fonts, folders=(tmp_path,))
    monkeypatch.setattr("ketapub.press.find_fonts", here_only)
    ran = run(small, "build")
    assert ran.code == 3
    assert "fonts-noto-core" in ran.err
    assert "Traceback" not in ran.err
    states = {(o["page"]["state"], o["handout"]["state"]) for o in manifest(small).values()}
    assert states == {("ready", "held")}


def drop_powers() -> None:
    """Make a root process obey permissions (PR_CAPBSET_DROP), in the program that it starts."""
    import ctypes

    libc = ctypes.CDLL(None)
    for capability in (1, 2):  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
        libc.prctl(24, capability, 0, 0, 0)


@pytest.mark.parametrize("command", ["extract", "update", "build"])
def test_a_read_only_project_is_code_3_without_a_traceback(command: str, small: Path) -> None:
    (small / "locale" / "ketamine.pot").write_text("old")
    day = (*DAY, "--web-only") if command == "build" else ()
    folders = [small, *(path for path in small.rglob("*") if path.is_dir())]
    for folder in folders:
        folder.chmod(0o555)
    try:
        ran = start("--project", str(small), command, *day, preexec_fn=drop_powers)
    finally:
        for folder in folders:
            folder.chmod(0o755)
    assert ran.returncode == 3, ran.stderr
    assert "Permission denied" in ran.stderr
    assert "hint:" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_an_error_of_the_system_that_nobody_foresaw_is_code_3_and_names_the_file(
    small: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device", "/somewhere/full")

    monkeypatch.setattr("ketapub.project.load_project", fail)
    ran = run(small, "check", "--json")
    assert ran.code == 3
    assert "/somewhere/full: No space left on device\n  hint:" in ran.err


# --- broken inputs: never a traceback ------------------------------------------------------------


def write(name: str, data: str | bytes) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data.encode() if isinstance(data, str) else data)

    return change


def append(name: str, data: str | bytes) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        more = data.encode() if isinstance(data, str) else data
        (folder / name).write_bytes((folder / name).read_bytes() + more)

    return change


def swap(name: str, old: str, new: str) -> Callable[[Path], None]:
    return lambda folder: edit(folder / name, old, new)


def cut(name: str, share: float) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        data = (folder / name).read_bytes()
        (folder / name).write_bytes(data[: int(len(data) * share)])

    return change


def delete(name: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        path = folder / name
        shutil.rmtree(path) if path.is_dir() else path.unlink()

    return change


def into_folder(name: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        (folder / name).unlink(missing_ok=True)
        (folder / name).mkdir(parents=True)

    return change


PUBLICATION = "source/publication.toml"
GB = "source/regions/GB.toml"
ARTICLE = "source/ketamine.md"
HELP = "templates/shared/help.html"
BASE = "templates/web/base.html"
NOT_UTF8 = "título".encode("latin-1")
ALL_BUILT, SOME_HELD, ALL_HELD, NOTHING = "all", "some", "all held", "nothing"

# what is broken, how, exit code of `build --web-only`, what its report names, how much is built
BROKEN = [
    ("publication: TOML", append(PUBLICATION, "[[["), 1, f"{PUBLICATION}:", NOTHING),
    ("publication: unknown key", swap(PUBLICATION, "contact", "contacts"), 1, f"{PUBLICATION}:", NOTHING),
    ("publication: encoding", append(PUBLICATION, NOT_UTF8), 1, f"{PUBLICATION}:", NOTHING),
    ("publication: language", swap(PUBLICATION, '"ar"', '"xx-Foo"'), 1, f"{PUBLICATION}:", NOTHING),
    ("publication: a list for a text", swap(PUBLICATION, 'title = "', 'title = ["x"] # "'), 1, f"{PUBLICATION}:", NOTHING),
    ("publication: no edition", lambda f: set_editions(f, ""), 1, f"{PUBLICATION}:", NOTHING),
    ("region: TOML", append(GB, "[[["), 1, f"{GB}:", SOME_HELD),
    ("region: unknown key", append(GB, "\nfax = 1\n"), 1, f"{GB}:", SOME_HELD),
    ("region: encoding", append(GB, NOT_UTF8), 1, f"{GB}:", SOME_HELD),
    ("region: no emergency", swap(GB, "[emergency]", "[emergencies]"), 1, GB, SOME_HELD),
    ("region: a number in a free text", swap(GB, 'cost_note = "', 'cost_note = "Or 0300 123 6600. '), 1, GB, SOME_HELD),
    ("region: a short number in a free text", swap(GB, 'cost_note = "', 'cost_note = "Or text 85258. '), 1, GB, SOME_HELD),
    ("region: missing", delete(GB), 1, GB, SOME_HELD),
    ("region: a folder", into_folder(GB), 1, GB, SOME_HELD),
    ("regions: no folder", delete("source/regions"), 1, "source/regions", ALL_HELD),
    ("deny-list: TOML", append("source/regions/retired.toml", "[[["), 1, "source/regions/retired.toml:", ALL_HELD),
    ("article: front matter", swap(ARTICLE, "+++\n\n## What", "\n\n## What"), 1, ARTICLE, ALL_HELD),
    ("article: TOML", swap(ARTICLE, "title = ", "title = = "), 1, f"{ARTICLE}:", ALL_HELD),
    ("article: encoding", append(ARTICLE, NOT_UTF8), 1, f"{ARTICLE}:", ALL_HELD),
    ("article: open mark", append(ARTICLE, "\n::: critical\ntext\n"), 1, f"{ARTICLE}:", ALL_HELD),
    ("article: a number", append(ARTICLE, "\nCall 1-800-662-4357.\n"), 1, f"{ARTICLE}:", ALL_HELD),
    ("article: a region without text", swap(ARTICLE, "::: region *", "::: region ZA"), 0, "", ALL_BUILT),
    ("article: name", write("source/Bad_Name.md", "text"), 1, "source/Bad_Name.md: ", ALL_BUILT),
    ("article: none", delete(ARTICLE), 0, "", ALL_HELD),
    ("article: a folder", into_folder(ARTICLE), 1, ARTICLE, ALL_HELD),
    ("catalog: encoding", append(ES, b'\nmsgid "' + NOT_UTF8 + b'"\nmsgstr ""\n'), 1, f"{ES}:", SOME_HELD),
    ("catalog: cut off", cut(ES, 0.5), 1, f"{ES}:", SOME_HELD),
    ("catalog: rubbish", write(ES, "<html>no catalog</html>"), 1, f"{ES}:", SOME_HELD),
    ("catalog: empty", write(ES, ""), 0, "", SOME_HELD),
    ("catalog: a folder", into_folder(ES), 0, "", SOME_HELD),
    ("catalog: conflict", swap(ES, '\nmsgid "What', '\n<<<<<<< ours\nmsgid "What'), 1, f"{ES}:", ALL_BUILT),
    ("catalog: nul bytes", write(ES, b"\0" * 4096), 1, f"{ES}:", SOME_HELD),
    ("reviews: rubbish", append("locale/es/reviews.txt", "me, today\n"), 1, "locale/es/reviews.txt:", ALL_BUILT),
    ("reviews: encoding", append("locale/es/reviews.txt", NOT_UTF8), 1, "locale/es/reviews.txt:", ALL_BUILT),
    ("template: syntax", append(HELP, "{% if %}"), 1, f"{HELP}:", NOTHING),
    ("template: unknown value", swap(BASE, "{{ language.tag }}", "{{ tongue.tag }}"), 1, "tongue", NOTHING),
    ("template: arithmetic", swap(BASE, "<body>", "<body>{{ 1 // 0 }}"), 1, "cannot be rendered", NOTHING),
    ("template: lacks a value", swap(BASE, '_("Skip to the text")', '_("Skip to {where}")'), 1, "cannot be rendered", NOTHING),
    ("template: encoding", append(HELP, NOT_UTF8), 1, f"{HELP}:", NOTHING),
    ("template: old form", append(HELP, "{% trans %}x{% endtrans %}"), 1, f"{HELP}:", NOTHING),
    ("template: a number", append(BASE, '{{ _("Call 1-800-662-4357") }}'), 1, f"{BASE}:", NOTHING),
    ("style: encoding", append("templates/web/page.css", NOT_UTF8), 1, "templates/web/page.css:", NOTHING),
    ("manifest: no JSON", write("dist/manifest.json", "{"), 1, "dist/manifest.json: it cannot be used", NOTHING),
    ("manifest: not UTF-8", write("dist/manifest.json", b'{"schema": "' + NOT_UTF8), 1, "dist/manifest.json", NOTHING),
    ("manifest: a list", write("dist/manifest.json", "[]"), 1, "dist/manifest.json: it cannot be used", NOTHING),
    ("manifest: another schema", write("dist/manifest.json", '{"schema": 2}'), 1, "dist/manifest.json: it cannot", NOTHING),
    ("manifest: wrong types", write("dist/manifest.json", '{"schema": 1, "editions": [{}]}'), 1, "$.editions[0]", NOTHING),
    ("manifest: leads out", write("dist/manifest.json", '{"schema": 1, "files": {"../x": {"sha256": "", "size": 1}}}'), 1, "“../x”", NOTHING),
    ("versions: odd mark", write("dist/versions.json", '{"schema": 1, "versions": {"../..": {"article": "a", "locale": "es", "region": "US", "output": "page", "page": "x", "numbers": []}}}'), 1, "“../..”", NOTHING),
    ("dist: a file", write("dist", "not a folder"), 3, "dist: this is not a folder", NOTHING),
    ("state: a file", write(".ketapub", "not a folder"), 3, ".ketapub", NOTHING),
]  # fmt: skip


@pytest.fixture
def smallest(small: Path) -> Path:
    """The small project without the languages that it has no edition in."""
    for path in (small / "locale").glob("*/LC_MESSAGES"):
        if path.parent.name not in {"es", "ar"}:
            shutil.rmtree(path.parent)
    return small


@pytest.mark.parametrize(
    ("change", "code", "named", "left", "turn"),
    [pytest.param(*row[1:], number % 2, id=row[0]) for number, row in enumerate(BROKEN)],
)
def test_broken_inputs_are_named_and_cost_only_what_depends_on_them(
    change: Callable[[Path], None],
    code: int,
    named: str,
    left: str,
    turn: int,
    smallest: Path,
    run: Run,
) -> None:
    """What a command says for people and for machines is asked in turn, from fault to fault."""
    change(smallest)
    before = read_files(smallest / "dist") if (smallest / "dist").is_dir() else None
    build = run(smallest, "build", "--web-only")
    pages = len(list((smallest / "dist").glob("*/*/ketamine/index.html")))
    assert build.code == code, build.err
    assert named in build.err
    assert code == 0 or "\n  hint: " in build.err
    assert {ALL_BUILT: pages == 4, SOME_HELD: 0 < pages < 4}.get(left, pages == 0), pages
    assert (smallest / "dist/index.html").is_file() == (left != NOTHING)
    if left == NOTHING and before is not None:
        assert read_files(smallest / "dist") == before
    for command in (("check", "status")[turn], "extract", "verify"):
        ran = run(smallest, command)
        assert ran.code in {0, 1, 2, 3}, command
    for command in (("status", "check")[turn], "build"):
        options = ("--web-only",) if command == "build" else ()
        assert json.dumps(run(smallest, command, "--json", *options).json), command
    assert run(smallest, "update").code in {0, 1, 3}
