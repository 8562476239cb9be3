"""Turn a right PDF into one with a wrong digit or a wrong link, as a test of whoever reads it.

The digit is changed where it is printed: one glyph code in the page's content stream, chosen
through the font's own ToUnicode map. Every text object, link and piece of metadata stays as it is.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from decimal import Decimal

import pikepdf

_HEX_PAIR = re.compile(r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>")
_HEX_RANGE = re.compile(r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>")


def mutate_pdf_digit(pdf: bytes, number: str, page: int = 0, which: int = -1) -> bytes:
    """The PDF with one digit of a printed number replaced by another digit of the same font.

    `which` counts the number's places on the page. Raises LookupError when it has none there.
    """
    with pikepdf.open(io.BytesIO(pdf)) as document:
        target = document.pages[page]
        instructions = list(pikepdf.parse_content_stream(target))
        places = list(_find(target, instructions, re.sub(r"\D", "", number)))
        if not places:
            raise LookupError(f"{number} is not printed on page {page + 1}")
        _replace(instructions, places[which])
        target.Contents = document.make_stream(pikepdf.unparse_content_stream(instructions))
        return _save(document)


def mutate_pdf_link(pdf: bytes, number: str, page: int = 0) -> bytes:
    """The PDF with the last digit of a number's link changed on one page."""
    wanted = re.sub(r"\D", "", number)
    with pikepdf.open(io.BytesIO(pdf)) as document:
        for annotation in document.pages[page].obj.get("/Annots", ()):
            uri = str(annotation.get("/A", {}).get("/URI", ""))
            if uri.startswith(("tel:", "sms:")) and re.sub(r"\D", "", uri) == wanted:
                digit = str((int(uri[-1]) + 1) % 10)
                annotation.A = pikepdf.Dictionary(
                    S=pikepdf.Name.URI, URI=pikepdf.String(uri[:-1] + digit)
                )
                return _save(document)
    raise LookupError(f"no link of page {page + 1} leads to {number}")


def mutate_pdf_speech(pdf: bytes, number: str) -> bytes:
    """The PDF in which a screen reader says another last digit for one link to a number."""
    wanted = re.sub(r"\D", "", number)
    with pikepdf.open(io.BytesIO(pdf)) as document:
        for item in document.objects:
            if not isinstance(item, pikepdf.Dictionary) or item.get("/S") != "/Link":
                continue
            parts = item.K if isinstance(item.get("/K"), pikepdf.Array) else [item.get("/K")]
            linked = (
                part.Obj
                for part in parts
                if isinstance(part, pikepdf.Dictionary) and "/Obj" in part
            )
            uris = [str(each.get("/A", {}).get("/URI", "")) for each in linked]
            if any(re.sub(r"\D", "", uri) == wanted for uri in uris):
                item.ActualText = pikepdf.String(f"{wanted[:-1]}{(int(wanted[-1]) + 1) % 10}")
                return _save(document)
    raise LookupError(f"no link to {number} is tagged")


def mutate_pdf_code(pdf: bytes, wrong: str) -> bytes:
    """The PDF whose QR code, drawn by strokes a row at a time, says something else; or is gone.

    Raises LookupError when it has none. The new text must be as long as the old one.
    """
    with pikepdf.open(io.BytesIO(pdf)) as document:
        page = document.pages[0]
        content = list(pikepdf.parse_content_stream(page))
        names = [(str(each.operator), [str(o) for o in each.operands[:1]]) for each in content]
        if ("BDC", ["/Figure"]) not in names:
            raise LookupError("no picture on page 1")
        figure = names.index(("BDC", ["/Figure"]))
        first = next(n for n in range(figure, len(content)) if names[n] == ("m", ["4"]))
        last = next(n for n in range(first, len(content)) if names[n][0] not in "ml")
        content[first:last] = list(_code_strokes(wrong)) if wrong else []
        page.Contents = document.make_stream(pikepdf.unparse_content_stream(content))
        return _save(document)


