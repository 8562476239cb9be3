"""Page templates: what is extracted, and that a fault in one is named with its line."""

from __future__ import annotations

from pathlib import Path

import pytest
from markupsafe import Markup

from ketapub.errors import KetapubError
from ketapub.language import parse_language
from ketapub.message import Message
from ketapub.templates import (
    CRITICAL,
    PAGE_FILES,
    Words,
    css_content,
    environment,
    find_templates,
    render,
    surface_messages,
    template_messages,
)


def made(tmp_path: Path, text: str, name: str = "web/x.html") -> dict[str, Path]:
    path = tmp_path / "templates" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return {name: path}


class Known:
    """Translations by msgid."""

    def __init__(self, **texts: str) -> None:
        self.texts = texts

    def current(self, message: Message) -> tuple[str, ...] | None:
        found = self.texts.get(message.msgid)
        return (found,) if found else None


def words(tag: str = "ar", **texts: str) -> Words:
    known = Known(**texts)
    return Words(parse_language(tag), parse_language("en"), known, known)


# --- extraction ----------------------------------------------------------------------------------


def test_messages_are_found_once_with_their_notes_and_files(tmp_path: Path) -> None:
    files = made(tmp_path, '{# NOTE: on a button #}{{ _("Go") }}\n{{ plain("Stop") }}{{ _("Go") }}')
    go, stop = template_messages(files)
    assert (go.msgid, go.notes, go.paths, go.line, go.kind) == (
        "Go",
        ("on a button",),
        ("templates/web/x.html",),
        1,
        "page",
    )
    assert (stop.msgid, stop.line) == ("Stop", 2)


def test_plurals_and_contexts_are_extracted(tmp_path: Path) -> None:
    text = '{{ ngettext("{n} sheet", "{n} sheets", 2) }}{{ pgettext("verb", "Call") }}'
    plural, verb, *_ = template_messages(made(tmp_path, text))
    assert (plural.msgid, plural.msgid_plural) == ("{n} sheet", "{n} sheets")
    assert (verb.msgctxt, verb.msgid) == ("verb", "Call")


def test_every_message_of_help_and_notices_is_critical_and_of_other_templates_none(
    root: Path,
) -> None:
    files = find_templates(root)
    for message in template_messages(files):
        names = {path.removeprefix("templates/") for path in message.paths}
        assert message.critical == bool(names & {*CRITICAL}), message.msgid
    assert set(CRITICAL) <= set(files)


def test_a_surface_shows_its_own_and_the_shared_templates(tmp_path: Path) -> None:
    files = {}
    for name in ("shared/a.html", "web/b.html", "print/c.html", "print/e.html", "site/d.html"):
        files |= made(tmp_path, f'{{{{ _("{name}") }}}}', name)
    messages = template_messages(files)
    sheet = ("shared/", "print/c.")
    page, print_ = ({m.msgid for m in surface_messages(messages, s)} for s in (PAGE_FILES, sheet))
    assert page == {"shared/a.html", "web/b.html"}
    assert print_ == {"shared/a.html", "print/c.html"}


def test_the_templates_of_a_project_win_one_by_one(tmp_path: Path, root: Path) -> None:
    own = made(tmp_path, "mine", "web/place.html")
    found = find_templates(tmp_path)
    assert found["web/place.html"] == own["web/place.html"]
    assert found["web/page.html"].is_relative_to(root)
    assert list(found) == sorted(found)


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ('{{ _("a") }}\n{% if %}', 2, "Expected an expression"),
        ("a\n\n{% trans %}b{% endtrans %}", 3, "an old form of translation"),
        ('{{ _("Call %(number)s") }}', 1, "an old form of translation"),
    ],
)
def test_a_fault_is_named_with_its_line_at_extraction(
    text: str, line: int, message: str, tmp_path: Path
) -> None:
    with pytest.raises(KetapubError) as raised:
        template_messages(made(tmp_path, text))
    problem = raised.value.problems[0]
    assert (problem.path, problem.line) == ("templates/web/x.html", line)
    assert message in problem.message
    assert problem.hint


def test_every_faulty_template_is_named_at_once(tmp_path: Path) -> None:
    files = made(tmp_path, "{% if %}", "web/a.html") | made(tmp_path, "{% for %}", "web/b.html")
    with pytest.raises(KetapubError) as raised:
        template_messages(files)
    assert [problem.path for problem in raised.value.problems] == [
        "templates/web/a.html",
        "templates/web/b.html",
    ]


# --- rendering -----------------------------------------------------------------------------------


def rendered(tmp_path: Path, text: str, **values: object) -> str:
    return render(environment(made(tmp_path, text)), "web/x.html", values)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{{ nobody }}", "'nobody' is undefined"),
        ("{{ value.nothing }}", "has no attribute"),
        ("{{ 1 // 0 }}", "division"),
        ("{{ value + 1 }}", "can only concatenate"),
        ('{% include "web/none.html" %}', "web/none.html"),
        ('{{ _("Call {number}") }}', "number"),
        ("{{ [][3] }}", "no element 3"),
        ("{{ ''.center('x') }}", "integer"),
    ],
)
def test_whatever_goes_wrong_in_a_template_is_a_problem_of_the_template(
    text: str, why: str, tmp_path: Path
) -> None:
    with pytest.raises(KetapubError) as raised:
        rendered(tmp_path, text, value="text", _=words())
    (problem,) = raised.value.problems
    assert problem.path == "templates/web/x.html"
    assert problem.message.startswith("cannot be rendered: ")
    assert why in problem.message
    assert problem.hint == "mend this page template"


def test_values_are_escaped_and_a_translation_cannot_bring_markup(tmp_path: Path) -> None:
    """Law 10."""
    bad = "<script>alert(1)</script>"
    text = rendered(tmp_path, '{{ value }}{{ _("Hello") }}', value=bad, _=words(Hello=bad))
    assert "<script>" not in text
    assert text.count("&lt;script&gt;") == 2


def test_a_value_in_a_translation_is_escaped_unless_it_is_markup(tmp_path: Path) -> None:
    say = words(**{"Call {number}": "Llame {number}"})
    assert say("Call {number}", number="<b>") == "Llame &lt;b&gt;"
    assert say("Call {number}", number=Markup("<b>1</b>")) == "Llame <b>1</b>"


def test_a_word_without_a_translation_stands_in_a_span_of_the_source_language() -> None:
    """Law 4."""
    assert words()("Call {number}", number=1) == '<span lang="en" dir="ltr">Call 1</span>'
    assert words("en")("Call {number}", number=1) == "Call 1"


def test_optional_words_are_left_out_where_there_is_no_translation() -> None:
    """Law 11."""
    assert words().optional("Tells you where to go.") == ""
    assert words(**{"A b": "c"}).optional("A b") == "c"
    assert words().optional("") == ""


@pytest.mark.parametrize(
    "text", ['a" } body { x', "a\\", "a\nb", "</style>", "“{number}” / {total}", "٣ {number}"]
)
def test_text_in_css_content_cannot_end_its_string_or_the_style(text: str) -> None:
    content = str(css_content(text))
    outside = content.split('"')[::2]
    assert all(set(part.split()) <= {"counter(page)", "counter(pages)"} for part in outside), (
        content
    )
    assert "<" not in content
    assert "\n" not in content
    assert ("counter(page)" in content) == ("{number}" in text)
