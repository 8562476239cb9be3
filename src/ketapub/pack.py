"""Turn a region's handouts into one ZIP that staff can sort, with a READ-ME of what it replaces."""

from __future__ import annotations

import contextlib
import io
import re
import unicodedata
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ketapub.edition import PAGE, Listed, Output
from ketapub.language import language_name
from ketapub.pack_index import NAME as INDEX
from ketapub.page import Frame, is_hidden
from ketapub.plain_text import to_text
from ketapub.previous import Version
from ketapub.site import place_text
from ketapub.templates import Words, render

READ_ME = "READ-ME.txt"
UNREVIEWED = "Unreviewed"
"""Folder of the translations that lack a review."""
PRINT_ALL = "PRINT-ALL"
"""In the name of the PDF of all plain sheets in one language."""
_DATE = (1980, 1, 1, 0, 0, 0)
"""The earliest that the format knows: archives carry no build time (law 7)."""


@dataclass(frozen=True, slots=True)
class Packer:
    """How the packs of one region are made."""

    frame: Frame
    words: Words
    """In the region's working language."""
    papers: Mapping[str, str]
    """What each format is printed on there: `A4`."""
    paired: frozenset[str]
    """The formats whose sheets hold the text in the working language too."""
    plain: frozenset[str]
    """The formats that go through an office printer in one go: same paper, any scaling."""
    versions: Mapping[str, Version]
    """Every one ever published, by mark."""
    merge: Callable[[Sequence[tuple[str, bytes]]], bytes]
    """(label, PDF) each into one PDF (`pdf_merge`)."""


@dataclass(frozen=True, slots=True)
class Member:
    """One sheet as its pack's READ-ME tells of it."""

    name: str
    mark: str


@dataclass(frozen=True, slots=True)
class Old:
    """A sheet that is replaced or must not be used."""

    mark: str
    language: str
    format: str


def build_pack(
    packer: Packer, listed: Sequence[Listed], files: Mapping[str, bytes], index: bytes | None
) -> bytes:
    """A region's handouts as one ZIP, the same bytes each time.

    Names are ASCII and begin with the reader's language as staff call it; translations that lack a
    review lie in a folder of their own. `files`: what is published, by path; `index`: the sheet that
    names all languages, where it could be printed.
    """
    sheets: dict[str, tuple[Output, bytes]] = {}
    for each in listed:
        for output in each.outputs:
            if output.name != PAGE and output.path in files:
                held_back = _lacks_review(packer, each, output, listed)
                name = (f"{UNREVIEWED}/" if held_back else "") + _name(packer, each, output)
                if name in sheets:  # two languages or articles that ASCII cannot tell apart
                    name = f"{name.rpartition('/')[0]}/{output.path.rpartition('/')[2]}"
                sheets[name] = (output, files[output.path])
    members = tuple(Member(name, output.mark) for name, (output, _) in sorted(sheets.items()))
    texts = {INDEX: index} if index else {}
    texts[READ_ME] = _read_me(packer, listed[0], members).encode()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        found = {m.name: sheets[m.name][1] for m in members} | _print_all(packer, sheets)
        for name, data in (texts | dict(sorted(found.items()))).items():
            info = zipfile.ZipInfo(name, _DATE)
            info.external_attr = 0o644 << 16
            archive.writestr(info, data)
    return buffer.getvalue()


def _print_all(packer: Packer, sheets: Mapping[str, tuple[Output, bytes]]) -> dict[str, bytes]:
    """Of each folder with several plain sheets one PDF of them all, in the order of the formats.

    A sheet that cannot be read costs its folder this PDF alone; the audit says what is wrong with it.
    """
    import pikepdf

    order = list(packer.papers)
    folders: dict[str, list[tuple[str, bytes]]] = {}
    by_format = sorted(sheets.items(), key=lambda item: (order.index(item[1][0].name), item[0]))
    for name, (output, data) in by_format:
        if output.name in packer.plain:
            label = packer.words.text(packer.frame.labels[output.name])
            folders.setdefault(name.rpartition("/")[0], []).append((label, data))
    merged = {}
    for folder, parts in folders.items():
        language = folder.rpartition("/")[2]
        with contextlib.suppress(pikepdf.PdfError, ValueError):
            if len(parts) > 1:
                merged[f"{folder}/{language} - {PRINT_ALL}.pdf"] = packer.merge(parts)
    return merged


def _lacks_review(packer: Packer, listed: Listed, output: Output, others: Sequence[Listed]) -> bool:
    """Whether a translation that lacks a review stands on it, the reader's or that of the staff."""
    publication, staff = packer.frame.publication, packer.words.language
    if is_hidden(listed, publication) or output.name not in packer.paired:
        return is_hidden(listed, publication)
    slug = listed.address.slug
    partners = [e for e in others if (e.address.slug, e.address.language) == (slug, staff)]
    if partners:
        return is_hidden(partners[0], publication)
    return publication.unreviewed == "mark" and staff != publication.source


def _name(packer: Packer, listed: Listed, output: Output) -> str:
    """`Somali/Somali - Ketamine - A4 Handout.pdf`."""
    tag, words = listed.address.language.tag, packer.words
    language = _ascii(language_name(tag, words.language.tag), language_name(tag, "en"))
    label = packer.frame.labels[output.name]
    what = f"{packer.papers.get(output.name, '')} {_ascii(words.text(label), label)}".strip()
    article = listed.address.slug.replace("-", " ").capitalize()
    return f"{language}/{language} - {article} - {what}.pdf"


def _ascii(text: str, otherwise: str) -> str:
    """A text without accents, for file names; another one where that leaves letters out."""
    plain = unicodedata.normalize("NFKD", text).replace("’", "'")
    plain = "".join(char for char in plain if not unicodedata.combining(char))
    chosen = plain if plain.isascii() else otherwise
    chosen = re.sub(r"[^A-Za-z0-9 ,.()'-]", "", chosen).strip(" .")
    return chosen[:1].upper() + chosen[1:]


def _read_me(packer: Packer, first: Listed, members: Sequence[Member]) -> str:
    region = first.address.region
    old = {state: tuple(_old(packer, region, state)) for state in ("outdated", "bad")}
    values = {
        "_": packer.words,
        "language": packer.words.language,
        "place": place_text(first.chain, packer.words.language.tag),
        "members": members,
        "unreviewed": UNREVIEWED if any(m.name.startswith(UNREVIEWED) for m in members) else "",
        "old": old,
    }
    return to_text(render(packer.frame.env, "site/pack.html", values))


def _old(packer: Packer, region: str, state: str) -> Iterator[Old]:
    """The sheets of a region that are no longer good, in this state."""
    tag, labels = packer.words.language.tag, packer.frame.labels
    ours = (
        (mark, version)
        for mark, version in packer.versions.items()
        if (version.region, version.state) == (region, state) and version.output != PAGE
    )
    for mark, version in sorted(ours):
        label = packer.words.text(labels.get(version.output, version.output))
        yield Old(mark, language_name(version.locale, tag), label)
