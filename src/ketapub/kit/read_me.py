"""Turn what a kit holds into its READ-ME: plain words for people who know no gettext."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from textwrap import fill

from ketapub.kit.item import Count
from ketapub.language import Language, language_name

HOW: Mapping[str, str] = {
    "po": (
        "Open each .po file in Poedit, Lokalize or any other gettext editor. A text that is marked"
        " fuzzy (“needs work”) has changed in the source, or fails a check: correct it, then take"
        " the mark off. When a text is headed “machine draft, please check” and it is good as it"
        " is, delete that comment."
    ),
    "xliff": (
        "Open each .xlf file in your translation tool. Marks and placeholders are protected codes:"
        " bring each of them over. Set a segment to “translated” or higher when it is done; what"
        " stays below that is not published."
    ),
    "csv": (
        "Open each table in a spreadsheet and write into the column “translation”. Leave the"
        " columns “id”, “language” and “domain” as they are. Write done into the column “state”"
        " for a text that is right as it stands. Save as “CSV UTF-8”."
    ),
    "sheet": (
        "Open the page in any browser, without network too, or print it. Choose for each text:"
        " right, change to, or unsafe. Press “Save answers” and send the table that it saves. If"
        " you print it, write by hand and send a photograph or the paper."
    ),
}
TONE = (
    "Tone. Write calm, plain sentences that somebody frightened can read on a phone. Speak to one"
    " reader, politely and without blame; say the person first, never a label. Say no more and no"
    " less than the source: keep every “not”, every dose, every warning.",
    "What is in braces. {emergency} becomes the number to call in the reader's country; {place},"
    " {month} and the like are filled in too. Keep each exactly as it is and as often as in the"
    " source. Do not translate what is between the braces, and never write a telephone number.",
    "Marks. **words** are bold, *words* are stressed, [words](target) is a link: translate the"
    " words, copy the marks and the target.",
    "Numbers. Write the same numbers as the source, in the digits that your readers use.",
)


def write_read_me(
    title: str,
    target: Language,
    counts: Sequence[Count],
    files: Iterable[tuple[str, str]],
    how: str,
    contact: str,
) -> bytes:
    """The text; `files` are the kit's names, each with what it is."""
    name = language_name(target.tag, "en")
    head = f"{title}\nTranslation kit: {name} ({target.own_name}, {target.tag})"
    parts = [head, fill(f"What to do. {HOW[how]}", 78)]
    parts += [fill(text, 78) for text in TONE]
    parts.append(fill(_ask(contact), 78))
    parts.append("What is in this kit\n" + "\n".join(f"  {n}: {what}" for n, what in files))
    parts.append(_table(counts))
    return ("\r\n\r\n".join(part.replace("\n", "\r\n") for part in parts) + "\r\n").encode()


def _ask(contact: str) -> str:
    back = "Send back the files that you have worked on; their names do not matter."
    if contact:
        return f"Questions, doubts, or something that seems dangerous: {contact}. {back}"
    return (
        "Questions, doubts, or something that seems dangerous: ask whoever sent you this kit"
        f" (the project has no public address yet). {back}"
    )


def _table(counts: Sequence[Count]) -> str:
    lines = ["Words of the source text", "  new  changed  drafts   done  repeated"]
    lines += [
        f"{c.new:5}{c.changed:9}{c.draft:8}{c.done:7}{c.repeated:10}  {c.domain}" for c in counts
    ]
    lines.append("  new: not translated; changed: fuzzy or failing a check; drafts: a machine's,")
    lines.append("  which a person has to check; repeated: of all these, texts that stand twice")
    return "\n".join(lines)
