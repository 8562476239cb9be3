"""Turn page templates into their messages, and into a Jinja environment that renders them.

A project's own `templates/` overrides ketapub's file by file.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from ketapub.errors import KetapubError, Problem
from ketapub.files import package_folder, read_text
from ketapub.language import Language
from ketapub.localize import Lookup
from ketapub.message import Message, unite
from ketapub.print_format import PrintFormat

CRITICAL = ("shared/help.html", "shared/notices.html", "site/recall_text.html")
"""Page templates of which every message is critical: callout, helpline card, notices, recalls."""

PAGE_FILES = ("shared/", "web/")
"""Beginnings of the names of the page templates that make a page; `site/` stands around it."""

_KEYWORDS = {"_": None, "text": None, "plain": None, "pgettext": ((1, "c"), 2), "ngettext": (1, 2)}
_NAME = re.compile(r"\{(\w+)\}")
_OLD_STYLE = re.compile(r"\{%-?\s*trans\b|%\(\w+\)s")


def find_templates(project: Path) -> dict[str, Path]:
    """Template name -> file, the project's own before ketapub's, sorted by name."""
    found: dict[str, Path] = {}
    for folder in (package_folder("templates"), project / "templates"):
        for path in sorted(folder.rglob("*")):
            if path.suffix in {".html", ".css", ".js", ".svg", ".png", ".toml"} and path.is_file():
                found[path.relative_to(folder).as_posix()] = path
    return dict(sorted(found.items()))


def template_messages(files: Mapping[str, Path]) -> tuple[Message, ...]:
    """Every message of the page templates, each once, in the order of file names.

    Raises KetapubError for `{% trans %}` and `%(name)s`: all domains use `{name}` only.
    """
    from jinja2 import TemplateSyntaxError

    messages: list[Message] = []
    problems: list[Problem] = []
    for name, path in files.items():
        if path.suffix != ".html":
            continue
        shown = f"templates/{name}"
        text = read_text(path, shown)
        for number, line in enumerate(text.splitlines(), start=1):
            if _OLD_STYLE.search(line):
                hint = 'call _("...") with {name} placeholders'
                problems.append(Problem(shown, number, "an old form of translation", hint))
        try:
            found = _extract(text)
        except TemplateSyntaxError as error:
            where = Problem(shown, error.lineno, str(error.message), "mend this page template")
            problems.append(where)
            continue
        for line_number, texts, comments, context in found:
            msgid, plural = texts if isinstance(texts, tuple) else (texts, "")
            messages.append(
                Message(
                    msgid=msgid,
                    msgctxt=context or "",
                    msgid_plural=plural or "",
                    kind="page" if not name.startswith("print/") else "sheet",
                    notes=tuple(comments),
                    critical=name in CRITICAL,
                    paths=(shown,),
                    line=line_number,
                )
            )
    if problems:
        raise KetapubError(*problems)
    return unite(messages)


@lru_cache(maxsize=1 << 9)  # a process that builds again reads the same text again
def _extract(text: str) -> tuple[tuple[int, Any, list[str], str | None], ...]:
    """Babel's (line, msgids, comments, context) of each message in a page template."""
    from babel.messages.extract import extract
    from jinja2.ext import babel_extract

    method: Any = babel_extract  # Babel and Jinja spell the same types differently
    options = {"silent": "false"}  # a syntax error is none of a template without messages
    stream = io.BytesIO(text.encode())
    return tuple(extract(method, stream, _KEYWORDS, ("NOTE:",), options, strip_comment_tags=True))


def format_messages(formats: Iterable[PrintFormat]) -> tuple[Message, ...]:
    """The names of print formats."""
    return tuple(
        Message(msgid=f.label, kind="name of a format", paths=(f"templates/print/{f.name}.toml",))
        for f in formats
    )


def surface_messages(messages: Iterable[Message], files: Iterable[str]) -> tuple[Message, ...]:
    """The messages that page templates whose names begin so can show (PAGE_FILES)."""
    paths = tuple(f"templates/{name}" for name in files)
    return tuple(m for m in messages if any(path.startswith(paths) for path in m.paths))


