"""Measure ketapub beside its peers, all in one run on one machine; writes bench/RESULTS.md.

make bench                  everything
make bench ONLY=pages       one subject anew (or several, with commas); the others as they were measured
make bench QUICK=1          small and once, and nothing written: to see that it works
"""

from __future__ import annotations

import argparse
import os
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import catalogs
import growth
import pages
import peers
import prints
from place import ROOT, Place, sweep
from table import Section, render, render_all

SUBJECTS: dict[str, tuple[Callable[[Place], Section], ...]] = {
    "start": (pages.start,),
    "pages": (pages.cold,),
    "nothing": (pages.nothing,),
    "change": (growth.change,),
    "catalogs": (catalogs.merging,),
    "handouts": (prints.handouts,),
    "cluster": (prints.cluster,),
    "memory": (prints.memory,),
    "size": (growth.size,),
}
"""By the name that ONLY takes: what is measured, in the order of the report."""
NOT_YET = "NOT MEASURED yet: `make bench ONLY={}`."
RESULTS = Path(__file__).with_name("RESULTS.md")


def main() -> int:
    """Measure and report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", metavar="SUBJECT", help=", ".join(SUBJECTS))
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    names = options.only.split(",") if options.only else list(SUBJECTS)
    if unknown := [name for name in names if name not in SUBJECTS]:
        parser.error(f"there is no subject {unknown[0]}; there are {', '.join(SUBJECTS)}")
    place = Place(ROOT / "build/bench", options.quick, alone=len(names) == 1)
    measured = place.folder / "measured"
    measured.mkdir(parents=True, exist_ok=True)
    os.environ.pop("KETAPUB_CACHE", None)
    code, head = 0, peers.describe()
    for name in names if not options.only and not options.quick else ():
        (measured / f"{name}.md").unlink(missing_ok=True)  # a whole run is one run
    for name in names:
        start = time.perf_counter()
        try:
            text = "\n".join(render(measure(place)) for measure in SUBJECTS[name])
        except Exception as error:  # one subject's fault must not cost what was measured
            traceback.print_exc()
            failed = f"FAILED: {type(error).__name__}: {str(error).splitlines()[0]}"
            text, code = render(Section(name.capitalize(), (), (failed,))), 1
        print(text)
        print(f"({name}: {time.perf_counter() - start:.0f} s)\n", file=sys.stderr, flush=True)
        if not options.quick:  # after each, so that a run that is cut leaves what it knows
            alone = f"- Measured on {date.today()} without the other subjects.\n"
            (measured / f"{name}.md").write_text(text + (alone if options.only else ""), "utf-8")
            RESULTS.write_text(render_all("What it costs", head, _sections(measured)), "utf-8")
            print(f"written: {RESULTS.relative_to(ROOT)}")
    sweep()
    return code


def _sections(measured: Path) -> Iterator[str]:
    """Each subject as it was measured last."""
    for name in SUBJECTS:
        path = measured / f"{name}.md"
        missing = Section(name.capitalize(), (), (NOT_YET.format(name),))
        yield path.read_text("utf-8") if path.is_file() else render(missing)


if __name__ == "__main__":
    sys.exit(main())
