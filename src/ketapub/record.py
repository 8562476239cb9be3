"""Turn an edition into `content.json`: its texts, helplines and state as data for other programs.

Its schema is `content.schema.json` in the package. Readers ignore keys they do not know.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from ketapub.article import Article
from ketapub.edition import PAGE, Address, Edition, Listed, embed_paths
from ketapub.fragment import PREFIX, portable
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
_OF_PLACE = "place "
"""Before the names of the members that a place fills in."""


def mould_record(place: Iterable[str], *members: Members) -> Mould:
    """The records that these members make together: JSON as we publish it (`site.dump`).

    Open are the members of a place too: `place` names those that `place_members` gives, among others.
    """
    found = {n.removeprefix(_OF_PLACE): slot(n) for n in place if n.startswith(_OF_PLACE)}
    found |= {name: value for own in members for name, value in own.items()}
    lines = ",\n".join(f' "{name}": {found[name]}' for name in sorted(found))
    return Mould(f"{{\n{lines}\n}}\n")


def _members(values: Mapping[str, Any]) -> Members:
    return {name: _json(value) for name, value in values.items()}


def _json(value: Any) -> str:
    data = msgspec.json.format(msgspec.json.encode(value, order="sorted"), indent=1)
    return data.decode().replace("\n", "\n ")


def open_json(text: str) -> str:
    """A text as it stands between the quotation marks of JSON: what fills a hole there."""
    return msgspec.json.encode(text).decode()[1:-1]


def place_members(frame: Frame, listed: Listed, help_: Help, view: HelpView) -> Members:
    """What all records of a place say, as it fills the mould of a record."""
    where = listed.address
    members = _members(
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
    return {f"{_OF_PLACE}{name}": value for name, value in members.items()}


def edition_members(frame: Frame, listed: Listed, languages: Sequence[Language]) -> Members:
    """What the records of an article in one language say, of withdrawn ones too.

    `languages`: those in which it is published. Open are the `region`, and its `handouts` as JSON.
    """
    where = Address(listed.address.slug, hole("region"), listed.address.language)
    page = where.path(PAGE)
    links = {
        "page": _link(frame, page),
        "fragment": _link(frame, embed_paths(page)[0]),
        "style": _link(frame, frame.fragment_style),
        "choose": _link(frame, chooser_path(where.language, where.slug)),
        "handouts": hole("handouts"),
    }
    values = {
        "state": "withdrawn",
        "article": where.slug,
        "title": listed.title or frame.publication.title,
        "title_locale": listed.title_tag,
        "links": links,
        "languages": [
            {
                "locale": language.tag,
                "name": language.own_name,
                "content": _link(frame, f"{where.region}/{language.segment}/{where.slug}/{RECORD}"),
            }
            for language in languages
        ],
    }
    members = _members(values)
    links_json = members["links"].replace(f'"{hole("handouts")}"', slot("handouts"))
    return members | {"links": links_json}


def text_members(
    frame: Frame, edition: Edition, article: Article, view: EditionView, words: Words, body: str
) -> Members:
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
    return _members(values)


def write_handouts(frame: Frame, edition: Edition, sizes: Mapping[str, int]) -> str:
    """JSON of the handouts of an edition that have a size in bytes, by path, as it stands in its links."""
    handouts = [
        {"format": output.name, "file": _link(frame, output.path), "size": sizes[output.path]}
        for output in edition.outputs
        if output.name != PAGE and output.published and output.path in sizes
    ]
    return _json(handouts).replace("\n", "\n ") if handouts else "[]"


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
