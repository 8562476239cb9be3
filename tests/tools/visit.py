"""Turn an open page into what reaches beyond its edges, what covers the focus, what it cost to load."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

WINDOWS = {
    "desktop": {"width": 1280, "height": 900},
    "phone": {"width": 360, "height": 740},
    "320 px": {"width": 320, "height": 640},
    "200 % zoom": {"width": 640, "height": 450},
    "400 % zoom": {"width": 320, "height": 225},
}
"""Where nothing may scroll sideways (WCAG 2.2, 1.4.4 and 1.4.10); zoomed: the desktop's."""

_SIDEWAYS = """() => {
  const wide = document.documentElement.clientWidth;
  const page = Math.max(document.documentElement.scrollWidth, document.body.scrollWidth);
  return [...document.body.querySelectorAll('*')]
    .filter(e => !e.closest('.skip') && e.getClientRects().length)
    .filter(e => { const r = e.getBoundingClientRect(); return r.right > wide + 1 || r.left < -1; })
    .map(e => `${e.tagName}.${e.className} ${e.textContent.trim().slice(0, 40)}`)
    .concat(page > wide ? ['the whole page'] : []);
}"""

_THIN = """most => {
  const all = [...document.body.querySelectorAll('*')].reverse();
  const named = e => `${e.tagName}.${e.className}`;
  const made = e => [named(e), ...new Set([...e.querySelectorAll('*')].map(named))].sort().join();
  for (const parent of all) {
    const seen = {};
    for (const child of [...parent.children]) {
      const make = `${child.lang} ${made(child)}`;
      seen[make] = (seen[make] || 0) + 1;
      if (seen[make] > most) child.remove();
    }
  }
}"""

_WATCH = """() => {
  const stops = window.ketapubStops = [];
  const drawn = style => style.outlineStyle === 'auto'
    || (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2);
  addEventListener('keyup', event => {
    const e = document.activeElement;
    if (event.key !== 'Tab' || !e || e === document.body) { stops.push(null); return; }
    const seen = [...e.getClientRects()].some(r =>
      [r.left + 2, (r.left + r.right) / 2, r.right - 2].some(x =>
        [r.top + 2, (r.top + r.bottom) / 2, r.bottom - 2].some(y => {
          const top = document.elementFromPoint(x, y);
          return top && (e.contains(top) || top.contains(e));
        })));
    stops.push({
      at: [...document.querySelectorAll('*')].indexOf(e),
      name: `${e.tagName}.${e.className} ${e.textContent.trim().slice(0, 40)}`,
      seen,
      ringed: drawn(getComputedStyle(e)) || drawn(getComputedStyle(e, '::after')),
    });
  }, true);
}"""
_REACHABLE = """() => {
  const all = [...document.querySelectorAll('*')];
  const wanted = 'a[href], button, input, select, textarea, summary, [tabindex], [contenteditable]';
  return [...document.querySelectorAll(wanted)]
    .filter(e => !e.disabled && e.getClientRects().length && getComputedStyle(e).visibility === 'visible')
    .map(e => all.indexOf(e));
}"""


def sideways(page: Any) -> list[str]:
    """What reaches beyond the window's edges, in each window; it stays at the last."""
    found = []
    for name, size in WINDOWS.items():
        page.set_viewport_size(size)
        found += [f"{name}: {' '.join(what.split())}" for what in page.evaluate(_SIDEWAYS)]
    return found


def thin(page: Any, most: int = 3) -> None:
    """Of things side by side that hold the same kinds of elements in one language, keep the first few."""
    page.evaluate(_THIN, most)


@dataclass(frozen=True, slots=True)
class Walk:
    """A page as the Tab key alone goes through it, from its beginning to its end."""

    stops: tuple[str, ...]
    """What got the focus, in order."""
    faults: tuple[str, ...]
    """Not reached, or wholly covered (WCAG 2.2, 2.4.11), or without a ring (2.4.7) while focused."""


def walk(page: Any) -> Walk:
    """Press Tab until the page ends. Links must be reached in the order in which they are written."""
    page.evaluate(_WATCH)
    page.evaluate("() => { scrollTo(0, 0); document.activeElement.blur(); }")
    wanted = page.evaluate(_REACHABLE)
    for _ in wanted:
        page.keyboard.press("Tab")
    stops = page.evaluate("ketapubStops")
    reached = [stop["at"] for stop in stops if stop]
    faults = [
        f"Tab goes another way at stop {n}"
        for n, (a, b) in enumerate(zip(reached, wanted, strict=False), 1)
        if a != b
    ][:1]
    if set(reached) != set(wanted):
        faults.append(f"Tab reaches {len(set(reached))} of {len(wanted)} things")
    faults += [f"covered: {stop['name']}" for stop in stops if stop and not stop["seen"]]
    faults += [f"no ring: {stop['name']}" for stop in stops if stop and not stop["ringed"]]
    return Walk(tuple(stop["name"] for stop in stops if stop), tuple(faults))


@dataclass(slots=True)
class Traffic:
    """What a page has loaded since `forget`."""

    size: int = 0
    """Bytes as they came over the line, headers included."""
    urls: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    """What the browser complained of: a content policy that was broken, a script that failed."""

    def forget(self) -> None:
        """Begin anew."""
        self.size = 0
        self.urls.clear()
        self.errors.clear()


def listen(page: Any) -> Traffic:
    """What a page loads from now on, with an empty cache each time."""
    traffic = Traffic()
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})

    def add(event: dict[str, Any]) -> None:
        traffic.size += int(event["encodedDataLength"])

    session.on(
        "Network.requestWillBeSent", lambda event: traffic.urls.append(event["request"]["url"])
    )
    session.on("Network.loadingFinished", add)
    page.on(
        "console", lambda said: traffic.errors.append(said.text) if said.type == "error" else None
    )
    page.on("pageerror", lambda error: traffic.errors.append(str(error)))
    return traffic
