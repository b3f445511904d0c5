"""What pages cost in a long log against a short one: processor time of the thread that answers, in turn.

Both logs are filled without HTTP, and asked without it: what a request costs beside its page is the same in both.
The portal's pages are held against a limit as well, in the long log.
"""

import time
from collections.abc import Callable
from contextlib import ExitStack, closing
from random import Random
from statistics import median

from flask.testing import FlaskClient
from msgspec import Struct

from benchmarks.bench import Bench
from benchmarks.country import ITEMS, STATIONS, Country, person, station, village
from benchmarks.figures import Figure, Outcome, outcomes, percentile
from benchmarks.filled import fill, follow
from benchmarks.load import NotTaken
from custody.ledger.ledger import Ledger
from custody.web.app import create_app
from tests.world import World, item_id

SMALL = 10_000
SAME = 1.1
"""What a page may cost in the long log, of what it costs in the short one: the noise of such a measurement."""
ASKED = 2
"""Times as often as an agent has sessions each is asked for."""
WARM = 10
"""So many are asked before, that are not measured."""
SEED = 1
LONGEST_MS = 100.0
"""The portal's pages: 99 of 100 take no longer."""


class Asked(Struct, frozen=True):
    """A log that is asked, and how many stations there are in it."""

    client: FlaskClient
    stations: int

    def seconds(self, path: str) -> float:
        """Processor time of one answer."""
        start = time.thread_time()
        response = self.client.get(path, headers={"Accept": "text/html"})
        taken = time.thread_time() - start
        if response.status_code != 200:
            raise NotTaken(f"{path}: {response.status_code}, {response.data[:500]!r}")
        return taken


Path = Callable[[Random, int], str]

API: dict[str, Path] = {
    "an item": lambda random, stations: f"/api/v1/items/{_item(random, stations)}",
    "a polling station": lambda random, stations: f"/api/v1/sites/{station(random.randrange(stations))}",
    "a handler": lambda random, stations: f"/api/v1/handlers/{person(random.randrange(stations), 1)}",
    "the first findings": lambda _random, _stations: "/api/v1/findings",
    "the topmost site": lambda _random, _stations: f"/api/v1/sites/{_topmost()}",
    # Of a village: of a whole country's destinations a page has as many as there are, up to 500.
    "the plan": lambda random, stations: f"/api/v1/plan/status?site={village(random.randrange(stations // STATIONS))}",
    "all in figures": lambda _random, _stations: "/api/v1/status",
}
PORTAL: dict[str, Path] = {
    "home": lambda _random, _stations: "/",
    "item": lambda random, stations: f"/{_item(random, stations)}",
    "polling station": lambda random, stations: f"/{station(random.randrange(stations))}",
    "topmost site": lambda _random, _stations: f"/{_topmost()}",
    "findings": lambda _random, _stations: "/findings",
    "log": lambda _random, _stations: "/log",
}


def run(bench: Bench) -> list[Outcome]:
    """Fills a short log and a long one, then asks both for each page."""
    sizes = (min(SMALL, bench.size.entries // 2), bench.size.entries)
    with ExitStack() as stack:
        short, long = (_asked(bench, size, stack) for size in sizes)
        return outcomes(
            [
                [_measure(bench, page, short, long) for page in API] + [_longest(bench, page, long) for page in PORTAL]
                for _ in range(bench.size.repeats)
            ],
        )


def _asked(bench: Bench, entries: int, stack: ExitStack) -> Asked:
    country = Country.of(entries)
    config = fill(bench.pool, bench.folder / f"of-{entries}", country)
    size, seconds = bench.pool.submit(follow, config).result()
    bench.say(f"pages: {size:,} entries; the follower took {seconds / size * 1e6:.0f} µs of processor time for each")
    ledger = stack.enter_context(closing(Ledger.open(config)))
    return Asked(create_app(ledger).test_client(), country.stations)


def _measure(bench: Bench, page: str, short: Asked, long: Asked) -> Figure:
    random = Random(SEED)
    taken: list[tuple[float, float]] = []
    for _ in range(WARM + ASKED * bench.size.sessions):
        taken.append((long.seconds(API[page](random, long.stations)), short.seconds(API[page](random, short.stations))))
    measured, limit = (median(seconds) * 1e3 for seconds in zip(*taken[WARM:], strict=True))
    name = f"page of {page} at {bench.size.entries:,} entries"
    bench.say(f"{name}: {measured:.2f} ms of processor time; in the short log {limit:.2f} ms")
    return Figure(name, measured, limit, "ms", f"at {SMALL:,}", "at most", SAME)


def _longest(bench: Bench, page: str, long: Asked) -> Figure:
    random = Random(SEED)
    # Each at an address of its own: else it would not be made anew, but be the one that was made before.
    taken = [
        long.seconds(f"{PORTAL[page](random, long.stations)}?asked={number}") * 1e3
        for number in range(WARM + ASKED * bench.size.sessions)
    ][WARM:]
    measured = percentile(taken, 99)
    name = f"the portal's {page} at {bench.size.entries:,} entries"
    note = f"median {median(taken):.1f} ms"
    bench.say(f"{name}: 99 of 100 within {measured:.1f} ms of processor time, {note}")
    return Figure(name, measured, LONGEST_MS, "ms", "as asked for", "at most", 1.0, note)


def _item(random: Random, stations: int) -> str:
    return item_id(random.randrange(stations * ITEMS))


def _topmost() -> str:
    return World(devices=0, handlers=0).sites[0]
