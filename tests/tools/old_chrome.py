"""Turn a page into what Chromium 69 makes of it: the browser of phones that get no updates.

It comes as a Node package (`chrome-aws-lambda` 1.6.3), packed by Brotli.
"""

from __future__ import annotations

import html
import json
import re
import subprocess
from pathlib import Path
from typing import Any

import brotli

from tools.nu import node_file

VERSION = "69.0.3494.0"
_PACKED = f"chrome-aws-lambda/bin/chromium-{VERSION}.br"
_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-zygote",
    "--single-process",
    "--hide-scrollbars",
    "--dump-dom",
)


def unpack(folder: Path) -> Path:
    """The program, unpacked into a folder."""
    program = folder / "chromium-69"
    program.write_bytes(brotli.decompress(node_file(_PACKED).read_bytes()))
    program.chmod(0o755)
    return program


def measure(program: Path, address: str, size: dict[str, int]) -> Any:
    """What a page's own script has written into `data-measured` of its first element, from JSON."""
    window = f"--window-size={size['width']},{size['height']}"
    command = [program, *_ARGUMENTS, window, address]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    found = re.search(r'<html[^>]* data-measured="([^"]*)"', done.stdout)
    assert found, done.stdout[:200] + done.stderr[-500:]
    return json.loads(html.unescape(found[1]))
