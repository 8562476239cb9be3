"""Turn an edition into `content.json`: its texts, helplines and state as data for other programs.

Its schema is `content.schema.json` in the package. Readers ignore keys they do not know.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ketapub.edition import PAGE, Edition, Listed
from ketapub.fragment import PREFIX, fragment_path, portable
from ketapub.page import Frame, chooser_path
from ketapub.region import Help, Line
from ketapub.view import LICENCE_ADDRESS, ChannelView, HelpView, LineView, Shown, clinicians

_NOTICES = ("translation_notice", "partial_notice", "clinician_notice")


def record_path(listed: Listed) -> str:
    """Where the record of an edition stands below `dist/`."""
    return f"{listed.address.folder}/content.json"


def help_record(
    frame: Frame, listed: Listed, help_: Help, view: HelpView, siblings: Sequence[Listed]
) -> dict[str, Any]:
    """What every record says, that of a withdrawn edition too: whose it is, and help.

    `siblings`: this article here in every published language.
    """
    where = listed.address
    return {
        "schema": 1,
        "state": "withdrawn",
        "article": where.slug,
        "region": where.region,
        "locale": where.language.tag,
        "direction": where.language.direction,
        "title": listed.title or frame.publication.title,
        "title_locale": listed.title_tag,
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
        "languages": [
            {
                "locale": each.address.language.tag,
                "name": each.address.language.own_name,
                "content": _link(frame, record_path(each)),
            }
            for each in siblings
        ],
        "links": {
            "page": _link(frame, where.path(PAGE)),
            "fragment": _link(frame, fragment_path(listed)),
            "style": _link(frame, frame.fragment_style),
            "choose": _link(frame, chooser_path(where.language, where.slug)),
            "handouts": [],
        },
        "licence": LICENCE_ADDRESS,
        "contact": frame.publication.contact,
    }


def text_record(frame: Frame, shown: Shown) -> dict[str, Any]:
    """What the record of a ready edition says beyond help, but for body and handouts."""
    from markupsafe import Markup

    edition, view = shown.edition, shown.text
    front, language = shown.article.front, edition.language
    names, checked = clinicians(edition, shown.article)
    notices = frame.env.get_template("shared/notices.html").module
    said = (str(getattr(notices, name)(view, shown.words)).strip() for name in _NOTICES)
    return {
        "state": "ready",
        "mark": edition.output(PAGE).mark,
        "summary": str(view.summary.striptags()),
        "alert": portable(str(view.alert), language),
        "sections": [
            {
                "id": PREFIX + section.id,
                "title": str(Markup(section.title).striptags()),  # noqa: S704  from tokens
            }
            for section in view.sections
        ],
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
