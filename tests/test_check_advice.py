"""Checks that only advise: what they tell of in a bad translation, and that a good one passes."""

from __future__ import annotations

import pytest

from ketapub.check import ADVISORY, advise_translation
from ketapub.message import Message
from test_check_translation import setting

LONG = "If you notice these signs in yourself or in someone close to you, you can ask for help."
CASES = [
    ("terms", "es", "An overdose.", "Un exceso.", "Una sobredosis."),
    ("terms", "de", "An overdose.", "Zu viel davon.", "Eine Überdosis."),
    ("terms", "ar", "An overdose.", "كمية كبيرة.", "جرعة زائدة."),
    ("terms", "zh-Hans", "An overdose.", "太多了。", "用药过量。"),
    ("emphasis", "fr", "**Never** alone.", "Jamais seul.", "**Jamais** seul."),
    ("emphasis", "hi", "*Never* alone.", "**कभी** अकेले नहीं।", "*कभी* अकेले नहीं।"),
    ("spaces", "es", "Call now.", "Llame ahora. ", "Llame ahora."),
    ("spaces", "fr", "Call now. ", "Appelez.", "Appelez. "),
    ("spaces", "es", "A medicine.", "Un medi\u200bcamento.", "Un medi\u00adcamento."),
    ("spaces", "fa", "A medicine.", "دارو\u200bها.", "دارو\u200cها."),
    ("ending", "ar", "Are you safe?", "أنت بأمان.", "هل أنت بأمان؟"),
    ("ending", "zh-Hans", "You can:", "您可以。", "您可以："),
    ("ending", "de", "You can:", "Sie können.", "Sie können:"),
    ("length", "es", LONG, "Si nota estas señales.", "Si nota estas señales en usted, pida ayuda."),
    ("length", "zh-Hans", LONG, "求助。", "如果您或身边的人出现这些迹象，可以寻求帮助。"),
    ("length", "fr", LONG, "Demandez de l’aide. " * 13, "Si vous voyez ces signes, demandez de l’aide."),
    ("doubled", "de", "Call the clinic.", "Rufen Sie die die Klinik an.", "Rufen Sie die Klinik an."),
    ("doubled", "es", "Call the clinic.", "Llame a la clínica.Llame a la clínica.", "Llame a la clínica."),
    ("doubled", "zh-Hans", "Wait for help.", "请等待救援人员。请等待救援人员。", "请等待救援人员。"),
    ("doubled", "ar", "Wait for help.", "انتظر المساعدة. انتظر المساعدة.", "انتظر المساعدة."),
]  # fmt: skip


def test_every_check_has_its_cases() -> None:
    assert {code for code, *_ in CASES} == {check.code for check in ADVISORY}


@pytest.mark.parametrize(("code", "tag", "source", "bad", "good"), CASES)
def test_advice(code: str, tag: str, source: str, bad: str, good: str) -> None:
    """The bad one is told of, and holds nothing back; the good one is not."""
    message = Message(source, syntax="markdown")
    for msgstr, expected in ((bad, True), (good, False)):
        found = advise_translation(message, (msgstr,), {}, setting(tag))
        assert any(f.code == code for f in found) is expected
        assert all(f.severity == "warning" for f in found if f.code == code)


def test_what_differs_is_told_in_words() -> None:
    """What is missing and what is there too much; a translated placeholder by its name."""
    message = Message("Call {emergency}, or [read](/help).", syntax="markdown")
    found = advise_translation(message, ("Llame al {emergencia} o [lea] (/ayuda).",))
    told = {finding.code: finding.message for finding in found}
    assert told["placeholders"] == "placeholders differ: missing {emergency}"
    assert told["braces"] == "{emergencia} is no placeholder of the source"
    assert told["links"] == "links or images differ: missing /help"
    (other,) = advise_translation(message, ("Llame al {emergency} o [lea](/ayuda).",))
    assert other.message == "links or images differ: missing /help; added /ayuda"
