"""A country's name on paper is recognized in the order in which its script is printed."""

from __future__ import annotations

import io

import pypdfium2
import pytest

from ketapub.audit.glyphs import read_page
from ketapub.audit.names import is_named
from ketapub.language import parse_language, territory_name

from .conftest import PRINT_CSS, make_pdf

TAGS = ["en", "ar", "fa", "he", "hi", "ne", "th", "zh-Hans", "ru", "vi"]


def printed(tag: str, text: str, *services: str) -> bool:
    """Whether the United States are named on a sheet that says this text."""
    language = parse_language(tag)
    html = (
        f'<html lang="{tag}" dir="{language.direction}"><title>x</title><style>{PRINT_CSS}'
        f"p {{ width: 40mm }}</style><p>{text}</p></html>"
    )
    document = pypdfium2.PdfDocument(io.BytesIO(make_pdf(html)))
    page = read_page(document[0])
    return is_named(territory_name("US", tag), page.stretches, language, services)


@pytest.mark.parametrize("tag", TAGS)
def test_a_printed_name_is_found(tag: str) -> None:
    assert printed(tag, territory_name("US", tag))


@pytest.mark.parametrize("tag", TAGS)
def test_a_name_broken_over_lines_in_small_print_is_found(tag: str) -> None:
    words = territory_name("US", tag).replace(" ", "<br>")
    assert printed(tag, f"{territory_name('DE', tag)}: <small>{words}</small>")


@pytest.mark.parametrize("tag", TAGS)
def test_another_country_is_not_it(tag: str) -> None:
    assert not printed(tag, f"{territory_name('DE', tag)}, {territory_name('GB', tag)}")


@pytest.mark.parametrize("tag", TAGS)
def test_a_country_in_the_name_of_a_helpline_is_not_named_by_it(tag: str) -> None:
    service = f"{territory_name('DE', tag)} {territory_name('US', tag)}"
    assert printed(tag, service)
    assert not printed(tag, service, service)
    assert printed(tag, f"{service}: {territory_name('US', tag)}", service)
