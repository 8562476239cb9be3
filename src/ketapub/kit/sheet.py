"""Turn items into a review sheet: one HTML page that needs nothing else, for screen and paper."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from ketapub.catalog import count_words
from ketapub.kit.inline import Part, cut_inline
from ketapub.kit.item import Item, State
from ketapub.language import Language, language_name
from ketapub.templates import environment, render

STATES: Mapping[State, str] = {
    "new": "Not translated yet",
    "changed": "The source has changed",
    "failing": "Fails a check",
    "draft": "Machine draft: no person has checked it",
    "done": "Translated",
}

CHOICES: Mapping[bool, Sequence[tuple[str, str]]] = {
    False: (("right", "Right"), ("change", "Change to"), ("unsafe", "Unsafe")),
    True: (("change", "Translate"),),
}
"""The verdicts on a translation, or on none; the first are what `receive` reads."""


def write_sheet(
    items: Sequence[Item],
    titles: Mapping[str, str],
    source: Language,
    target: Language,
    templates: Mapping[str, Path],
    contact: str,
    file: str,
) -> bytes:
    """The page; `titles` says what each domain is, `file` names the table that it saves."""
    env = environment({n: p for n, p in templates.items() if n.startswith(("kit/", "tokens"))})
    numbered = list(enumerate(items, start=1))
    sections = [
        {"title": titles[domain], "rows": [_row(number, item) for number, item in rows]}
        for domain, rows in groupby(numbered, key=lambda each: each[1].domain)
    ]
    first = next(iter(titles.values()))
    words = sum(count_words(item.message) for item in items)
    context = {
        "title": first, "source": source, "target": target, "sections": sections,
        "target_name": language_name(target.tag, "en"), "rows": len(items), "words": words,
        "choices": CHOICES,
        "contact": contact, "file": file, "marked": _marked,
    }  # fmt: skip
    return render(env, "kit/sheet.html", context).encode()


def _row(number: int, item: Item) -> dict[str, Any]:
    markdown = item.message.syntax == "markdown"
    forms = zip(item.names, item.sources, item.entry.msgstr, strict=True)
    previous = item.entry.previous if item.state == "changed" else None
    return {
        "number": number,
        "domain": item.domain,
        "kind": item.message.kind or "text",
        "place": item.place,
        "critical": item.message.critical,
        "blank": item.entry.blank,
        "state": STATES[item.state],
        "settled": item.state in ("draft", "done"),
        "before": previous[1] if previous else "",
        "fails": [reason.message for reason in item.reasons],
        "notes": " ".join(item.message.notes),
        "forms": [
            {
                "name": name, "source": source, "text": text,
                "source_parts": cut_inline(source, markdown), "parts": cut_inline(text, markdown),
            }
            for name, source, text in forms
        ],
    }  # fmt: skip


def _marked(parts: Iterable[Part]) -> Any:
    """The parts as HTML, codes set apart; each keeps its own direction."""
    from markupsafe import Markup, escape

    def pieces() -> Iterator[Any]:
        for part in parts:
            if isinstance(part, str):
                yield escape(part)
            else:
                yield Markup('<bdi class="mark" dir="ltr">{}</bdi>').format(part.text)

    return Markup().join(pieces())
