"""What counts as a telephone number in a text, and what does not."""

from __future__ import annotations

import pytest

from ketapub.audit.scan import clean, find_numbers, mark_numbers

KNOWN = frozenset(("911", "988", "112", "000", "1933", "3114", "116123", "131114", "18006624357"))

NUMBERS = [
    ("Call 911 now", "911"),
    ("1-800-662-4357", "18006624357"),
    ("1.800.662.4357", "18006624357"),
    ("8 (00) 662-43-57", "8006624357"),
    ("116\N{NO-BREAK SPACE}123", "116123"),
    ("13.11.14", "131114"),
    ("24/7: 0800 123 4567", "08001234567"),
    ("9-1-1", "911"),
    ("9 1 1", "911"),
    ("9\N{ZERO WIDTH SPACE}1\N{SOFT HYPHEN}1", "911"),
    ("٩١١", "911"),
    ("९८८", "988"),
    ("９１１", "911"),
    ("9️⃣1️⃣1️⃣", "911"),
    ("١٨٠٠-٦٦٢-٤٣٥٧", "18006624357"),
    ("拨打911。", "911"),
    ("call 000", "000"),
    ("appelez le 112 l’urgence", "112"),
]
NO_NUMBERS = [
    "2025-05-02",
    "2025-05-02T10:00:00Z",
    "02.05.2025",
    "2 May 2025",
    "2021\N{EN DASH}2025",
    "2025-05",
    "09:30 \N{EN DASH} 17:30",
    "09.30\N{EN DASH}17.30",
    "24/7",
    "since 1933 it",
    "sheet 1 of 2 · 7KQ2MZ",
    "10 000 people",
    "112 mg",
    "PDF, 112\N{NO-BREAK SPACE}kB",
    "€112",
    "112 %",
    "3114.fr",
    "988lifeline.org",
    "1,234,567",
    "deadbeef12345678",
]


@pytest.mark.parametrize(("text", "number"), NUMBERS)
def test_a_number_is_found_however_it_is_written(text: str, number: str) -> None:
    assert [found.digits for found in find_numbers(clean(text), KNOWN)] == [number]


@pytest.mark.parametrize("text", NO_NUMBERS)
def test_dates_times_years_and_measures_are_no_numbers(text: str) -> None:
    assert find_numbers(clean(text), KNOWN) == ()


@pytest.mark.parametrize("text", ["0911", "2-911", "+44 911", "911.50", "*911"])
def test_a_number_inside_a_longer_one_is_not_recognized(text: str) -> None:
    assert mark_numbers(text, ["911"]) == text


def test_the_longest_number_is_recognized_first() -> None:
    assert mark_numbers("112 112", ["112", "112 112"]).count("\ufffc") == 1
