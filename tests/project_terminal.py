"""ketapub at a real pseudo-terminal, as a person meets it."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path


@dataclass(slots=True)
class Terminal:
    """A real pseudo-terminal with ketapub at its other end."""

    process: subprocess.Popen[bytes]
    handle: int
    shown: str = ""

    def wait(self, text: str) -> None:
        """Read until the text is on the screen."""
        end = time.monotonic() + 60
        while text not in self.shown:
            assert time.monotonic() < end, f"{text!r} never came:\n{self.shown}"
            if not self.read():
                break
        assert text in self.shown, self.shown
        self.shown = self.shown.partition(text)[2]

    def read(self) -> bool:
        ready, _, _ = select.select([self.handle], [], [], 1)
        if not ready:
            return True
        try:
            data = os.read(self.handle, 65536)
        except OSError:  # the other end is closed
            return False
        self.shown += data.decode("utf-8", "replace").replace("\r\n", "\n")
        return bool(data)

    def say(self, text: str) -> None:
        os.write(self.handle, text.encode())

    def end(self) -> tuple[int, str]:
        """Exit code and what was shown last."""
        while self.read():
            pass
        code = self.process.wait(30)
        os.close(self.handle)
        return code, self.shown


def sit(folder: Path, *arguments: str) -> Terminal:
    """A person sits down at a command, on a day that is always the same."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "ketapub", "--project", str(folder), *arguments]
    command += ["--date", "2026-11-23"]
    process = subprocess.Popen(
        command, stdin=theirs, stdout=theirs, stderr=theirs, env={**os.environ, "NO_COLOR": "1"}
    )
    os.close(theirs)
    return Terminal(process, ours)