def _code_strokes(text: str) -> Iterator[pikepdf.ContentStreamInstruction]:
    import segno

    for row, modules in enumerate(segno.make(text, error="m", micro=False).matrix):
        for column, dark in enumerate(modules):
            if dark:
                for x, operator in ((column + 4, "m"), (column + 5, "l")):
                    yield pikepdf.ContentStreamInstruction(
                        [x, Decimal(row) + Decimal("4.5")], pikepdf.Operator(operator)
                    )


_Place = tuple[int, int, int, str, dict[str, str]]
"""Instruction, text piece in it, byte in the piece, the digit, {character: code} of the font."""


def _find(
    page: pikepdf.Page, instructions: list[pikepdf.ContentStreamInstruction], digits: str
) -> Iterator[_Place]:
    """The last digit of each place where these digits are printed in one stretch of text."""
    printed: list[tuple[str, _Place]] = []
    font: dict[str, str] = {}
    for number, instruction in enumerate(instructions):
        operator = str(instruction.operator)
        if operator in ("BT", "Tm", "Td", "TD", "T*") and printed:
            printed.append(("|", printed[-1][1]))  # another piece of text begins
        if operator == "Tf":
            font = _unicode_map(page, str(instruction.operands[0]))
        elif operator in ("Tj", "TJ"):
            codes = {char: code for code, char in font.items()}
            for piece, text in _pieces(instruction):
                for at in range(0, len(text), 2):
                    char = font.get(text[at : at + 2].hex(), "")
                    if char.isdigit():
                        printed.append((char, (number, piece, at, char, codes)))
                    elif not char.isspace() and char not in "-":
                        printed.append(("|", (number, piece, at, char, codes)))
    line = "".join(char for char, _ in printed)
    for match in re.finditer(rf"(?<!\d){digits}(?!\d)", line):
        yield printed[match.end() - 1][1]


def _pieces(instruction: pikepdf.ContentStreamInstruction) -> Iterator[tuple[int, bytes]]:
    operand = instruction.operands[0]
    pieces = operand if str(instruction.operator) == "TJ" else [operand]
    for number, piece in enumerate(pieces):
        if isinstance(piece, pikepdf.String):
            yield number, bytes(piece)


def _replace(instructions: list[pikepdf.ContentStreamInstruction], place: _Place) -> None:
    number, piece, at, digit, codes = place
    other = next((char for char in "0123456789" if char != digit and char in codes), None)
    if other is None:
        raise LookupError(f"the font has no other digit than {digit}")
    instruction = instructions[number]
    is_list = str(instruction.operator) == "TJ"
    pieces = list(instruction.operands[0]) if is_list else [instruction.operands[0]]
    text = bytes(pieces[piece])
    pieces[piece] = pikepdf.String(text[:at] + bytes.fromhex(codes[other]) + text[at + 2 :])
    operand = pikepdf.Array(pieces) if is_list else pieces[0]
    instructions[number] = pikepdf.ContentStreamInstruction([operand], instruction.operator)


def _unicode_map(page: pikepdf.Page, name: str) -> dict[str, str]:
    """Glyph code (hexadecimal) -> character, of a font of the page."""
    stream = page.resources.Font[name].ToUnicode.read_bytes().decode("latin-1")
    result = {}
    for block in re.findall(r"beginbfchar(.*?)endbfchar", stream, re.DOTALL):
        for code, char in _HEX_PAIR.findall(block):
            result[code.lower()] = bytes.fromhex(char).decode("utf-16-be")
    for block in re.findall(r"beginbfrange(.*?)endbfrange", stream, re.DOTALL):
        for first, last, char in _HEX_RANGE.findall(block):
            for step in range(int(last, 16) - int(first, 16) + 1):
                result[f"{int(first, 16) + step:04x}"] = chr(int(char, 16) + step)
    return result


def _save(document: pikepdf.Pdf) -> bytes:
    target = io.BytesIO()
    document.save(target, deterministic_id=True)
    return target.getvalue()
