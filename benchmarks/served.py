"""A real `custody serve` on loopback, and what the kernel says of its processes."""

import json
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from typing import IO

from benchmarks.bench import BATCH
from benchmarks.fleet import Fleet, body
from benchmarks.load import Address, Connection
from custody.core.note import encode_vkey
from custody.files import save_key
from custody.ledger import config as settings
from custody.ledger.ledger import Ledger
from tests.world import ORIGIN, key_of

START_S = 30.0
STOP_S = 60.0
SAMPLE_S = 0.2
SETTINGS = "ledger.toml"
CUSTODY = Path(sys.executable).parent / "custody"

_TICKS = os.sysconf("SC_CLK_TCK")
_LISTENING = re.compile(r"http://127\.0\.0\.1:(\d+)/api/v1")


class Served:
    """A ledger that runs."""

    def __init__(self, process: subprocess.Popen[str], port: int, folder: Path) -> None:
        self._process = process
        self.port = port
        self.url = f"http://127.0.0.1:{port}/{ORIGIN.partition('/')[2]}"
        self.folder = folder
        self.peak_memory = 0
        """Bytes resident at most, as far as samples show."""

    def cpu_seconds(self) -> float:
        """Processor time so far, user and system, of the ledger and the processes that it has started."""
        stats = (_read(process, "stat").rpartition(")")[2].split() for process in self._processes())
        return sum(int(fields[11]) + int(fields[12]) for fields in stats) / _TICKS

    def memory(self) -> int:
        """Bytes resident now, of all its processes; what they share counts once."""
        lines = (line.split() for process in self._processes() for line in _read(process, "smaps_rollup").splitlines())
        return sum(int(words[1]) * 1024 for words in lines if words[0] == "Pss:")

    def auditor(self, name: str, place: str, at: str) -> Path:
        """A file of that name with an auditor's settings, for the log whose `place` (url or folder) is `at`."""
        with Connection(Address(self.port)) as connection:
            entry0 = connection.get("/api/v1/log/entries/0")
        vkey = encode_vkey(ORIGIN, key_of("log").public)
        values = {place: at, "vkey": vkey, "entry0": sha256(entry0).hexdigest()}
        path = self.folder / name
        # A JSON string is a TOML basic string.
        path.write_text("".join(f"{key} = {json.dumps(value)}\n" for key, value in values.items()))
        return path

    def watch(self) -> None:
        """Keeps `peak_memory`, until the process ends."""
        with suppress(OSError):
            while self._process.poll() is None:
                self.peak_memory = max(self.peak_memory, self.memory())
                time.sleep(SAMPLE_S)

    def _processes(self) -> list[int]:
        return [self._process.pid, *_descendants(self._process.pid)]


@contextmanager
def served(folder: Path, fleet: Fleet) -> Iterator[Served]:
    """A new log in `folder`, with the fleet's roster in it; ends with the block."""
    folder.mkdir(parents=True)
    config = settings.load(write_settings(folder))
    key = key_of("log")
    save_key(config.key, key)
    Ledger.initialise(config, fleet.root, key)
    with serving(folder) as ledger:
        threading.Thread(target=ledger.watch, daemon=True).start()
        with Connection(Address(ledger.port, "?receipts=later")) as connection:
            for at in range(0, len(fleet.roster), BATCH):
                connection.post(body(fleet.roster[at : at + BATCH]))
        yield ledger


@contextmanager
def serving(folder: Path) -> Iterator[Served]:
    """The log in `folder`, by the settings that lie there; ends with the block."""
    with (folder / "ledger.log").open("w") as log:
        process = subprocess.Popen(
            [CUSTODY, "serve", "--config", folder / SETTINGS],
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            env=os.environ | {"PYTHONUNBUFFERED": "1"},
        )
        try:
            yield Served(process, _port(process), folder)
        finally:
            process.terminate()
            process.wait(STOP_S)


def write_settings(folder: Path) -> Path:
    """Those of a log in `folder`, as `filled.fill` makes one too."""
    path = folder / SETTINGS
    path.write_text(
        f'origin = "{ORIGIN}"\ndata = "data"\nguard = "guard/checkpoint"\nkey = "log.pem"\nlisten = "127.0.0.1:0"\n'
    )
    return path


def _descendants(process: int) -> Iterator[int]:
    for children in Path(f"/proc/{process}/task").glob("*/children"):
        for child in map(int, children.read_text().split()):
            yield child
            yield from _descendants(child)


def _read(process: int, name: str) -> str:
    return Path(f"/proc/{process}/{name}").read_text()


def _port(process: subprocess.Popen[str]) -> int:
    deadline = time.monotonic() + START_S
    output: IO[str] | None = process.stdout
    while output and time.monotonic() < deadline and (line := output.readline()):
        if found := _LISTENING.search(line):
            return int(found[1])
    raise RuntimeError(f"custody serve did not begin (exit code {process.poll()}); see its log")
