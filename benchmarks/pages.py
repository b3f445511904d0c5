"""What pages cost in a long log against a short one: processor time of the thread that answers, in turn.

Both logs are filled without HTTP, and asked without it: what a request costs beside its page is the same in both.
"""

import time
from collections.abc import Callable
from contextlib import ExitStack, closing
from random import Random
from statistics import median

from flask.testing import FlaskClient
from msgspec import Struct

from benchmarks.bench import Bench
from benchmarks.country import ITEMS, Country, person, station
from benchmarks.figures import Figure, Outcome, outcomes
from benchmarks.filled import fill, follow
from benchmarks.load import NotTaken
from custody.ledger.ledger import Ledger
from custody.web.app import create_app
from tests.world import World, item_id

SMALL = 10_000
SAME = 1.1
"""What a page may cost in the long log, of what it costs in the short one: the noise of such a measurement."""
ASKED = 200
WARM = 10
"""So many are asked before, that are not measured."""
SEED = 1


class Asked(Struct, frozen=True):
    """A log that is asked, and how many stations there are in it."""

    client: FlaskClient
    stations: int

    def seconds(self, path: str) -> float:
        """Processor time of one answer."""
        start = time.thread_time()
        response = self.client.get(f"/api/v1/{path}")
        taken = time.thread_time() - start
        if response.status_code != 200:
            raise NotTaken(f"{path}: {response.status_code}, {response.data[:500]!r}")
        return taken


PAGES: dict[str, Callable[[Random, int], str]] = {
    "an item": lambda random, stations: f"items/{item_id(random.randrange(stations * ITEMS))}",
    "a polling station": lambda random, stations: f"sites/{station(random.randrange(stations))}",
    "a handler": lambda random, stations: f"handlers/{person(random.randrange(stations), 1)}",
    "the first findings": lambda _random, _stations: "findings",
    "the topmost site": lambda _random, _stations: f"sites/{World(devices=0, handlers=0).sites[0]}",
    "the plan": lambda _random, _stations: "plan/status",
    "all in figures": lambda _random, _stations: "status",
}


def run(bench: Bench) -> list[Outcome]:
    """Fills a short log and a long one, then asks both for each page."""
    sizes = (min(SMALL, bench.size.entries // 2), bench.size.entries)
    with ExitStack() as stack:
        short, long = (_asked(bench, size, stack) for size in sizes)
        return outcomes(
            [[_measure(bench, page, short, long) for page in PAGES] for _ in range(bench.size.repeats)],
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
    for _ in range(WARM + ASKED):
        taken.append(
            (long.seconds(PAGES[page](random, long.stations)), short.seconds(PAGES[page](random, short.stations)))
        )
    measured, limit = (median(seconds) * 1e3 for seconds in zip(*taken[WARM:], strict=True))
    name = f"page of {page} at {bench.size.entries:,} entries"
    bench.say(f"{name}: {measured:.2f} ms of processor time; in the short log {limit:.2f} ms")
    return Figure(name, measured, limit, "ms", f"at {SMALL:,}", "at most", SAME)