class Words:
    """The fixed words of page templates and helplines in one language.

    Called with a msgid it gives safe HTML; a word without a current translation stands in the
    source language, in a span with its own `lang` and `dir` (law 4).
    """

    def __init__(
        self, language: Language, source: Language, templates: Lookup, helplines: Lookup
    ) -> None:
        self.language = language
        self.source = source
        self._templates = templates
        self._helplines = helplines
        self._parts: dict[str, tuple[str, ...]] = {}
        self._said: dict[str, str | None] = {}

    def __call__(self, msgid: str, **values: object) -> Any:
        """A template's message as Markup, `values` filled in and escaped."""
        from markupsafe import Markup, escape

        parts = self._parts.get(msgid)
        if parts is None:  # most words stand on every page again
            parts = self._parts[msgid] = self._cut(msgid)
        if len(parts) == 1:
            return Markup(parts[0])  # noqa: S704  escaped when it was cut
        # a value that the template forgot is an error
        filled = (escape(values[p]) if n % 2 else p for n, p in enumerate(parts))
        return Markup("".join(filled))  # noqa: S704  escaped, each part and each value

    def _cut(self, msgid: str) -> tuple[str, ...]:
        """A message's HTML, text and names of values in turn."""
        from markupsafe import escape

        found = self._templates.current(Message(msgid=msgid))
        html = str(escape(found[0] if found else msgid))
        if found is None and self.language.tag != self.source.tag:
            html = f'<span lang="{self.source.tag}" dir="{self.source.direction}">{html}</span>'
        return tuple(_NAME.split(html))

    def text(self, msgid: str) -> str:
        """A template's message as plain text, placeholders left open."""
        found = self._templates.current(Message(msgid=msgid))
        return found[0] if found else msgid

    def helpline(self, msgid: str) -> str:
        """A fixed word about helplines as plain text, placeholders left open."""
        found = self._of_helplines(msgid)
        return msgid if found is None else found

    def optional(self, msgid: str) -> str:
        """Free text about a helpline, empty where there is no current translation (law 11)."""
        return (self._of_helplines(msgid) or "") if msgid else ""

    def _of_helplines(self, msgid: str) -> str | None:
        if msgid not in self._said:
            found = self._helplines.current(Message(msgid=msgid))
            self._said[msgid] = found[0] if found else None
        return self._said[msgid]


Wording = Callable[[Language], Words]
"""The fixed words of a language."""


def read_template(files: Mapping[str, Path], *names: str) -> str:
    """Templates or style sheets as one text; later ones win."""
    return "\n".join(read_text(files[name], f"templates/{name}") for name in names)


def environment(files: Mapping[str, Path]) -> Any:
    """A Jinja environment over these files: autoescape on, unknown names are errors."""
    import jinja2

    texts = {
        name: read_text(path, f"templates/{name}")
        for name, path in files.items()
        if path.suffix != ".png"
    }
    env = jinja2.Environment(
        loader=jinja2.DictLoader(texts),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        keep_trailing_newline=True,
        bytecode_cache=_compiled(),
        auto_reload=False,  # these texts do not change
        cache_size=-1,  # nor are there so many that one could be too much
    )
    env.filters["css_content"] = css_content
    made: dict[tuple[str, object], Any] = {}

    def once(macro: Any, value: object) -> Any:
        """What a macro makes of a value, where it depends on nothing else: made once for all pages."""
        if (macro.name, value) not in made:
            made[macro.name, value] = macro(value)
        return made[macro.name, value]

    env.globals["once"] = once
    env.filters["unlink"] = unlink
    return env


@cache
def _compiled() -> Any:
    """Page templates that this process has compiled, by name and text: each once, in all builds."""
    import jinja2

    class Compiled(jinja2.BytecodeCache):
        def __init__(self) -> None:
            self.codes: dict[tuple[str, str], Any] = {}

        def load_bytecode(self, bucket: Any) -> None:
            bucket.code = self.codes.get((bucket.key, bucket.checksum))

        def dump_bytecode(self, bucket: Any) -> None:
            self.codes[bucket.key, bucket.checksum] = bucket.code

    return Compiled()


def unlink(html: Any) -> Any:
    """HTML without its links, for copies that are not read aloud (ISO 14289-1, 7.18.5)."""
    from markupsafe import Markup

    return Markup(re.sub(r"</?a\b[^>]*>", "", str(html)))  # noqa: S704  only less than it was


def css_content(text: str, number: str = "counter(page)", total: str = "counter(pages)") -> Any:
    """ "Sheet {number} of {total}" as the value of the CSS property `content`, safe in <style>.

    For margin boxes, which are made when the pages are: elsewhere `counter(pages)` costs more layouts.
    """
    from markupsafe import Markup

    parts = []
    for part in re.split(r"(\{number\}|\{total\})", text):
        if part == "{number}":
            parts.append(number)
        elif part == "{total}":
            parts.append(total)
        elif part:
            safe = "".join(c if c.isalnum() or c == " " else f"\\{ord(c):x} " for c in part)
            parts.append(f'"{safe}"')
    return Markup(" ".join(parts))  # noqa: S704  each part is escaped for CSS


def render(env: Any, name: str, context: Mapping[str, object]) -> str:
    """One page template with its values; a fault in it becomes a KetapubError with its line."""
    import jinja2

    try:
        return str(env.get_template(name).render(context))
    except jinja2.TemplateSyntaxError as error:
        where = Problem(
            f"templates/{error.name or name}",
            error.lineno,
            str(error.message),
            "mend this page template",
        )
        raise KetapubError(where) from error
    except (jinja2.TemplateError, ArithmeticError, LookupError, TypeError, ValueError) as error:
        why = f"cannot be rendered: {error or type(error).__name__}"
        where = Problem(f"templates/{name}", 0, why, "mend this page template")
        raise KetapubError(where) from error
