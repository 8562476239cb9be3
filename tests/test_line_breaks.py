"""Where the lines of a sheet may end, and where they must not."""

from __future__ import annotations

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ketapub.errors import MachineError
from ketapub.line_breaks import NO_BREAK, ZERO_WIDTH, set_lines


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Take 10 mg, wait 2 h.", "Take 10_mg, wait 2_h."),
        ("5 % of 10 000 people", "5_% of 10_000 people"),
        ("0,20 € pro Anruf", "0,20_€ pro Anruf"),
        ("24 घंटे", "24_घंटे"),
        ("每天 24 小时。", "每天 24_小时。"),
        ("10 мг воды", "10_мг воды"),
        ("§ 5, n° 3, Nr. 7", "§_5, n°_3, Nr._7"),
        ("Qui a parlé ? Lui : « oui » !", "Qui a parlé_? Lui_: «_oui_»_!"),
        ("911 people called", "911 people called"),
        ("a: b; c! d?", "a: b; c! d?"),
    ],
)
def test_numbers_keep_their_units_and_french_marks_their_words(text: str, kept: str) -> None:
    assert set_lines(f"<p>{text}</p>") == f"<p>{kept.replace('_', NO_BREAK)}</p>"


def test_a_number_stays_as_it_is_dialled() -> None:
    """It is kept on one line by its style; copied off the sheet, it must hold plain spaces."""
    html = '<bdi dir="ltr"><a href="tel:116123">116 123</a></bdi> <bdi dir="ltr">116 123</bdi>'
    assert set_lines(html) == html


def test_nothing_changes_within_the_tags() -> None:
    html = '<style>a { margin: 10 mm }</style><title>5 h</title><p title="10 mg">x</p>'
    assert set_lines(html) == html


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("ទឹកសម្រាប់អ្នក", "ទឹក_សម្រាប់_អ្នក"),
        ("ຢ່າໃຊ້ຄົນດຽວ", "ຢ່າ_ໃຊ້_ຄົນດຽວ"),
        ("ရေသောက်ပါ", "ရေသောက်_ပါ"),
        ("ดื่มน้ำ ไม่ใช่เหล้า", "ดื่มน้ำ ไม่ใช่เหล้า"),
    ],
    ids=["km", "lo", "my", "th"],
)
def test_words_of_khmer_lao_and_burmese_are_told_apart(text: str, words: str) -> None:
    """The renderer would set a whole sentence on one line; Thai it knows itself."""
    assert set_lines(f"<b>{text}</b>") == f"<b>{words.replace('_', ZERO_WIDTH)}</b>"


def test_without_their_dictionary_the_message_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "icu4py.breakers", None)
    with pytest.raises(MachineError, match="pip install 'ketapub\\[breaks\\]'"):
        set_lines("<p>ទឹកសម្រាប់អ្នក</p>")
    assert set_lines("<p>water</p>") == "<p>water</p>"


@given(st.text(alphabet="ab1 %:;!?«»§ <>/pទឹក", max_size=40))
def test_only_spaces_ever_change(text: str) -> None:
    made = set_lines(text)
    assert made.replace(NO_BREAK, " ").replace(ZERO_WIDTH, "") == text
