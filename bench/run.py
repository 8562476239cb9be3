"""Measure ketapub beside its peers, all in one run on one machine; writes bench/RESULTS.md.

make bench                  everything
make bench ONLY=pages       one subject, printed and not written
make bench QUICK=1          small and once: to see that it works
"""

from __future__ import annotations

import argparse
import os
import sys
import time
import traceback
from collections.abc import Callable
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
LIMIT = 1200
"""Seconds after which no further subject is begun."""


CUT = "NOT MEASURED: the run was cut before."
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
    place.folder.mkdir(parents=True, exist_ok=True)
    os.environ.pop("KETAPUB_CACHE", None)
    sections, code = [], 0
    head = peers.describe()
    began = time.perf_counter()
    for name in names:
        for measure in SUBJECTS[name]:
            start = time.perf_counter()
            if start - began > LIMIT:
                late = f"NOT MEASURED: the subjects before took longer than {LIMIT} s."
                sections.append(Section(name.capitalize(), (), (late,)))
                continue
            try:
                sections.append(measure(place))
            except Exception as error:  # one subject's fault must not cost what was measured
                traceback.print_exc()
                failed = f"FAILED: {type(error).__name__}: {str(error).splitlines()[0]}"
                sections.append(Section(name.capitalize(), (), (failed,)))
                code = 1
            print(render(sections[-1]))
            print(f"({name}: {time.perf_counter() - start:.0f} s)\n", file=sys.stderr, flush=True)
            if not (
                options.only or options.quick
            ):  # so that a run that is cut leaves what it knows
                left = [Section(n.capitalize(), (), (CUT,)) for n in names[names.index(name) + 1 :]]
                text = render_all("What it costs", head, (*sections, *left))
                RESULTS.write_text(text, "utf-8")
    sweep()
    if options.only or options.quick:
        print("\n".join(head))
    else:
        print(f"written: {RESULTS.relative_to(ROOT)}")
    return code


if __name__ == "__main__":
    sys.exit(main())
