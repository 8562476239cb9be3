"""Turn the HTML of a source text and of its translation into the ways in which law 2 is broken.

Written apart from `ketapub.check`: it reads what is published, as a browser would, and knows
nothing of messages, tokens or checks.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass

from lxml import etree, html

from texts import NUMBER

_INLINE = {"em", "strong", "code", "a", "img", "br", "span", "bdi"}
_ATTRIBUTES = {"a": {"href", "title"}, "img": {"src", "alt", "title"}, "bdi": {"dir"}}
_CJK = {char: int(unicodedata.numeric(char)) for char in "〇零一二三四五六七八九"}
_PHONE = re.compile(r"\d(?:[ ()./*#+-]{0,3}\d){6,}")
_SPELLED = re.compile(r"(?<!\d)\d(?:[ ()./*#+-]{1,3}\d){2,}(?!\d)")
_HIDDEN = re.compile("[\u202a-\u202e\u2066-\u2069\ufeff\u2060\U000e0000-\U000e007f]")
_PARTED = re.compile("\\d[\u200b-\u200f\u00ad\u061c]+\\d")
_TAG = re.compile(r"</?[A-Za-z!?]|<!--|:::")


@dataclass(frozen=True)
class _Reading:
    """What a browser makes of HTML."""

    skeleton: str
    """Block elements with their attributes; inside them only whether anything shows."""
    strange: tuple[str, ...]
    """Inline elements or attributes that no renderer of ours writes."""
    breaks: int
    links: Counter[str]
    images: Counter[str]
    calls: int
    """Complete links of the emergency number, each by itself."""
    text: str
    """All that is shown, a line for each text, alternative text and title; `☎` is the number."""


def read(source: str) -> _Reading:
    """HTML as a browser reads it."""
    calls = source.count(NUMBER)
    root = html.fragment_fromstring(source.replace(NUMBER, "<bdi>☎</bdi>"), create_parent="div")
    elements = [e for e in root.iter() if isinstance(e.tag, str)]
    strange = [str(e) for e in root.iter() if not isinstance(e.tag, str)]
    for element in elements:
        allowed = _ATTRIBUTES.get(str(element.tag), set())
        if element.tag in _INLINE - {"span"}:
            strange += [f"{element.tag} {name}" for name in set(element.attrib) - allowed]
    nested = root.xpath(".//a//bdi | .//a//a")
    attributes = [e.get(name) for e in elements for name in ("alt", "title") if e.get(name)]
    return _Reading(
        skeleton=_skeleton(root),
        strange=tuple(strange),
        breaks=len(root.xpath(".//br")),
        links=Counter(str(e.get("href")) for e in root.iter("a")),
        images=Counter(str(e.get("src")) for e in root.iter("img")),
        calls=calls - len(nested),
        text="\n".join([*_texts(root), *map(str, attributes)]),
    )


def _skeleton(element: etree._Element) -> str:
    inner = "".join(_skeleton(child) for child in element if child.tag not in _INLINE)
    own = "".join([element.text or "", *(child.tail or "" for child in element)])
    inline = [child for child in element if child.tag in _INLINE]
    shown = own + "".join(text for child in inline for text in child.itertext())
    shown += "".join(str(image.get("alt")) for child in inline for image in child.iter("img"))
    mark = "+" if _visible(shown) else ""
    attributes = sorted(element.attrib.items())
    return f"<{element.tag}{attributes or ''}{mark}{inner}>"


def _visible(text: str) -> bool:
    return any(unicodedata.category(char)[0] not in "ZC" for char in text)


def _texts(root: etree._Element) -> list[str]:
    """The text of each block, in reading order."""
    blocks = [e for e in root.iter() if e.tag not in _INLINE]
    texts = []
    for block in blocks:
        parts = [block.text or ""]
        for child in block:
            if child.tag in _INLINE:
                parts += [" " if e.tag == "br" else "" for e in child.iter("br")]
                parts += map(str, child.itertext())
            parts.append(child.tail or "")
        texts.append("".join(parts))
    return texts


def read_digits(text: str) -> str:
    """A text with the digits of all scripts as 0-9 and without what nobody sees."""
    spread = re.sub("[\u00bc-\u00be\u2150-\u215e]", lambda m: f" {m[0]}", text)
    shown = [
        char
        for char in unicodedata.normalize("NFKC", spread)
        if char.isspace() or unicodedata.category(char) not in {"Cf", "Cc", "Mn", "Me"}
    ]
    out = []
    for char in shown:
        digit = unicodedata.digit(char, None)
        number = unicodedata.numeric(char, None) if unicodedata.category(char) == "No" else None
        if digit is not None:
            out.append(str(digit))
        elif number is not None:
            out.append(f"{number:g}")
        else:
            out.append("-" if unicodedata.category(char) == "Pd" else char)
    run = re.compile(f"[{''.join(_CJK)}]{{3,}}")
    return run.sub(lambda m: "".join(str(_CJK[c]) for c in m[0]), "".join(out))


def violations(source: str, translated: str) -> set[str]:
    """The ways in which a translation adds to its source, or breaks what holds it."""
    old, new = read(source), read(translated)
    old_digits, new_digits = read_digits(old.text), read_digits(new.text)
    grouped = {re.sub(r"\D", "", run) for run in re.findall(r"\d[\d ()./*#+,-]*", old_digits)}
    found = {
        "structure": old.skeleton.replace("+", "") != new.skeleton.replace("+", ""),
        "raw HTML": bool(new.strange),
        "blank": old.skeleton.count("+") > new.skeleton.count("+"),
        "line break": new.breaks > old.breaks,
        "link": bool(new.links - old.links),
        "image": bool(new.images - old.images),
        "placeholder": old.calls != new.calls or old.text.count("☎") != new.text.count("☎"),
        "neighbour": bool(re.search(r"\d[-./]?☎|☎[-./]?\d", new_digits)),
        "number": bool(_numbers(new_digits) - _numbers(old_digits))
        and bool(_numbers(_joined(new_digits)) - _numbers(_joined(old_digits))),
        "phone": any(
            re.sub(r"\D", "", run[0]) not in grouped
            for pattern in (_PHONE, _SPELLED)
            for run in pattern.finditer(new_digits)
        ),
        "brace": _adds(re.compile("[{}]"), old.text, new.text),
        "tag shown": _adds(_TAG, old.text, new.text),
        "hidden character": _adds(_HIDDEN, old.text, new.text) or bool(_PARTED.search(new.text)),
    }
    return {name for name, broken in found.items() if broken}


def _numbers(text: str) -> Counter[str]:
    return Counter(re.findall(r"\d+", text))


def _joined(text: str) -> str:
    """The separators of thousands taken out."""
    return re.sub(r"(?<!\d)(\d{1,3})[ ,.](\d{3})(?!\d)", r"\1\2", text)


def _adds(pattern: re.Pattern[str], old: str, new: str) -> bool:
    return bool(pattern.search(new)) and not pattern.search(old)
