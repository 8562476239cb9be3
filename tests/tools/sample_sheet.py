"""Turn a language into a small but whole print sheet: footer, table, lists, links, numbers.

The numbers are fictional (555-01xx); the texts are short samples of their scripts, no advice.
"""

from __future__ import annotations

from dataclasses import dataclass

NUMBERS = ("+1 555 555 0123", "555-0142", "555-0177")
"""Every number on a sample sheet, as printed."""


@dataclass(frozen=True, slots=True)
class Sample:
    """Words of one language."""

    tag: str
    script: str
    direction: str
    own_name: str
    title: str
    heading: str
    sentence: str
    strong: str
    steps: tuple[str, ...]
    columns: tuple[str, str]
    help: str
    call: str
    hours: str
    sheet: str


SAMPLES = {
    sample.tag: sample
    for sample in (
        Sample(
            "en",
            "Latn",
            "ltr",
            "English",
            "Ketamine: what to know",
            "Where it is used",
            "Doctors use ketamine to put people to sleep before an operation, and in small amounts"
            " against strong pain. What is sold outside a hospital can be mixed with other drugs.",
            "Never use it alone.",
            ("Sit or lie down.", "Ask somebody to stay with you.", "Drink water, not alcohol."),
            ("Sign", "What to do"),
            "Help in Exampleland",
            "Emergency",
            "Open 24 hours, every day",
            "Sheet {n} of {m}",
        ),
        Sample(
            "ar",
            "Arab",
            "rtl",
            "العربية",
            "الكيتامين: ما ينبغي معرفته",
            "أين يُستخدم",
            "يستخدم الأطباء الكيتامين لتخدير المرضى قبل العمليات الجراحية، وبكميات صغيرة لتسكين"
            " الآلام الشديدة. أما ما يُباع خارج المستشفيات فقد يكون مخلوطًا بمواد أخرى.",
            "لا تستخدمه وحدك أبدًا.",
            ("اجلس أو استلقِ.", "اطلب من شخص أن يبقى معك.", "اشرب الماء لا الكحول."),
            ("العلامة", "ما ينبغي فعله"),
            "المساعدة في بلد المثال",
            "الطوارئ",
            "مفتوح على مدار 24 ساعة، كل يوم",
            "الورقة {n} من {m}",
        ),
        Sample(
            "hi",
            "Deva",
            "ltr",
            "हिन्दी",
            "केटामाइन: क्या जानना चाहिए",
            "इसका उपयोग कहाँ होता है",
            "डॉक्टर ऑपरेशन से पहले बेहोश करने के लिए और थोड़ी मात्रा में तेज़ दर्द के लिए केटामाइन का"
            " उपयोग करते हैं। अस्पताल के बाहर जो बिकता है, उसमें दूसरे नशीले पदार्थ मिले हो सकते हैं।",
            "इसे कभी अकेले न लें।",
            ("बैठ जाएँ या लेट जाएँ।", "किसी से अपने साथ रहने को कहें।", "पानी पिएँ, शराब नहीं।"),
            ("लक्षण", "क्या करें"),
            "उदाहरण देश में मदद",
            "आपातकाल",
            "चौबीसों घंटे, हर दिन खुला",
            "पन्ना {n} / {m}",
        ),
        Sample(
            "zh-Hans",
            "Hans",
            "ltr",
            "中文（简体）",
            "氯胺酮：须知事项",
            "用在哪里",
            "医生在手术前用氯胺酮让病人入睡，也用少量来缓解剧烈疼痛。医院以外出售的可能混有其他药物。",
            "千万不要独自使用。",
            ("坐下或躺下。", "请人陪在身边。", "喝水，不要喝酒。"),
            ("迹象", "怎么办"),
            "示例国的帮助",
            "紧急情况",
            "每天 24 小时",
            "第 {n} 页，共 {m} 页",
        ),
        Sample(
            "ur",
            "Arab",
            "rtl",
            "اردو",
            "کیٹامین: کیا جاننا چاہیے",
            "یہ کہاں استعمال ہوتی ہے",
            "ڈاکٹر آپریشن سے پہلے مریض کو بے ہوش کرنے کے لیے اور تھوڑی مقدار میں شدید درد کے لیے کیٹامین"
            " استعمال کرتے ہیں۔ ہسپتال کے باہر جو بکتی ہے اس میں دوسری منشیات ملی ہو سکتی ہیں۔",
            "اسے کبھی اکیلے استعمال نہ کریں۔",
            ("بیٹھ جائیں یا لیٹ جائیں۔", "کسی سے اپنے ساتھ رہنے کو کہیں۔", "پانی پئیں، شراب نہیں۔"),
            ("علامت", "کیا کریں"),
            "مثالی ملک میں مدد",
            "ہنگامی صورت",
            "ہر روز 24 گھنٹے کھلا",
            "ورق {n} از {m}",
        ),
        Sample(
            "th",
            "Thai",
            "ltr",
            "ไทย",
            "เคตามีน: สิ่งที่ควรรู้",
            "ใช้ที่ไหน",
            "แพทย์ใช้เคตามีนเพื่อให้ผู้ป่วยหลับก่อนผ่าตัด และใช้ปริมาณน้อยเพื่อบรรเทาอาการปวดรุนแรง"
            " สิ่งที่ขายนอกโรงพยาบาลอาจผสมยาอื่นอยู่ด้วย",
            "อย่าใช้คนเดียวเด็ดขาด",
            ("นั่งหรือนอนลง", "ขอให้คนอยู่เป็นเพื่อน", "ดื่มน้ำ ไม่ใช่เหล้า"),
            ("อาการ", "ควรทำอย่างไร"),
            "ความช่วยเหลือในประเทศตัวอย่าง",
            "เหตุฉุกเฉิน",
            "เปิด 24 ชั่วโมงทุกวัน",
            "แผ่นที่ {n} จาก {m}",
        ),
    )
}
LANGUAGES = tuple((sample.tag, sample.script) for sample in SAMPLES.values())

