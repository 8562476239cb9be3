"""Turn the messages of a domain into its template, the `.pot` catalog that translators start from.

Nothing in it changes unless a message does: no date, no line numbers, no other message's text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from ketapub.catalog.quoting import write_comment, write_fields
from ketapub.message import Key, Message, unite

SEGMENTATION = "1"
"""Version of the rules that cut an article into messages."""
SEGMENTATION_FIELD = "X-Ketapub-Segmentation"
"""Header field that tells it."""
BRACES = "python-brace-format"
"""The flag by which msgfmt and translators' tools check `{name}` placeholders."""
_PLACEHOLDER = re.compile(r"\{[A-Za-z_][A-Za-z0-9_]*\}")


def render_template(domain: str, messages: Sequence[Message], title: str) -> str:
    """The text of `locale/<domain>.pot`; `title` says what the domain is, for translators."""
    header = write_comment("#", f"Template of the catalogs of: {' '.join(title.split())}")
    header += "#, fuzzy\n" + render_header(domain)
    return "\n".join([header, *map(render_message, distinct(messages))])


def render_catalog(
    domain: str,
    messages: Sequence[Message],
    language: str,
    plural_forms: str,
    texts: Mapping[Key, Sequence[str]],
) -> str:
    """The text of a catalog with these translations, of a language as gettext spells it."""
    header = render_header(domain, language, plural_forms)
    entries = [render_message(m, msgstr=texts[m.key]) for m in distinct(messages)]
    return "\n".join([header, *entries])


def render_header(domain: str, language: str = "", plural_forms: str = "") -> str:
    """The header entry."""
    fields = header_fields(domain, language, plural_forms)
    return write_fields(None, "", "", ["".join(f"{line}\n" for line in fields.values())])


def header_fields(domain: str, language: str, plural_forms: str) -> dict[str, str]:
    """The lines of a header by name. Date and empty fields are for translators' tools to fill in."""
    fields = {
        "Project-Id-Version": domain,
        "PO-Revision-Date": "YEAR-MO-DA HO:MI+ZONE",
        "Last-Translator": "",
        "Language-Team": "",
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
    }
    if plural_forms:
        fields["Plural-Forms"] = plural_forms
    fields[SEGMENTATION_FIELD] = SEGMENTATION
    return {name: f"{name}: {value}" for name, value in fields.items()}


def render_message(message: Message, nplurals: int = 2, msgstr: Sequence[str] = ()) -> str:
    """The entry of a message, without translation unless one is given."""
    head = render_extracted(message) + render_references(message)
    if holds_braces(message):
        head += f"#, {BRACES}\n"
    forms = ("",) * nplurals if message.msgid_plural else ("",)
    return head + write_message(message, msgstr or forms)


def write_message(message: Message, msgstr: Sequence[str]) -> str:
    """The fields of a message with this translation."""
    return write_fields(message.msgctxt or None, message.msgid, message.msgid_plural, msgstr)


def extracted_lines(message: Message) -> tuple[str, ...]:
    """The extracted comment: what the message is, whether it is critical, then the notes."""
    return _extracted_lines(message.kind or "text", message.critical, message.notes)


@lru_cache(maxsize=1 << 12)  # the same in every language
def _extracted_lines(kind: str, critical: bool, notes: tuple[str, ...]) -> tuple[str, ...]:
    lines = [f"CRITICAL: {kind}" if critical else kind]
    for note in notes:
        lines += note.splitlines()
    return tuple(line.strip() for line in lines)


def render_extracted(message: Message) -> str:
    """The `#.` lines."""
    return "".join(write_comment("#.", line) for line in extracted_lines(message))


def render_references(message: Message) -> str:
    """The `#:` lines, a file on each. A name with a space stands between isolates, for gettext."""
    return "".join(
        write_comment("#:", f"\u2068{path}\u2069" if " " in path else path)
        for path in message.paths
    )


def holds_braces(message: Message) -> bool:
    """Whether `python-brace-format` suits it: a `{name}` in it, and no brace of another sort.

    (With another brace in the msgid, msgfmt either gives up or asks for nonsense.)
    """
    text = message.msgid + message.msgid_plural
    rest, found = _PLACEHOLDER.subn("", text)
    return bool(found) and "{" not in rest and "}" not in rest


def distinct(messages: Iterable[Message]) -> tuple[Message, ...]:
    """The messages that get an entry, each once; one without text would be a second header."""
    return unite(message for message in messages if message.msgid)
