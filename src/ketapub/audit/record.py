"""Turn an edition's `content.json` into Problems about the numbers that other programs show from it.

Data says what a number is: also a short wrong one, which looks like any other digits in a text, is
known by standing where one to dial belongs.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from ketapub.audit.data import json_texts
from ketapub.audit.markup import plain
from ketapub.audit.place import Place, lacking_numbers
from ketapub.audit.scan import clean, printed_numbers
from ketapub.errors import Problem


def check_record(text: str, path: str, place: Place) -> Iterator[Problem]:
    """Whether each number to dial is one of its place's, with its own link, and all are there.

    Numbers to dial are those under the key `dial`, each item of `numbers`, and the words of links
    in markup. Nothing for a text that is not JSON: `check_json` tells.
    """
    try:
        record = json.loads(text)
    except ValueError:
        return
    texts = list(json_texts(record))
    ways = [(str(way["dial"]), str(way.get("href", ""))) for way in _ways(record)]
    listed = [(value, "") for key, value in texts if key == "numbers"]
    linked = [pair for _, value in texts if "<" in value for pair in _links(value)]
    for dial, uri in (*ways, *listed, *linked):
        if dial not in place.allowed:
            message = f"“{dial}” is no number that {place.region} prints here"
            hint = "numbers come from region files only; build again"
            yield Problem(path, 0, message, hint, code="audit-number")
        elif uri and (dial, uri) not in place.links:
            message = f"the link of “{dial}” leads to {uri}"
            hint = "a number's link is its own digits, `tel:` to call and `sms:` to text"
            yield Problem(path, 0, message, hint, code="audit-link")
    printed = Counter(dial for dial, _ in ways)
    if not ways:  # a record that has the numbers in its markup alone
        said = "\n".join(re.sub(r"<[^>]*>", "\n", value) for _, value in texts)
        printed = printed_numbers(clean(said), place.allowed)
    yield from lacking_numbers(path, place, printed)


def _ways(value: Any) -> Iterator[dict[str, Any]]:
    """Every object that says what to dial."""
    if isinstance(value, dict):
        if "dial" in value:
            yield value
        value = list(value.values())
    for each in value if isinstance(value, list) else ():
        yield from _ways(each)


def _links(markup: str) -> Iterator[tuple[str, str]]:
    """(words, address) of each link that dials."""
    from lxml.html import fragment_fromstring

    for link in fragment_fromstring(markup, create_parent="div").iter("a"):
        href = (link.get("href") or "").strip()
        if href.lower().startswith(("tel:", "sms:")):
            yield plain(link.text_content()), href
