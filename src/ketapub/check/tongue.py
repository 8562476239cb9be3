"""Turn a pair into findings about its language: wrong script, wrong language, not translated."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from functools import lru_cache

from ketapub.check.pair import Finding, Pair, words_of

_NAMES: Mapping[str, tuple[str, ...]] = {
    "Hans": ("CJK",), "Hant": ("CJK",), "Jpan": ("CJK", "HIRAGANA", "KATAKANA"),
    "Kore": ("HANGUL", "CJK"), "Latn": ("LATIN",), "Arab": ("ARABIC",), "Cyrl": ("CYRILLIC",),
    "Deva": ("DEVANAGARI",), "Grek": ("GREEK",), "Hebr": ("HEBREW",), "Thai": ("THAI",),
    "Beng": ("BENGALI",), "Guru": ("GURMUKHI",), "Gujr": ("GUJARATI",), "Orya": ("ORIYA",),
    "Taml": ("TAMIL",), "Telu": ("TELUGU",), "Knda": ("KANNADA",), "Mlym": ("MALAYALAM",),
    "Sinh": ("SINHALA",), "Khmr": ("KHMER",), "Laoo": ("LAO",), "Mymr": ("MYANMAR",),
    "Geor": ("GEORGIAN",), "Armn": ("ARMENIAN",), "Ethi": ("ETHIOPIC",), "Tibt": ("TIBETAN",),
}  # fmt: skip
"""ISO 15924 -> how the names of its letters begin in Unicode. Other scripts are not judged."""

_LOOK_ALIKE = frozenset({"LATIN", "CYRILLIC", "GREEK"})
_FEW = 4
"""Foreign letters that a text may hold: an abbreviation such as SMS or PTSD."""

_FUNCTION: Mapping[str, str] = {
    "en": "the of and to is are was were that this with for from by you your have has it they which"
    " who when what their been be can should would not or at on will if any",
    "es": "el los las de que y en un una es por con para del se al lo como su sus o este esta pero"
    " son ha si sin sobre le puede usted",
    "fr": "le les des du et est un une dans pour que qui par sur au aux avec ce cette il elle sont"
    " ne pas plus vous votre ou son ses si peut etre",
    "de": "der die das und ist nicht ein eine den dem des zu mit von sich auf fur im es auch als wenn"
    " sie bei oder nach kann wird aus eines einer einem",
    "pt": "os as de que em um uma e para com nao por do da dos das no na se ao como mais sao pode voce"
    " seu sua ou foi pelo pela",
    "it": "il gli di che e la un una per con non del della dei delle nel nella si sono piu come puo"
    " anche alla da o al questo questa",
    "nl": "de het een en van is niet met voor op zijn dat die aan te bij ook als of kan u uw door wordt"
    " om naar worden",
    "ar": "في من على الى عن او ان هذا هذه التي الذي مع قد لا كان ما هو هي كل عند بعد قبل",
    "fa": "در از به که را با این است برای یا و شما خود می های ان هم باید شود اگر هر شده",
    "ur": "کے کی میں ہے اور سے کا کو پر نے یہ ہیں کہ یا اگر اپنے لیے بھی نہیں ہو",
    "hi": "की के में है और से को का पर यह है कि या अगर अपने लिए भी नहीं हो",
    "ne": "को र मा छ यो लागि हुन् गर्न भने पनि छन् वा तपाई यदि हो बाट",
}
"""Language -> its commonest function words, marks folded away (as `words_of` does)."""

_HANT = "們這會說時無開關發醫藥歲個來過對現機電話務學與產樣類為動體險應該請總統計絕間續"
_HANS = "们这会说时无开关发医药岁个来过对现机电话务学与产样类为动体险应该请总统计绝间续"
_WRONG = {"Hans": set(_HANT) - set(_HANS), "Hant": set(_HANS) - set(_HANT)}
_SENTENCE = re.compile(r"[.!?。！？؟।:;\n]+")
_ENOUGH = 3
"""Different function words that name a language."""


def script(pair: Pair) -> Finding | None:
    """Written in its language's own script, and no word in two that look alike."""
    wanted = _NAMES.get(pair.setting.script)
    if wanted is None or not pair.setting.language:
        return None
    strange = set(pair.target.said) - (known := _known(pair.setting.script))
    if all(_script(letter) in wanted for letter in strange if letter.isalpha()):
        known |= strange
        return None
    words = _own_words(pair)
    found = _scripts("".join(words))
    if _is_mixed(found) and (mixed := next((w for w in words if _is_mixed(_scripts(w))), None)):
        message = f"“{mixed}” mixes letters of two scripts that look alike"
        return Finding("script", message, "type the word again in one keyboard layout")
    own = sum(found[name] for name in wanted)
    foreign = sum(found.values()) - own
    if foreign <= _FEW or own >= foreign:
        return None
    return Finding(
        "script",
        f"this is not the script of the language ({pair.setting.script})",
        "translate it; only names and abbreviations may keep their script",
    )


