"""How soon a phone on a slow network shows something of a page, and how many bytes it takes in all.

Debian's Chromium with nothing kept from before, its processor slowed down, on a link of its own; a real `custody
serve`, with a country of up to 38 districts.
"""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median

from msgspec import Struct
from playwright.sync_api import Browser, ViewportSize, sync_playwright

from benchmarks.bench import Bench
from benchmarks.country import Country, district, station
from benchmarks.figures import Figure, Outcome, outcomes
from benchmarks.filled import fill
from benchmarks.link import FAST_3G, SLOW_3G, Link, link
from benchmarks.load import Address, Connection
from benchmarks.served import serving, write_settings
from tests.conftest import CHROMIUM
from tests.world import item_id

DISTRICTS = 38
"""As Indonesia has provinces."""
VILLAGES = 4
"""Of a district, at most."""
PAINTED_MS, BYTES = 1000.0, 150_000
SLOWER = 4
"""Than this machine, the phone."""
SCREEN: ViewportSize = {"width": 412, "height": 823}
SCALE = 1.75
"""As Lighthouse's phone has it."""
ONE_IN = 14
"""Of an agent's sessions, each page is loaded for one; half as often on the slower link."""
FOLLOWED_S = 600.0
PAGES = {
    "home": "/",
    "item": f"/{item_id(1)}",
    "district": f"/{district(0)}",
    "polling station": f"/{station(0)}",
    "findings": "/findings",
    "log": "/log",
    "about": "/about",
}
_PAINTED = """() => new Promise(done => new PerformanceObserver(seen => {
  for (const one of seen.getEntries()) if (one.name === "first-contentful-paint") done(one.startTime);
}).observe({ type: "paint", buffered: true }))"""


class Loaded(Struct, frozen=True):
    """When something was painted, ms since the visitor asked for it; all bytes that came."""

    painted: float
    carried: int


def run(bench: Bench) -> list[Outcome]:
    """Fills and serves a country, then loads each page, again and again."""
    folder = bench.folder / "painted"
    country = Country.of(bench.size.entries)
    villages = min(country.villages, DISTRICTS * VILLAGES)
    fill(bench.pool, folder, Country(villages, country.day, -(-villages // DISTRICTS)))
    write_settings(folder)
    with serving(folder) as ledger, _chromium() as browser:
        _follow(ledger.port)
        return outcomes(
            [
                [figure for page in PAGES for figure in _measure(bench, browser, ledger.port, page)]
                for _ in range(bench.size.repeats)
            ]
        )


def _measure(bench: Bench, browser: Browser, server: int, page: str) -> tuple[Figure, Figure]:
    times = max(1, bench.size.sessions // ONE_IN)
    with link(server, FAST_3G) as fast:
        loads = [_load(browser, fast, page) for _ in range(times)]
    with link(server, SLOW_3G) as slow:
        slower = [_load(browser, slow, page).painted for _ in range(times // 2)]
    painted = [one.painted for one in loads]
    note = f"median of {times}, worst {max(painted):,.0f} ms"
    if slower:
        note += f"; on {SLOW_3G.name} {median(slower):,.0f} ms"
    carried = max(one.carried for one in loads)
    bench.say(f"{page}: painted after {median(painted):,.0f} ms ({note}); {carried:,} bytes")
    return (
        Figure(f"first paint of {page}", median(painted), PAINTED_MS, "ms", "as asked for", "at most", 1.0, note),
        Figure(f"bytes of {page}", carried, BYTES, "bytes", "as asked for", "at most", 1.0),
    )


def _load(browser: Browser, link: Link, page: str) -> Loaded:
    """A page, by a browser that has nothing of it yet."""
    with browser.new_context(viewport=SCREEN, device_scale_factor=SCALE, is_mobile=True, has_touch=True) as context:
        tab = context.new_page()
        context.new_cdp_session(tab).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        before = link.carried
        tab.goto(f"http://127.0.0.1:{link.port}{PAGES[page]}", wait_until="load")
        return Loaded(tab.evaluate(_PAINTED), link.carried - before)


@contextmanager
def _chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        # Its sandbox needs rights that containers and root do not have.
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


def _follow(port: int) -> None:
    """Returns once the tables hold all of the log."""
    deadline = time.monotonic() + FOLLOWED_S
    with Connection(Address(port)) as connection:
        while (told := json.loads(connection.get("/healthz")))["followed"] < told["size"]:
            if time.monotonic() > deadline:
                raise TimeoutError("the tables do not follow the log")
            time.sleep(0.1)
