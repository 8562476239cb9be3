"""`ketapub fonts` and `ketapub proof`: what prints each language, and what all sheets look like."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

import pytest
from PIL import Image

from ketapub.build import Report
from ketapub.errors import KetapubError
from ketapub.fonts import FAMILIES, FontFamily, find_fonts
from ketapub.handout import PrintTask
from ketapub.pool import Printed
from ketapub.proof import contact_sheet
from project_edits import set_editions
from project_runs import Ran, Stub

Run = Callable[..., Ran]
RED, GREEN = (200, 0, 0), (0, 120, 0)


def pdf(*sides: tuple[int, int, int], size: tuple[int, int] = (210, 297)) -> bytes:
    """Sides of one colour each."""
    data = io.BytesIO()
    first, *rest = (Image.new("RGB", size, colour) for colour in sides)
    first.save(data, "PDF", save_all=True, append_images=rest)
    return data.getvalue()


def colours(png: bytes) -> list[tuple[int, int, int]]:
    """Which of the two colours stand in a picture, from left to right along its middle."""
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    row = [picture.getpixel((x, picture.height // 2)) for x in range(picture.width)]
    near = [c for c in row for mine in (RED, GREEN) if _near(c, mine)]
    found = [RED if _near(c, RED) else GREEN for c in near]
    return [c for i, c in enumerate(found) if i == 0 or c != found[i - 1]]


def _near(one: object, two: tuple[int, int, int]) -> bool:
    assert isinstance(one, tuple)
    return all(abs(a - b) < 40 for a, b in zip(one, two, strict=True))


def test_the_picture_shows_the_first_side_of_each_sheet_in_the_order_given() -> None:
    sheets = [("a", pdf(RED, GREEN)), ("b", pdf(GREEN)), ("c", pdf(RED, size=(297, 210)))]
    assert colours(contact_sheet(sheets)) == [RED, GREEN, RED]


def test_a_sheet_that_cannot_be_read_is_named() -> None:
    with pytest.raises(KetapubError, match="es@US"):
        contact_sheet([("ketamine es@US", b"%PDF nothing")])


def test_proof_writes_a_picture_of_each_format(
    small: Path,
    printer: Stub,
    rebuild: Callable[..., Report],
    run: Run,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    def red(tasks: Sequence[PrintTask], *_: object) -> Iterator[Printed]:
        for task in tasks:
            yield Printed(task, pdf(RED))

    monkeypatch.setattr("ketapub.press.print_all", red)
    rebuild(small)
    ran = run(small, "proof")
    path = small / ".ketapub/proof/handout.png"
    assert (ran.code, ran.out) == (0, f"{path.as_posix()}: 4 sheets\n")
    assert colours(path.read_bytes()) == [RED]
    assert run(small, "proof", "--out", str(tmp_path / "look")).code == 0
    assert (tmp_path / "look/handout.png").read_bytes() == path.read_bytes()


def test_proof_without_sheets_says_what_to_run(small: Path, run: Run) -> None:
    ran = run(small, "proof")
    assert ran.code == 2
    assert "ketapub build" in ran.err


def test_fonts_tells_the_family_of_each_language_and_every_script(small: Path, run: Run) -> None:
    told = run(small, "fonts", "--json").json
    families = {row["language"]: row["family"] for row in told["languages"]}
    assert families["ar"] == "Noto Sans Arabic"
    assert set(told["scripts"]) == set(FAMILIES)
    for row in told["languages"]:
        assert row["folder"] == "" or Path(row["folder"]).is_dir()


def test_a_family_that_is_not_there_is_named_with_what_to_install(
    small: Path, run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    latin: FontFamily = FAMILIES["Latn"]
    for name in latin.files:
        (tmp_path / name).touch()
    alone = partial(find_fonts, folders=(tmp_path,))
    monkeypatch.setattr("ketapub.fonts.find_fonts", alone)
    ran = run(small, "fonts")
    assert ran.code == 3
    lines = {line.split()[0]: line for line in ran.out.splitlines() if line}
    assert "MISSING: fonts-noto-core" in lines["ar"]
    assert str(tmp_path) in lines["en"]
    assert "scripts covered: Cyrl, Grek, Latn\n" in ran.out
    assert "signs missing, which every sheet needs: Noto Sans Math, Noto Sans Symbols2" in ran.out
    assert "sudo apt install fonts-noto-cjk fonts-noto-core" in ran.out


def test_what_khmer_lao_and_burmese_need_is_told(
    small: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ketapub.line_breaks.find_spec", lambda name: None)
    ran = run(small, "fonts")
    assert ran.code == 0, "no language of this publication needs it"
    assert "pip install 'ketapub[breaks]'" in ran.out
    set_editions(small, 'US = ["en", "km"]')
    assert run(small, "fonts").code == 3
