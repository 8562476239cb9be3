"""Turn TOML text into values and the line on which each of them stands.

`tomllib` reads the values; it keeps no positions, so a second, tolerant walk over the same text
(already known to be valid TOML 1.0) notes the line of every key, table and array item.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ketapub.errors import KetapubError, Problem

Path = tuple[str | int, ...]

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_SPACE = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_BARE_VALUE = re.compile(r"[^,\]}#\n]*")
_BASIC = re.compile(r'"(?:\\.|[^"\\])*"')
_LITERAL = re.compile(r"'[^']*'")
# A multi-line string may end in up to two quotes of its own before the closing three.
_BASIC_LONG = re.compile(r'"""(?:\\.|[^\\])*?"""("{0,2})', re.DOTALL)
_LITERAL_LONG = re.compile(r"'''.*?'''('{0,2})", re.DOTALL)
_POSITION = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")

_HINTS = {
    "Cannot overwrite a value": "this name stands twice: keep one of the two",
    "Cannot declare": "this table stands twice: keep one, or write it as a [[list item]]",
    "Invalid value": 'put text between double quotes, such as "text"',
    "Unterminated string": "close the text with a quotation mark on the same line",
    "Unescaped": "a backslash or a quotation mark inside text needs a backslash before it",
    "Unclosed array": "close the list with ]",
    "Expected newline": "one value a line; text and numbers to dial stand between double quotes",
    "Illegal character": "close the text with a quotation mark on the same line",
    "Expected '='": 'write a name, an equals sign and a value, such as name = "text"',
}


@dataclass(frozen=True, slots=True)
class Toml:
    """The values of one TOML text, with the lines they came from."""

    values: dict[str, Any]
    lines: Mapping[Path, int]
    first_line: int = 1

    def line(self, *path: str | int) -> int:
        """The 1-based line of a key, table or array item; else of its nearest known ancestor.

        `line("helpline", 2, "channel", 0, "dial")`; the first line of the text when nothing is
        known.
        """
        while path:
            if path in self.lines:
                return self.lines[path]
            path = path[:-1]
        return self.first_line


def parse_toml(text: str, name: str, first_line: int = 1) -> Toml:
    """TOML 1.0 text into values and lines.

    `name` is what a message calls the file; `first_line` is the line of the file on which the text
    begins (front matter). Raises KetapubError with the line of the first syntax error.
    """
    text = text.removeprefix("\ufeff")
    try:
        values = tomllib.loads(text)
        lines = _Scanner(text, first_line).scan()
    except tomllib.TOMLDecodeError as error:
        raise KetapubError(_syntax_problem(error, text, name, first_line)) from error
    except RecursionError as error:
        message = "lists or tables stand inside each other too deeply"
        raise KetapubError(Problem(name, first_line, message, "flatten them")) from error
    return Toml(values, lines, first_line)


def _syntax_problem(
    error: tomllib.TOMLDecodeError, text: str, name: str, first_line: int
) -> Problem:
    """tomllib's complaint with its line, and what to do about the frequent ones."""
    complaint = str(error)
    position = _POSITION.search(complaint)
    complaint = _POSITION.sub("", complaint)
    line = int(position[1]) if position and position[1] else text.rstrip("\n").count("\n") + 1
    hint = next((hint for start, hint in _HINTS.items() if complaint.startswith(start)), "")
    return Problem(
        name,
        first_line + line - 1,
        f"this is not valid TOML: {complaint}",
        hint or 'write name = "text", one a line; see https://toml.io/en/v1.0.0',
    )


class _Scanner:
    """One walk over valid TOML that notes the first line of every path."""

    def __init__(self, text: str, first_line: int) -> None:
        self.text = text
        self.at = 0
        self.lines: dict[Path, int] = {}
        self.counted = (0, first_line)
        self.items: dict[Path, int] = {}
        """Path of an array of tables -> index of its newest item."""

    def scan(self) -> dict[Path, int]:
        table: Path = ()
        self._space()
        while self.at < len(self.text):
            if self.text[self.at] == "[":
                table = self._header()
            else:
                self._pair(table)
            self._space()
        return self.lines

    def _line(self) -> int:
        # Counted from the last asked place on, so that a long file costs one pass.
        at, line = self.counted
        line += self.text.count("\n", at, self.at)
        self.counted = (self.at, line)
        return line

    def _space(self) -> None:
        match = _SPACE.match(self.text, self.at)
        assert match is not None
        self.at = match.end()

    def _note(self, path: Path, line: int) -> None:
        self.lines.setdefault(path, line)

    def _header(self) -> Path:
        """`[a.b]` or `[[a.b]]`, with the index of the newest item behind each array of tables."""
        line = self._line()
        is_array = self.text.startswith("[[", self.at)
        self.at += 2 if is_array else 1
        *parents, last = self._keys()
        self.at += 2 if is_array else 1
        path: Path = ()
        for key in parents:
            path = self._newest((*path, key))
            self._note(path, line)
        path = (*path, last)
        self._note(path, line)
        if is_array:
            self.items[path] = self.items.get(path, -1) + 1
            path = (*path, self.items[path])
            self._note(path, line)
        return path

    def _newest(self, path: Path) -> Path:
        return (*path, self.items[path]) if path in self.items else path

    def _keys(self) -> list[str]:
        """A dotted key; leaves the position behind it and the white space that follows."""
        keys = []
        while True:
            self._space()
            keys.append(self._key())
            self._space()
            if not self.text.startswith(".", self.at):
                return keys
            self.at += 1

    def _key(self) -> str:
        pattern = {'"': _BASIC, "'": _LITERAL}.get(self.text[self.at], _BARE_KEY)
        match = pattern.match(self.text, self.at)
        assert match is not None
        self.at = match.end()
        if pattern is _BARE_KEY:
            return match[0]
        # A quoted key may hold escapes: the reader of values is the one that decodes them.
        return str(tomllib.loads(f"key = {match[0]}")["key"])

    def _pair(self, table: Path) -> None:
        """`a.b = value`, in a table or between the braces of an inline table."""
        line = self._line()
        path = table
        for key in self._keys():
            path = (*path, key)
            self._note(path, line)
        self.at += 1  # the equals sign
        self._space()
        self._value(path)

    def _value(self, path: Path) -> None:
        opening = self.text[self.at]
        if opening == "[":
            self._array(path)
        elif opening == "{":
            self._inline_table(path)
        else:
            self.at = self._scalar(opening).end()

    def _scalar(self, opening: str) -> re.Match[str]:
        if opening == '"':
            pattern = _BASIC_LONG if self.text.startswith('"""', self.at) else _BASIC
        elif opening == "'":
            pattern = _LITERAL_LONG if self.text.startswith("'''", self.at) else _LITERAL
        else:
            pattern = _BARE_VALUE
        match = pattern.match(self.text, self.at)
        assert match is not None
        return match

    def _array(self, path: Path) -> None:
        self.at += 1
        index = 0
        self._space()
        while self.text[self.at] != "]":
            item = (*path, index)
            self._note(item, self._line())
            self._value(item)
            index += 1
            self._comma()
        self.at += 1

    def _inline_table(self, path: Path) -> None:
        self.at += 1
        self._space()
        while self.text[self.at] != "}":
            self._pair(path)
            self._comma()
        self.at += 1

    def _comma(self) -> None:
        self._space()
        if self.text[self.at] == ",":
            self.at += 1
            self._space()
