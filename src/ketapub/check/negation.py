"""Turn a pair into a finding when a prohibition was dropped or added on the way.

Words of negation are counted only where a table of the language makes it reliable; in others the
check is silent. It never weighs grammar: it asks whether the translation negates at all.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from ketapub.check.pair import Finding, Pair, fold

_FORBIDS_EN = re.compile(
    r"\b(?:never|(?:do|must|should|shall|can|could|may)(?: not|n['’]t)|cannot|under no circumstances)\b",
    re.IGNORECASE,
)
_PROHIBITS_EN = re.compile(
    r"\b(?:never|(?:do|must|should|shall)(?: not|n['’]t)|under no circumstances)\b", re.IGNORECASE
)
_CUES_EN = re.compile(
    r"\b(?:no|not|none|nor|neither|never|nobody|nothing|nowhere|cannot|without|avoid\w*|only|stop\w*"
    r"|refus\w*|forbid\w*|forbidden|prohibit\w*|ban|banned|discourag\w*|warn\w*|unless|except|until"
    r"|before|beyond|instead|rather|despite|lack\w*|fail\w*|too|against|illegal\w*|keep|away|less"
    r"|un[a-z]{3,}|in[a-z]{4,}|\w+less(?:ly)?|\w+n['’]t)\b",
    re.IGNORECASE,
)
"""Whatever may be said by a negation in another language."""

_NEGATES: Mapping[str, str] = {
    "es": "no nunca jamas nadie nada ningun* ni sin tampoco evit* prohib* desaconsej* imped*",
    "pt": "nao nunca jamais ninguem nada nenhum* nem sem tampouco evit* proib* desaconselh* imped*",
    "it": "non mai nessun* niente nulla ne senza evit* viet* proib* sconsigli*",
    "fr": "ne n pas jamais aucun* sans ni rien non evit* interdi* deconseill* proscri* abst*",
    "de": "nicht nichts nie niemals niemand* kein* ohne weder verboten verbiet* vermeid* unterlass*"
    " untersag* abgeraten keinesfalls keineswegs",
    "nl": "niet niets nooit niemand geen zonder noch verboden vermijd* afgeraden",
    "ar": "لا ولا فلا الا لم ولم لن ولن ليس* ليست* وليس* غير دون بدون عدم وعدم بعدم لعدم ممنوع* يمنع يحظر"
    " تجنب* وتجنب* اياك* بلا احذر امتنع* مطلقا",
    "fa": "نه نیست* نباید هرگز هیچ* بدون بی نکن* نمی* نده* نشو* نگیر* نزن* نخور* نبر* نداد* ندار* نرو*"
    " خودداری پرهیز* ممنوع* نمیکن* نشده نکرده",
    "hi": "नहीं नही न मत ना बिना बच* मना* वर्जित निषिद्ध रोक* अलावा",
    "zh": "不 没 沒 未 无 無 勿 别 別 禁 莫 非 避免 免 拒绝 拒絕 停止",
}
"""Language -> folded words (`*`: and what begins so) of which one stands wherever it negates."""

_PROHIBITS: Mapping[str, str] = {
    "es": r" (?:nunca|jamas|no debe\w*|no tome|no llame|no use|no deje|prohibid\w*) ",
    "pt": r" (?:nunca|jamais|nao deve\w*|nao tome|nao ligue|nao use|proibid\w*) ",
    "fr": r" (?:ne (?:\w+ )?(?:\w+ )?jamais|n \w+ (?:\w+ )?jamais|ne (?:doit|devez|doivent|faut) pas"
    r"|n (?:appelez|utilisez|arretez) pas|ne (?:prenez|laissez) pas|interdit\w*) ",
    "de": r" (?:niemals|nie|(?:darf|durfen|sollte|sollten|soll|sollen) (?:\w+ ){0,4}nicht"
    r"|rufen sie (?:\w+ ){0,4}nicht|verboten) ",
    "ar": r" (?:[وف]?لا (?:تتصل|تستخدم|تاخذ|تتناول|تترك)\w*|يجب (?:الا|عدم)|ممنوع|يحظر|اياك|ابدا) ",
    "fa": r" (?:نباید|هرگز|ممنوع|تماس نگیرید|مصرف نکنید) ",
    "hi": r" (?:कभी (?:भी )?(?:\S+ ){0,6}(?:न|नहीं|मत)|मत|न (?:करें|लें|दें)|नहीं करना चाहिए|वर्जित) ",
    "zh": "切勿|请勿|勿|不要|不得|禁止|严禁|不可|不能|不应|不准|別|莫",
}
"""What only a prohibition says, searched in folded text."""


def negation(pair: Pair) -> Finding | None:
    """A prohibition stays one, and nothing becomes one."""
    language = pair.setting.language
    if pair.setting.source.partition("-")[0] != "en" or language not in _NEGATES:
        return None
    source, target = pair.source.said, pair.target.said
    wanted = _prohibition(source)
    if not wanted and pair.previous and not _FORBIDS_EN.search(pair.previous):
        wanted = _found(_FORBIDS_EN, source)
    if wanted and not _negates(target, language):
        return _finding(f"the source says “{wanted}”, and the translation negates nothing")
    if _may_negate(source):
        return None
    found = _prohibits(target, language)
    if found:
        return _finding(f"the translation forbids (“{found}”), and the source does not")
    return None


@lru_cache(maxsize=1 << 12)  # the source's words are asked about once for each language
def _prohibition(source: str) -> str:
    """The words by which a source text forbids; empty where it does not."""
    return _found(_PROHIBITS_EN, source)


def _found(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    return found[0] if found else ""


@lru_cache(maxsize=1 << 12)
def _may_negate(source: str) -> bool:
    return bool(_CUES_EN.search(source))


def _finding(message: str) -> Finding:
    hint = "read both again: what must not be done, and what must, are the same in both"
    return Finding("negation", message, hint)


def _negates(text: str, language: str) -> bool:
    words = _NEGATES[language].split()
    if language == "zh":
        return any(word in text for word in words)
    folded = fold(text)
    return any(f" {w[:-1]}" in folded if w.endswith("*") else f" {w} " in folded for w in words)


def _prohibits(text: str, language: str) -> str:
    pattern = _PROHIBITS.get(language)
    found = re.search(pattern, text if language == "zh" else fold(text)) if pattern else None
    return found[0].strip() if found else ""
