"""Turn an edition into `content.json`: its texts, helplines and state as data for other programs.

Its schema is `content.schema.json` in the package. Readers ignore keys they do not know.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from ketapub.article import Article
from ketapub.edition import PAGE, Edition, Listed
from ketapub.fragment import PREFIX, fragment_path, portable
from ketapub.language import Language
from ketapub.mould import Mould, hole, slot
from ketapub.page import Frame, chooser_path
from ketapub.region import Help, Line
from ketapub.templates import Words
from ketapub.view import (
    LICENCE_ADDRESS,
    ChannelView,
    EditionView,
    HelpView,
    LineView,
    clinicians,
)

_NOTICES = ("translation_notice", "partial_notice", "clinician_notice")


RECORD = "content.json"
"""Its name, beside the page."""


def record_path(listed: Listed) -> str:
    """Where the record of an edition stands below `dist/`."""
    return f"{listed.address.folder}/{RECORD}"


Members = dict[str, str]
"""JSON of each value by its key, as it stands in the record: what many records share is made once."""


def write_record(*members: Members) -> str:
    """The record that these make together: JSON as we publish it (`site.dump`)."""
    found = {name: value for own in members for name, value in own.items()}
    lines = ",\n".join(f' "{name}": {found[name]}' for name in sorted(found))
    return f"{{\n{lines}\n}}\n"


def _members(values: Mapping[str, Any]) -> Members:
    return {name: _json(value) for name, value in values.items()}


def _json(value: Any) -> str:
    data = msgspec.json.format(msgspec.json.encode(value, order="sorted"), indent=1)
    return data.decode().replace("\n", "\n ")


def open_json(text: str) -> str:
    """A text as it stands between the quotation marks of JSON: what fills a hole there."""
    return msgspec.json.encode(text).decode()[1:-1]


def place_members(frame: Frame, listed: Listed, help_: Help, view: HelpView) -> Members:
    """What all records of a place say."""
    where = listed.address
    return _members(
        {
            "schema": 1,
            "region": where.region,
            "locale": where.language.tag,
            "direction": where.language.direction,
            "place": view.place_text,
            "emergency": {
                "call": _channel(view.call),
                "also": [_channel(also) for also in view.also],
            },
            "helplines": [
                _helpline(line, shown) for line, shown in zip(help_.lines, view.lines, strict=True)
            ],
            "numbers": list(help_.numbers),
            "numbers_as_of": help_.as_of,
            "numbers_checked": help_.checked,
            "licence": LICENCE_ADDRESS,
            "contact": frame.publication.contact,
        }
    )


def edition_members(
    frame: Frame, listed: Listed, handouts: Sequence[Any], languages: Mould
) -> Members:
    """What the record of one edition alone says, that of a withdrawn one too.

    `handouts`: its `handout_links`; `languages`: `mould_languages` of its article.
    """
    where = listed.address
    links = {
        "page": _link(frame, where.path(PAGE)),
        "fragment": _link(frame, fragment_path(listed)),
        "style": _link(frame, frame.fragment_style),
        "choose": _link(frame, chooser_path(where.language, where.slug)),
        "handouts": handouts,
    }
    values = {
        "state": "withdrawn",
        "article": where.slug,
        "title": listed.title or frame.publication.title,
        "title_locale": listed.title_tag,
        "links": links,
    }
    return _members(values) | {"languages": languages.fill({"region": where.region.lower()})}


def mould_languages(frame: Frame, slug: str, languages: Sequence[Language]) -> Mould:
    """An article in each language that it is published in; the `region` is open."""
    shown = [
        {
            "locale": language.tag,
            "name": language.own_name,
            "content": _link(frame, f"{hole('region')}/{language.segment}/{slug}/{RECORD}"),
        }
        for language in languages
    ]
    return Mould(_json(shown))


def text_members(
    frame: Frame, edition: Edition, article: Article, view: EditionView, words: Words, body: str
) -> dict[str, Mould]:
    """What the records of editions that read the same tell of their text.

    `body` in portable markup. Open are `emergency`, the number in portable markup, and its `dial`, both
    as `open_json`, and the `mark`.
    """
    from markupsafe import Markup

    front, language = article.front, edition.language
    names, checked = clinicians(edition, article)
    notices = frame.env.get_template("shared/notices.html").module
    said = (str(getattr(notices, name)(view, words)).strip() for name in _NOTICES)
    number, dial = slot("emergency"), hole("dial")
    sections = [
        {
            "id": PREFIX + section.id,
            "title": str(Markup(section.title.replace(number, dial)).striptags()),  # noqa: S704
        }
        for section in view.sections
    ]
    values = {
        "state": "ready",
        "mark": hole("mark"),
        "summary": str(view.summary.striptags()),
        "alert": portable(str(view.alert), language).replace(number, hole("emergency")),
        "body": body.replace(number, hole("emergency")),
        "sections": sections,
        "updated": front.updated.isoformat(),
        "byline": front.byline,
        "credit": front.credit,
        "discreet": front.discreet,
        "review": {
            "translation": edition.reviewed,
            "clinician": ", ".join(names),
            "clinician_on": checked.isoformat() if checked else "",
            "notices": [portable(text, language) for text in said if text],
        },
    }
    return {name: Mould(value) for name, value in _members(values).items()}


def handout_links(frame: Frame, edition: Edition, sizes: Mapping[str, int]) -> list[Any]:
    """The handouts of an edition that have a size in bytes, by path."""
    return [
        {"format": output.name, "file": _link(frame, output.path), "size": sizes[output.path]}
        for output in edition.outputs
        if output.name != PAGE and output.published and output.path in sizes
    ]


def _link(frame: Frame, path: str) -> str:
    """Absolute where the publication has an address, else below the web root."""
    return frame.publication.address + path


def _helpline(line: Line, shown: LineView) -> dict[str, Any]:
    return {
        "id": line.helpline.id,
        "kind": shown.kind,
        "name": shown.name,
        "name_locale": shown.name_lang,
        "channels": [_channel(channel) for channel in shown.channels],
        "facts": list(shown.facts),
        "url": shown.url,
    }


def _channel(channel: ChannelView) -> dict[str, str]:
    found = {
        "kind": channel.kind,
        "dial": channel.dial,
        "href": channel.href,
        "keyword": channel.keyword,
        "label": channel.label,
        "hours": channel.hours,
    }
    return {key: value for key, value in found.items() if value}
