"""Ingest while 200 people have the portal open, against ingest while nobody has; in turn, on one ledger that grows."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPConnection
from itertools import cycle
from pathlib import Path

from benchmarks.bench import BATCH, Bench
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
WANTED = 0.90
HEADERS = {"Accept": "text/html", "Accept-Encoding": "gzip"}
"""As browsers ask."""


def run(bench: Bench) -> list[Outcome]:
    """Ingest alone, then beside the viewers, again and again."""
    fleet = Fleet(bench.pool, bench.size.devices)
    with served(bench.folder / "viewers", fleet) as ledger:
        drive(Address(ledger.port), fleet.sign(CONNECTIONS * BATCH, CONNECTIONS, signatures=SIGNATURES))
        return outcomes([[_measure(bench, ledger, fleet)] for _ in range(bench.size.repeats)])


def _measure(bench: Bench, ledger: Served, fleet: Fleet) -> Figure:
    alone = _rate(bench, ledger, fleet)
    with _watched(bench, ledger.port) as seen:
        beside = _rate(bench, ledger, fleet)
    note = f"{VIEWERS} viewers, each asking every {EVERY_S:.0f} s; {seen[0]:,} answers, {seen[1]:,} of them new pages"
    bench.say(f"viewers: {beside:,.0f} statements/s beside them, {alone:,.0f} alone; {note}")
    return Figure("ingest beside 200 viewers", beside, alone, "statements/s", "without them", "at least", WANTED, note)


def _rate(bench: Bench, ledger: Served, fleet: Fleet) -> float:
    lanes = fleet.sign(bench.size.statements, CONNECTIONS, signatures=SIGNATURES)
    statements = sum(body.count(b"\n") for bodies in lanes for body in bodies)
    return statements / bench.pool.submit(drive, Address(ledger.port), lanes).result().seconds


@contextmanager
def _watched(bench: Bench, port: int) -> Iterator[list[int]]:
    """Viewers in another process who have their pages, until the block ends; it is given (answers, new pages) then."""
    there, stop = bench.folder / "there", bench.folder / "stop"
    for file in (there, stop):
        file.unlink(missing_ok=True)
    watching = bench.pool.submit(watch, port, there, stop)
    seen = [0, 0]
    while not there.exists() and not watching.done():
        time.sleep(0.05)
    try:
        yield seen
    finally:
        stop.touch()
        seen[:] = watching.result()


def watch(port: int, there: Path, stop: Path) -> list[int]:
    """Each viewer opens a page (`there` is, once all have), and asks for it again and again until `stop` is there.

    (answers, new pages) of those that were asked for again. Raises NotTaken.
    """
    seen, guard = [0, 0], threading.Lock()
    opened = threading.Barrier(THREADS, action=there.touch)

    def look(first: int) -> None:
        mine = range(first, VIEWERS, THREADS)
        http = HTTPConnection("127.0.0.1", port, timeout=60)
        try:
            tags = {viewer: _ask(http, _page(viewer), "")[1] for viewer in mine}
            opened.wait()
        except BaseException:
            opened.abort()
            raise
        for viewer in cycle(mine):
            if stop.exists():
                break
            time.sleep(EVERY_S / len(mine))
            status, tags[viewer] = _ask(http, _page(viewer), tags[viewer])
            with guard:
                seen[0] += 1
                seen[1] += status == 200
        http.close()

    with ThreadPoolExecutor(THREADS) as threads:
        list(threads.map(look, range(THREADS)))
    return seen


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
