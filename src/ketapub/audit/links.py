"""Turn the addresses in a file into Problems where they lead nowhere or load from elsewhere."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from ketapub.errors import Problem

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_NOT_FILES = ("tel:", "sms:", "mailto:", "data:")
_ADDRESSES = ("href", "xlink:href", "src", "poster", "data", "action", "formaction", "background")
_CSS_ADDRESS = re.compile(r"""(?:url\(\s*|@import\s+)["']?([^"')\s]+)""", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Link:
    """An address in a file that leads to another file or a part of one."""

    line: int
    url: str
    loads: bool
    """The browser fetches it by itself, without the reader's click."""


def find_links(root: HtmlElement) -> Iterator[Link]:
    """Every address of a file, as far as it leads to another one."""
    for element in root.iter("*"):
        line = int(element.sourceline or 0)
        for name, value in element.attrib.items():
            if name == "srcset":
                for candidate in value.split(","):
                    yield Link(line, candidate.split()[0] if candidate.split() else "", loads=True)
            elif name == "style":
                for url in find_css_addresses(value):
                    yield Link(line, url, loads=True)
            elif name in _ADDRESSES:
                if not value.strip().lower().startswith(_NOT_FILES):
                    yield Link(line, value.strip(), loads=_loads(element, name))
            elif name == "content" and (element.get("http-equiv") or "").lower() == "refresh":
                target = value.partition("=")[2].strip(" '\"")
                yield Link(line, target, loads=False)
        if element.tag == "style":
            for url in find_css_addresses(element.text or ""):
                yield Link(line, url, loads=True)


def find_css_addresses(css: str) -> tuple[str, ...]:
    """What a style sheet loads."""
    found = (match[1] for match in _CSS_ADDRESS.finditer(css))
    return tuple(url for url in found if not url.lower().startswith(_NOT_FILES))


def check_link(
    link: Link, path: str, name: str, ids: Mapping[str, frozenset[str]], files: frozenset[str]
) -> Problem | None:
    """Whether an address in the file `path` leads to a file and part that exist in `dist/`.

    `name` is what messages call the file; `ids` holds the parts of every HTML file. Addresses of
    other sites are not opened, but a browser may not load anything from them.
    """
    try:
        url = urlsplit(link.url)
    except ValueError:
        return _broken(link, name, "is not an address", "correct it")
    if url.scheme or url.netloc:
        if link.loads:
            hint = "put the file into the publication's own assets"
            return _broken(link, name, "would be loaded from another site", hint)
        return None
    target = resolve(path, unquote(url.path), files)
    if target is None:
        return _broken(link, name, "leads out of the publication", "keep links inside dist/")
    if target not in files:
        return _broken(link, name, "leads to a file that does not exist", "build again, or mend it")
    fragment = unquote(url.fragment)
    if fragment and target in ids and fragment not in ids[target] and fragment != "top":
        hint = f"give something in {target} this id, or mend the link"
        return _broken(link, name, f"leads to a place that {target} does not have", hint)
    return None


def is_chooser(path: str, url: str) -> bool:
    """Whether an address in the file `path` is that of a choice of countries: the front page, or
    the one of a language or an article below `choose/`."""
    target = posixpath.normpath(posixpath.join(posixpath.dirname(path), url.partition("#")[0]))
    return target in (".", "index.html") or target.startswith("choose/")


def resolve(path: str, address: str, files: frozenset[str]) -> str | None:
    """The file that an address in `path` means; None when it lies outside of the web root."""
    if not address:
        return path
    base = "" if address.startswith("/") else posixpath.dirname(path)
    target = posixpath.normpath(posixpath.join(base, address.lstrip("/")))
    if target == ".." or target.startswith("../"):
        return None
    if target in files:
        return target
    return "index.html" if target == "." else f"{target}/index.html"


def _broken(link: Link, name: str, what: str, hint: str) -> Problem:
    return Problem(name, link.line, f"the address “{link.url}” {what}", hint, code="audit-link")


def _loads(element: HtmlElement, attribute: str) -> bool:
    if element.tag == "link":
        rel = frozenset(element.get("rel", "").lower().split())
        return not rel <= frozenset(("canonical", "alternate", "license", "author", "help"))
    return element.tag not in ("a", "area", "form", "base") or attribute not in ("href", "action")
