"""One log's entries, judged bundle by bundle, and its files held against them; more can be judged once it has grown.

Threads wait for what is read from afar, processes judge bundles one by one (`bundle`), and this thread takes the
reports in order: it grows the tree, replays the log, and at the end holds tiles and signed root against the tree.
"""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Generic

import msgspec

from custody.audit.bundle import Report, Terms, Vouched
from custody.audit.config import AuditorConfig, check_entry_0
from custody.audit.files import EntryReader, bundles_of, check_other_files, tile_fault
from custody.audit.pool import Judge, in_order, judges
from custody.audit.replay import Record, Recorder, Replay, Restore
from custody.audit.result import Fault, Result
from custody.audit.resumption import Resumption
from custody.audit.source import Source, read_tile
from custody.audit.tree import Tree
from custody.audit.verified import Judged, pack
from custody.core.errors import CustodyError, StorageFault, WrongLog
from custody.core.merkle import Frontier
from custody.core.tiles import WIDTH, Tile, tiles_changed

Progress = Callable[[int, int], None]
"""Told how many entries of how many are judged."""
Served = tuple[Tile, bytes | Fault]
"""A tile as the log serves it, or why it does not."""
SMALL = 2048
"""Entries that are judged sooner than processes start."""
READERS = 2
"""Bundles on their way from the network, beyond those with the processes."""


@dataclass(kw_only=True)
class Verification(Generic[Recorder]):
    """`open`: what must stay open as long as what was recorded is read. `workers`: None: one a core, if there is much.

    `judged`: what to go on from. With a `record` it takes a `restore`, and of what was judged hashes are read again.
    `whole`: the replay has taken all that is in the tree, and settled it. `misfit`: a file was not what follows from
    the entries, which can be another time.
    """

    source: Source
    config: AuditorConfig
    result: Result
    tree: Tree
    workers: int | None
    progress: Progress
    record: Record[Recorder] | None
    open: ExitStack
    judged: Judged | None
    restore: Restore[Recorder] | None = None
    vouched: Vouched | None = None
    recorder: Recorder | None = field(default=None, init=False)
    whole: bool = field(default=True, init=False)
    misfit: bool = field(default=False, init=False)

    def __post_init__(self) -> None:
        self._reader = EntryReader(self.source, self.tree)
        self._keep_at = self.result.size // WIDTH * WIDTH
        self._packed = b""
        if self.judged is not None:
            self.result.count_from(self.judged.result)
            self.result.resumed_from = self.judged.result.judged if self.restore is None else None
        self._replay = Replay(
            self.result, self.tree, self._reader.entry, record=self.record, judged=self.judged, restore=self.restore
        )
        self.open.enter_context(closing(self._replay))
        self.recorder = self._replay.recorder

    def run(self) -> None:
        """Judges what the result's size is beyond the tree's. Can be called again once the log has grown.

        Raises what keeps it from going on; whatever else is wrong is in the result.
        """
        begun = self.tree.size
        self._reader.size = self.result.size
        self.result.other_files = 0
        workers = _workers(self.result.size - begun) if self.workers is None else self.workers
        self._window = READERS + 3 * workers
        self._judge_entries(workers)
        self._check_higher_tiles(begun)
        known = self.result.fault_count
        check_other_files(self.source, self.tree, begun, self.result)
        self.misfit |= self.result.fault_count > known
        root = self.tree.root(self.result.size).hex()
        if root != self.result.root:
            raise StorageFault(
                "the entries lead to another root than the signed one", expected=self.result.root, got=root
            )

    def judged_now(self) -> Judged:
        """What was judged; shares what it is made of with what goes on."""
        return self._replay.judged()

    def keep(self, resumption: Resumption, note: bytes) -> None:
        """Leaves what was proved for the next verification. That it cannot be written is no fault of the log."""
        try:
            resumption.keep(self.result.size, note, Frontier.of(self._keep_at, self.tree.node).hashes, self._packed)
        except OSError as error:
            self.result.state_fault = f"{resumption.path}: {error.strerror}"

    def _judge_entries(self, workers: int) -> None:
        with ExitStack() as stack:
            terms = self._terms(Path(stack.enter_context(TemporaryDirectory(prefix="custody-audit-"))))
            judge = stack.enter_context(judges(self.source, terms, workers))
            keys = stack.enter_context(terms.key_file.open("ab", buffering=0))
            self._replay.begin(keys.write, workers)
            stack.callback(self._finish)
            threads = stack.enter_context(ThreadPoolExecutor(self._window))
            bundles = bundles_of(self.result.size, self.tree.size)
            self._pack_judged()
            for report, served in in_order(threads, partial(self._judge, judge), bundles, self._window):
                self._take(report)
                self._check_tile(served)
                self._pack_judged()

    def _terms(self, folder: Path) -> Terms:
        vouched = None
        if self.vouched is not None:
            vouched = folder / "vouched"
            vouched.write_bytes(msgspec.msgpack.encode(self.vouched))
        return Terms(folder / "keys", self.record is not None, vouched, self._replay.begins)

    def _pack_judged(self) -> None:
        # At a bundle's end: the tree and the tiles go on from there. What follows changes what is packed.
        if self.tree.size == self._keep_at and self.record is None:
            self._packed = pack(self._replay.judged())

    def _judge(self, judge: Judge, bundle: Tile) -> tuple[Report, Served]:
        return judge(bundle), self._read(bundle._replace(level=0))

    def _take(self, report: Report) -> None:
        first = self.tree.size
        self.whole = False
        self.tree.append(report.rows)
        new = max(first, self._replay.begins)
        if new < self.tree.size:
            self._replay.feed(new, report.after(new - first // WIDTH * WIDTH))
        self.whole = True
        if first == 0:
            self._check_entry_0()
        self.progress(self.tree.size - self.tree.start, self.result.size - self.tree.start)

    def _finish(self) -> None:
        # What judges items beside may have ended: what was told to it is lost then.
        whole, self.whole = self.whole, False
        self._replay.finish()
        self.whole = whole

    def _check_entry_0(self) -> None:
        try:
            check_entry_0(self._reader.entry(0), self.config.entry0)
        except WrongLog as error:
            self.result.add(error, 0)
            self.recorder = None  # of another log there is nothing to say

    def _check_higher_tiles(self, begun: int) -> None:
        tiles = [tile for tile in tiles_changed(begun, self.result.size) if tile.level > 0]
        with ThreadPoolExecutor(self._window) as threads:
            for served in in_order(threads, self._read, tiles, self._window):
                self._check_tile(served)

    def _read(self, tile: Tile) -> Served:
        try:
            return tile, read_tile(self.source, *tile)
        except CustodyError as error:
            return tile, Fault.of(error)

    def _check_tile(self, served: Served) -> None:
        tile, data = served
        fault = data if isinstance(data, Fault) else tile_fault(self.tree, tile, data)
        if fault is not None:
            self.misfit = True
            self.result.add(fault)


def _workers(entries: int) -> int:
    return 0 if entries < SMALL else len(os.sched_getaffinity(0))
