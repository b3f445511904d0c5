"""Ingest while 200 people have the portal open, against ingest while nobody has; in turn, on one ledger that grows.

What the people's own processes take counts against the ledger, for they run on its machine; how much that is, is told.
"""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPConnection
from itertools import cycle
from pathlib import Path

from msgspec import Struct

from benchmarks.bench import BATCH, CORES, Bench
from benchmarks.figures import Figure, Outcome, outcomes
from benchmarks.fleet import Fleet
from benchmarks.ingest import CONNECTIONS, SIGNATURES
from benchmarks.load import Address, NotTaken, drive
from benchmarks.served import Served, served
from tests.world import item_id

VIEWERS = 200
EVERY_S = 15.0
"""As `static/live.js` asks again."""
THREADS = 20
TURN = 10_000
"""Statements."""
WANTED = 0.90
HEADERS = {"Accept": "text/html", "Accept-Encoding": "gzip"}
"""As browsers ask."""


class Seen(Struct, frozen=True):
    """What viewers were given, by how much processor time of theirs; `pages`: answers that were new pages."""

    answers: int
    pages: int
    cpu_seconds: float


class Taken(Struct):
    """What ingest took in all its turns: on the wall, and of the ledger's processor time."""

    statements: int = 0
    seconds: float = 0.0
    cpu_seconds: float = 0.0

    @property
    def rate(self) -> float:
        return self.statements / self.seconds

    @property
    def cost(self) -> float:
        """Processor time for each statement, µs."""
        return self.cpu_seconds / self.statements * 1e6


def run(bench: Bench) -> list[Outcome]:
    """Ingest alone and beside the viewers, again and again."""
    fleet = Fleet(bench.pool, bench.size.devices)
    with served(bench.folder / "viewers", fleet) as ledger:
        drive(Address(ledger.port), fleet.sign(CONNECTIONS * BATCH, CONNECTIONS, signatures=SIGNATURES))
        return outcomes([[_measure(bench, ledger, fleet)] for _ in range(bench.size.repeats)])


def _measure(bench: Bench, ledger: Served, fleet: Fleet) -> Figure:
    """In short turns, now one and now the other first: what else the machine has to do changes all the time."""
    statements = min(TURN, bench.size.statements)
    alone, beside, seen = Taken(), Taken(), list[Seen]()
    for number in range(bench.size.statements // statements):
        turns = [fleet.sign(statements, CONNECTIONS, signatures=SIGNATURES) for _ in range(2)]
        if number % 2:
            _ingest(bench, ledger, turns.pop(), alone)
        with _watched(bench, ledger.port) as watching:
            _ingest(bench, ledger, turns.pop(), beside)
        seen.append(watching.result())
        if turns:
            _ingest(bench, ledger, turns.pop(), alone)
    own = sum(one.cpu_seconds for one in seen) / beside.seconds / CORES
    note = (
        f"{VIEWERS} viewers, each asking every {EVERY_S:.0f} s; {sum(one.answers for one in seen):,} answers, "
        f"{sum(one.pages for one in seen):,} of them new pages; the ledger's processor time a statement "
        f"{beside.cost:.0f} µs, alone {alone.cost:.0f} µs; the viewers' own {own:.1%} of all cores"
    )
    bench.say(f"viewers: {beside.rate:,.0f} statements/s beside them, {alone.rate:,.0f} alone; {note}")
    return Figure(
        "ingest beside 200 viewers", beside.rate, alone.rate, "statements/s", "without them", "at least", WANTED, note
    )


def _ingest(bench: Bench, ledger: Served, lanes: list[list[bytes]], taken: Taken) -> None:
    cpu = ledger.cpu_seconds()
    taken.seconds += bench.pool.submit(drive, Address(ledger.port), lanes).result().seconds
    taken.cpu_seconds += ledger.cpu_seconds() - cpu
    taken.statements += sum(body.count(b"\n") for bodies in lanes for body in bodies)


@contextmanager
def _watched(bench: Bench, port: int) -> Iterator["Future[Seen]"]:
    """Viewers in another process who have their pages, until the block ends; then it is there what they saw."""
    there, stop = bench.folder / "there", bench.folder / "stop"
    for file in (there, stop):
        file.unlink(missing_ok=True)
    watching = bench.pool.submit(watch, port, there, stop, min(EVERY_S, bench.size.statements / TURN * EVERY_S))
    while not there.exists() and not watching.done():
        time.sleep(0.05)
    try:
        yield watching
    finally:
        stop.touch()
        watching.result()


def watch(port: int, there: Path, stop: Path, opening: float) -> Seen:
    """Each viewer opens a page, within `opening` seconds (`there` is, once all have), and asks for it again and again
    until `stop` is there.

    What was seen by asking again. Raises NotTaken.
    """
    statuses, begun = list[int](), list[float]()

    def begin() -> None:
        begun.append(time.process_time())
        there.touch()

    opened = threading.Barrier(THREADS, action=begin)

    def look(first: int) -> None:
        mine = range(first, VIEWERS, THREADS)
        http = HTTPConnection("127.0.0.1", port, timeout=60)
        tags = {}
        try:
            # One after the other, as later: a page is as old when it is asked for again as it would be on any day.
            time.sleep(opening * first / VIEWERS)
            for viewer in mine:
                tags[viewer] = _ask(http, _page(viewer), "")[1]
                time.sleep(opening / len(mine))
            opened.wait()
        except BaseException:
            opened.abort()
            raise
        time.sleep(EVERY_S * first / VIEWERS)
        for viewer in cycle(mine):
            if stop.exists():
                break
            status, tags[viewer] = _ask(http, _page(viewer), tags[viewer])
            statuses.append(status)
            time.sleep(EVERY_S / len(mine))
        http.close()

    with ThreadPoolExecutor(THREADS) as threads:
        list(threads.map(look, range(THREADS)))
    return Seen(len(statuses), statuses.count(200), time.process_time() - begun[0])


def _page(viewer: int) -> str:
    """What a viewer looks at: one in four at an item of their own."""
    return ("/", "/findings", f"/{item_id(viewer * 2)}", "/log")[viewer % 4]


def _ask(http: HTTPConnection, path: str, tag: str) -> tuple[int, str]:
    """(status, the page's tag now). Raises NotTaken for an answer that is no page."""
    http.request("GET", path, headers={**HEADERS, "If-None-Match": tag})
    response = http.getresponse()
    answer = response.read()
    if response.status not in (200, 304):
        raise NotTaken(f"{path}: {response.status}, {answer[:500]!r}")
    return response.status, response.headers["ETag"]
