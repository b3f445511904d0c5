"""A shift at one kiosk: a serial scanner and a camera read thousands of labels at once, through the agent as it runs.

`python -m tests.agent.shift` runs a whole one and says whether anything was lost or read twice, and what memory did.
"""

import re
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import click
import numpy as np
import zxingcpp

from custody.core import statement
from custody.core.event import Event
from custody.simulation import camera as mjpeg
from scanner_agent import texts
from scanner_agent.database import connect
from tests.agent.pictures import Picture, on_table
from tests.agent.scene import PIN, Scene, sync
from tests.agent.serial_line import Scanner
from tests.agent.simulated_ledger import serve
from tests.world import item_id

ROOT = Path(__file__).parents[2]
ACK = b"\x06"
IN_VIEW = 6
WAIT_S = 60.0
MOST_GROWTH = 5_000
"""Kilobytes between the second quarter of a shift and the last.

What stays of an item is its id in `core.ids`, 150 bytes or so, of the last 16,384: some 2,400 kB in all. The outbox's
pages that SQLite keeps, 2,000 kB, are there by the first quarter's end.
"""
_ID = re.compile(r"8004/\d+")


class Lost(Exception):
    """Something was not read, not answered or not said in time."""


@dataclass
class Outcome:
    """What was read, what the statements say of it, and the agent's resident memory after each session (kB)."""

    read: list[str] = field(default_factory=list)
    signed: list[str] = field(default_factory=list)
    kinds: Counter[str] = field(default_factory=Counter)
    memory: list[int] = field(default_factory=list)

    @property
    def missing(self) -> Counter[str]:
        return Counter(self.read) - Counter(self.signed)

    @property
    def doubled(self) -> Counter[str]:
        return Counter(self.signed) - Counter(self.read)

    @property
    def growth(self) -> int:
        """Of memory, from the second quarter to the last: the least of each, as a frame takes some for a moment."""
        quarter = len(self.memory) // 4
        return min(self.memory[-quarter or -1 :]) - min(self.memory[quarter : 2 * quarter + 1])


class Kiosk:
    """The agent as a process of its own, with a terminal that a test types at and reads."""

    def __init__(self, settings: Path) -> None:
        command = [sys.executable, "-m", "scanner_agent.cli", "run", "--config", str(settings)]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        self.process = subprocess.Popen(command, cwd=ROOT, text=True, bufsize=1, **pipes)
        self._said = threading.Condition()
        self._lines: list[str] = []
        threading.Thread(target=self._listen, daemon=True).start()

    def type(self, *lines: str) -> None:
        assert self.process.stdin is not None
        for line in lines:
            self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()

    def wait_for(self, *words: str) -> None:
        """Until each of these was said since `forget`. Raises Lost."""
        with self._said:
            if not self._said.wait_for(
                lambda: all(any(word in line for line in self._lines) for word in words), WAIT_S
            ):
                raise Lost(f"{words} was not all said, but: {self._lines[-20:]}")

    def forget(self) -> None:
        with self._said:
            self._lines.clear()

    def memory(self) -> int:
        """Resident, kB."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0])

    def end(self) -> int:
        """Its exit code, once its lines have ended."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        return self.process.wait(WAIT_S)

    def _listen(self) -> None:
        for line in self.process.stdout or ():
            with self._said:
                self._lines.append(line.strip())
                self._said.notify_all()


def run(reads: int, session: int, folder: Path) -> Outcome:
    """A shift of at least `reads` reads of as many items, half by each reader, `session` in a session. Raises Lost.

    Of every other session there is a document.
    """
    scene, outcome = Scene(), Outcome()
    with _readers(folder) as (scanner, camera), serve(scene.ledger) as url:
        config = scene.config(folder, url)
        sync(config)
        settings = folder / "agent.toml"
        settings.write_text(settings.read_text() + _sources(scanner, camera))
        kiosk = Kiosk(settings)
        try:
            for number, first in enumerate(range(0, reads, session)):
                batch = range(first, first + session)
                action = ["action store"] if number % 2 else ["action release", f"to {scene.world.sites[2]}"]
                _session(kiosk, scene, (scanner, camera), batch, action)
                outcome.read += map(item_id, batch)
                outcome.memory.append(kiosk.memory())
            if kiosk.end() != 0:
                raise Lost("the agent refused a line")
        finally:
            kiosk.process.kill()
            kiosk.process.wait()
    _count(config.outbox, outcome)
    return outcome


