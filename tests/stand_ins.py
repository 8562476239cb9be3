"""Functions that stand in for the print engine inside worker processes: each does one bad thing."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

from ketapub.errors import KetapubError, MachineError, Problem
from ketapub.handout import PrintTask, Rendered


def render(task: PrintTask) -> Rendered:
    """Do what the task's HTML says; the CSS names a file that counts the calls."""
    if task.css:
        with Path(task.css).open("a") as stream:
            stream.write(f"{task.name}\n")
    match task.html.split():
        case ["die", code]:
            os._exit(int(code))
        case ["killed"]:
            os.kill(os.getpid(), signal.SIGKILL)
        case ["hang"]:
            time.sleep(600)
        case ["fail"]:
            raise KetapubError(Problem(task.name, 3, "the footer is too tall", "shorten it"))
        case ["machine"]:
            raise MachineError(Problem("libpango", 0, "is missing", "install it"))
        case ["bug"]:
            raise ZeroDivisionError("nobody foresaw this")
        case ["slow", seconds]:
            time.sleep(float(seconds))
    return Rendered(f"%PDF {task.html} {os.getpid()}".encode(), 1, 12.0)
