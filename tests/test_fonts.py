"""Scripts find their families, files, private fontconfig and style rules."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from ketapub import fonts
from ketapub.errors import MachineError

INSTALLED = Path("/usr/share/fonts/truetype/noto").is_dir()
needs_fonts = pytest.mark.skipif(not INSTALLED, reason="the Noto fonts are not installed")


def make_files(folder: Path, family: fonts.FontFamily, content: bytes = b"font") -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name in family.files:
        (folder / name).write_bytes(content)


@needs_fonts
def test_every_family_has_its_name_in_its_files() -> None:
    """The name in the table is the one in the files: a wrong one would fall back silently."""
    from fontTools.ttLib import TTCollection, TTFont

    families = tuple(dict.fromkeys((*fonts.FAMILIES.values(), *fonts.SIGNS)))
    places = {font.name: font.path for font in fonts.find_fonts(families)}
    for family in families:
        for name in family.files:
            if name.endswith(".ttc"):
                with TTCollection(places[name], lazy=True) as collection:
                    found = {face["name"].getDebugName(n) for face in collection for n in (1, 16)}
            else:
                with TTFont(places[name], lazy=True) as face:
                    found = {face["name"].getDebugName(n) for n in (1, 16)}
            assert family.name in found, name


def test_missing_family_is_an_error_naming_the_package(tmp_path: Path) -> None:
    """A family that is not installed is named with its files and the package to install."""
    make_files(tmp_path, fonts.BASE)
    with pytest.raises(MachineError) as caught:
        fonts.find_fonts((fonts.BASE, fonts.FAMILIES["Hans"]), folders=(tmp_path,))
    (problem,) = caught.value.problems
    assert problem.path == "Noto Sans CJK SC"
    assert "NotoSansCJK-Bold.ttc" in problem.message
    assert "fonts-noto-cjk" in problem.hint


def test_incomplete_family_is_missing(tmp_path: Path) -> None:
    """A family without its bold file would set every warning in regular."""
    make_files(tmp_path, fonts.BASE)
    (tmp_path / "NotoSans-Bold.ttf").unlink()
    with pytest.raises(MachineError, match=r"NotoSans-Bold\.ttf not found"):
        fonts.find_fonts((fonts.BASE,), folders=(tmp_path,))


def test_a_projects_own_folder_comes_first(tmp_path: Path) -> None:
    """Files in the extra folder win over the system's."""
    make_files(tmp_path / "system" / "deep", fonts.BASE)
    make_files(tmp_path / "own", fonts.BASE)
    found = fonts.find_fonts((fonts.BASE,), tmp_path / "own", (tmp_path / "system",))
    assert {font.path.parent for font in found} == {tmp_path / "own"}
    assert [font.name for font in found] == sorted(fonts.BASE.files)


def test_an_unknown_script_is_an_error_with_its_remedy() -> None:
    """A language of a script without a family cannot be printed."""
    with pytest.raises(MachineError, match="no font family is known for the script Egyp"):
        fonts.families([("egy", "Egyp")])


def test_urdu_reads_nastaliq_and_arabic_does_not() -> None:
    """The same script code, two families."""
    assert fonts.family_for("ur-PK", "Arab").name == "Noto Nastaliq Urdu"
    assert fonts.family_for("ar", "Arab").name == "Noto Sans Arabic"


def found_in(folder: Path) -> tuple[fonts.FontFile, ...]:
    return fonts.find_fonts((fonts.BASE,), folders=(folder,))


def test_the_same_files_give_the_same_configuration(tmp_path: Path) -> None:
    """A second call makes nothing; a changed file makes a new place, as fontconfig caches."""
    make_files(tmp_path / "fonts", fonts.BASE)
    first = fonts.private_fontconfig(found_in(tmp_path / "fonts"), tmp_path / "private")
    assert fonts.private_fontconfig(found_in(tmp_path / "fonts"), tmp_path / "private") == first
    assert {path.name for path in (first.parent / "files").iterdir()} == {*fonts.BASE.files}
    make_files(tmp_path / "fonts", fonts.BASE, b"other")
    assert fonts.private_fontconfig(found_in(tmp_path / "fonts"), tmp_path / "private") != first