CSS = """
@page {
  margin: 9mm 14mm 13mm;
  @bottom-center { content: element(foot); width: 100%; padding-bottom: 7mm }
}
body { margin: 0 }
#edge { border-bottom: .5pt solid #333; padding-bottom: 1.5mm; margin-bottom: 5mm; font-size: 8pt }
#foot { position: running(foot); font-size: 7pt }
#foot .n::before { content: counter(page) }
#foot .m::before { content: counter(pages) }
#help { border: 1.2pt solid #000; padding: 2mm 4mm; margin-top: 5mm; font-size: 9pt }
#help p { margin: 0; line-height: var(--tight) }
#help h2 { font-size: 11pt; margin: 0 }
#help a { font-size: 16pt; font-weight: bold; color: #000; text-decoration: none; line-height: 1.2 }
#help p + p { border-top: .4pt solid #777; padding-top: .8mm; margin-top: .8mm }
h1 { font-size: 2rem; margin: 0 0 3mm }
h2 { font-size: 1.25rem; margin: 4mm 0 1mm; break-after: avoid }
p, ul, ol, table { margin: 0 0 2.5mm }
ul, ol { padding-inline-start: 6mm }
table { border-collapse: collapse; width: 100% }
th, td { border: .5pt solid #333; padding: 1mm 2mm; text-align: start; vertical-align: top }
.box { border: 1.2pt solid #000; padding: 2mm 4mm; break-inside: avoid }
"""

QR = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 4" width="10mm" height="10mm">'
    "<title>QR code: example</title><path d='M0 0h2v2h-2zM3 1h1v3h-2v-1h1z'/></svg>"
)


def number(dial: str) -> str:
    """A number as every page and sheet writes it."""
    target = dial.replace(" ", "").replace("-", "")
    return f'<bdi dir="ltr"><a href="tel:{target}">{dial}</a></bdi>'


def html(tag: str, sections: int = 5, lines: int = 2, extra: str = "") -> str:
    """A complete sheet: so many sections, so many helplines, extra body HTML."""
    s = SAMPLES[tag]
    steps = "".join(f"<li>{step}</li>" for step in s.steps)
    loose = "".join(f"<li><p><strong>{step}</strong></p></li>" for step in s.steps)
    section = f"""<section><h2>{s.heading}</h2><p>{s.sentence} <strong>{s.strong}</strong>
      <em>{s.steps[0]}</em> <span lang="en" dir="ltr">Not yet translated (MDMA, 50 mg).</span></p>
      <ul>{steps}</ul><ol>{loose}</ol>
      <table><thead><tr><th>{s.columns[0]}</th><th>{s.columns[1]}</th></tr></thead><tbody>
      <tr><th>{s.steps[0]}</th><td>{s.sentence}</td></tr></tbody></table>
      <p>{s.sentence} <a href="https://example.org/"><strong>{s.strong}</strong> {s.heading}</a></p>
      <p class="box">{s.call}: {number(NUMBERS[1])} {s.strong}</p></section>"""
    help_lines = "".join(
        f'<p><span lang="en" dir="ltr">Sample Helpline {i}</span> {number(NUMBERS[i % 2 * 2])}'
        f" {s.hours}</p>"
        for i in range(lines)
    )
    foot = s.sheet.replace("{n}", '<span class="n"></span>').replace(
        "{m}", '<span class="m"></span>'
    )
    return f"""<!doctype html>
<html lang="{tag}" dir="{s.direction}"><head><meta charset="utf-8"><title>{s.title}</title></head>
<body><div id="edge">{s.own_name} · <span lang="en" dir="ltr">Ketamine: what to know</span></div>
<div id="foot">{foot}</div>
<main><h1>{s.title}</h1>{section * sections}{extra}</main>
<div id="help" data-region="XX"><h2>{s.help}</h2>
<p>{s.call} {number(NUMBERS[1])} {QR}</p>{help_lines}</div></body></html>"""