def _session(
    kiosk: Kiosk,
    scene: Scene,
    readers: tuple[Scanner, mjpeg.Camera],
    batch: Sequence[int],
    action: Sequence[str],
) -> None:
    """One confirmed statement; the first label of each reader is read by the other, too."""
    scanner, camera = readers
    kiosk.forget()
    kiosk.type(scene.ann.badge, PIN, *action)
    kiosk.wait_for(texts.CHOSEN[0])
    labels = {item_id(number): scene.label(number) for number in batch}
    half = len(labels) // 2
    by_hand, before_camera = list(labels)[:half], list(labels)[half:]
    failures: list[Exception] = []

    def scan() -> None:
        for id_ in [*by_hand, before_camera[0]]:
            scanner.send(f"]Q1{labels[id_]}\r".encode())
            if scanner.receive(1, WAIT_S) != ACK:
                raise Lost(f"{id_} was not acknowledged")

    def show() -> None:
        ids = [before_camera[0], by_hand[0], *before_camera[1:]]
        for start in range(0, len(ids), IN_VIEW):
            some = ids[start : start + IN_VIEW]
            camera.show(on_table(*(_code(labels[id_]) for id_ in some)))
            kiosk.wait_for(*some)

    def guarded(work: Callable[[], None]) -> None:
        try:
            work()
        except Exception as failure:
            failures.append(failure)

    threads = [threading.Thread(target=guarded, args=(work,)) for work in (scan, show)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    kiosk.type(f"wait items {len(batch)}", "confirm", "wait documents")
    kiosk.wait_for(texts.SIGNED[0], *([texts.DOCUMENT[0]] if len(action) > 1 else []))


@contextmanager
def _readers(folder: Path) -> Iterator[tuple[Scanner, mjpeg.Camera]]:
    scanner = Scanner(folder)
    scanner.plug_in()
    with mjpeg.Camera(on_table(), fps=15) as camera:
        yield scanner, camera
    scanner.unplug()


def _sources(scanner: Scanner, camera: mjpeg.Camera) -> str:
    return (
        f'[[source]]\nkind = "serial"\ndevice = "{scanner.device}"\ngood = "06"\nbad = "15"\n'
        f'[[source]]\nkind = "camera"\ndevice = "{camera.url}"\nname = "kiosk"\n'
    )


def _code(text: str) -> Picture:
    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode)
    return np.pad(np.array(code.to_image(scale=3, add_quiet_zones=False), np.uint8), 12, constant_values=255)


def _count(outbox: Path, outcome: Outcome) -> None:
    database = connect(outbox)
    for (envelope,) in database.execute("SELECT envelope FROM statement ORDER BY issuer, seq"):
        event = statement.parse(envelope).body
        assert isinstance(event, Event)
        outcome.signed += event.items
    for (kept,) in database.execute("SELECT input FROM draft"):
        outcome.kinds.update(re.findall(r'"source":"(\w+)"', kept.decode()))
    database.close()


@click.command()
@click.option("--reads", default=10_000, show_default=True)
@click.option("--session", default=100, show_default=True, help="Reads in a session.")
def main(reads: int, session: int) -> None:
    """Run a shift; exit code 1 if anything was lost or read twice, or if memory grew."""
    began = time.monotonic()
    with TemporaryDirectory() as folder:
        outcome = run(reads, session, Path(folder))
    click.echo(f"{len(outcome.read)} reads in {time.monotonic() - began:.0f} s: {dict(outcome.kinds)}")
    click.echo(f"lost {outcome.missing.total()}, twice {outcome.doubled.total()}")
    some = outcome.memory[:: max(1, len(outcome.memory) // 10)]
    click.echo(f"memory, kB: {some} … {outcome.memory[-1]}, grown by {outcome.growth}")
    sys.exit(bool(outcome.missing or outcome.doubled or outcome.growth > MOST_GROWTH))


if __name__ == "__main__":
    main()