def test_files_are_copied_where_links_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some disks know no symbolic links."""
    make_files(tmp_path / "fonts", fonts.BASE)

    def refuse(self: Path, target: Path) -> None:
        raise OSError("no links here")

    monkeypatch.setattr(Path, "symlink_to", refuse)
    conf = fonts.private_fontconfig(found_in(tmp_path / "fonts"), tmp_path / "private")
    assert (conf.parent / "files" / "NotoSans-Bold.ttf").read_bytes() == b"font"


@needs_fonts
@pytest.mark.skipif(shutil.which("fc-match") is None, reason="fontconfig's tools are missing")
def test_fontconfig_sees_these_families_alone_and_urdu_in_both_weights(tmp_path: Path) -> None:
    """Debian's bold Nastaliq calls itself regular; without the rule it would set all Urdu bold."""
    wanted = fonts.families([("ur", "Arab")])
    conf = fonts.private_fontconfig(fonts.find_fonts(wanted), tmp_path)
    environment = {**os.environ, "FONTCONFIG_FILE": str(conf)}

    def ask(*command: str) -> str:
        return subprocess.run(
            command, env=environment, capture_output=True, text=True, check=True
        ).stdout

    assert {*ask("fc-list", "-f", "%{family[0]}\n").split("\n")} - {""} == {
        family.name for family in wanted
    }
    for weight in ("Regular", "Bold"):
        query = f"Noto Nastaliq Urdu:{weight.lower()}"
        assert ask("fc-match", "-f", "%{file}", query).endswith(f"NotoNastaliqUrdu-{weight}.ttf")


def test_digests_are_remembered_until_a_file_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An unchanged 20 MB collection is not read again; a changed one is; a broken cache is."""
    make_files(tmp_path, fonts.BASE)
    cache = tmp_path / "digests.json"
    first = fonts.font_digests(found_in(tmp_path), cache)
    read: list[Path] = []

    def count(path: Path) -> bytes:
        read.append(path)
        return path.read_bytes()

    monkeypatch.setattr(fonts, "read_bytes", count)
    assert fonts.font_digests(found_in(tmp_path), cache) == first
    assert read == []
    (tmp_path / "NotoSans-Bold.ttf").write_bytes(b"newer")
    second = fonts.font_digests(found_in(tmp_path), cache)
    assert [path.name for path in read] == ["NotoSans-Bold.ttf"]
    assert {name for name in first if first[name] != second[name]} == {"NotoSans-Bold.ttf"}
    cache.write_text("[broken")
    assert fonts.font_digests(found_in(tmp_path), cache) == second


def test_rules_name_a_family_for_each_language_longer_tags_last() -> None:
    """`zh-Hant` must win over `zh`, which its attribute selector matches too."""
    css = fonts.families_css([("zh-Hant", "Hant"), ("zh", "Hans"), ("ur", "Arab")])
    assert css.index('[lang|="zh"]') < css.index('[lang|="zh-Hant"]')
    assert '[lang|="ur"] { --family: "Noto Nastaliq Urdu"' in css
    assert css == fonts.families_css([("ur", "Arab"), ("zh", "Hans"), ("zh-Hant", "Hant")])


def test_families_that_share_a_file_are_gathered_once(tmp_path: Path) -> None:
    """Korean and Traditional Chinese come from one collection of faces."""
    found = fonts.find_fonts(fonts.families([("ko", "Kore")]))
    found += fonts.find_fonts(fonts.families([("zh-Hant", "Hant")]))
    names = [font.name for font in found]
    assert len(names) > len(set(names))
    conf = fonts.private_fontconfig(found, tmp_path)
    assert {path.name for path in (conf.parent / "files").iterdir()} == set(names)