def _is_mixed(found: Counter[str]) -> bool:
    return len(_LOOK_ALIKE & found.keys()) > 1


def _own_words(pair: Pair) -> list[str]:
    """The words of the translation that are not copied from the source text."""
    copied = set(re.findall(r"[^\W\d_]+", pair.source.plain.casefold()))
    return [w for w in re.findall(r"[^\W\d_]+", pair.target.said) if w.casefold() not in copied]


def _scripts(text: str) -> Counter[str]:
    """How many letters there are of each script; the signs of units (µ, Ω) are none."""
    found: Counter[str] = Counter()
    for letter, count in Counter(text).items():
        if letter.isalpha() and letter not in "µμΩ":
            found[_script(letter)] += count
    return found


@lru_cache(maxsize=64)
def _known(script: str) -> set[str]:
    """The characters that have been met in texts of nothing but this script."""
    return set()


@lru_cache(maxsize=4096)
def _script(letter: str) -> str:
    """The first word of its Unicode name: `LATIN`, `ARABIC`."""
    return unicodedata.name(letter, "?").split()[0]


def language(pair: Pair) -> Finding | None:
    """No sentence in another language."""
    tag = pair.setting.language
    if not tag:
        return None
    if found := _other_chinese(pair.target.said, pair.setting.script):
        return found
    if len(_common().intersection(pair.target.words)) < _ENOUGH:
        return None  # nor are there so many in any of its sentences
    for sentence in _SENTENCE.split(pair.target.said):
        other = _other_language(frozenset(words_of(sentence)), tag)
        if other:
            return Finding(
                "language",
                f"“{sentence.strip()[:40]}” seems to be in another language ({other})",
                "translate it into this catalog's language; it may belong into another file",
            )
    return None


def _other_language(words: frozenset[str], tag: str) -> str:
    if len(words & _common()) < _ENOUGH:
        return ""
    own = len(words & _table().get(tag, frozenset()))
    others = {other: len(words & only) for other, only in _rivals(tag).items()}
    best = max(others, key=lambda t: others[t])
    # A language without a table is told only from English, and more of it must be there.
    if tag not in _table():
        return "en" if others["en"] > _ENOUGH else ""
    return best if others[best] >= _ENOUGH and others[best] >= 3 * own else ""


@lru_cache(maxsize=1)
def _table() -> dict[str, frozenset[str]]:
    return {tag: frozenset(words_of(words)) for tag, words in _FUNCTION.items()}


@lru_cache(maxsize=1)
def _common() -> frozenset[str]:
    """The function words of all languages."""
    return frozenset().union(*_table().values())


@lru_cache(maxsize=128)
def _rivals(tag: str) -> dict[str, frozenset[str]]:
    """Of each other language, the words that are none of this one."""
    mine = _table().get(tag, frozenset())
    return {other: words - mine for other, words in _table().items() if other != tag}


def _other_chinese(text: str, script: str) -> Finding | None:
    wrong = _WRONG.get(script)
    if wrong is None:
        return None
    found = [character for character in text if character in wrong]
    if len(found) < 2:
        return None
    kind = "traditional" if script == "Hans" else "simplified"
    message = f"{kind} characters: {''.join(dict.fromkeys(found))}"
    return Finding("language", message, "write the characters of this catalog's script")


def untranslated(pair: Pair) -> Finding | None:
    """Not the source text itself, where that is more than a name or two words."""
    if not pair.setting.language:
        return None
    source = pair.source.words
    if source != pair.target.words or len(source) < _ENOUGH:
        return None
    hint = "translate it, or leave the translation empty so that readers are told"
    return Finding("untranslated", "the source text was copied, not translated", hint)
