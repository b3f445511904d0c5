"""`verify`: a whole log, from the bytes of its files and the auditor's own settings, on all cores.

Threads wait for what is read from afar, processes judge bundles one by one (`bundle`), and this thread takes the
reports in order: it grows the tree, replays the log, and at the end holds tiles and signed root against the tree.
"""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Generic

from custody.audit.bundle import Report, Terms
from custody.audit.config import AuditorConfig, check_entry_0
from custody.audit.files import EntryReader, bundles_of, check_other_files, tile_fault
from custody.audit.pool import Judge, in_order, judges
from custody.audit.replay import Record, Recorder, Replay
from custody.audit.result import Fault, Result
from custody.audit.resumption import Resumption
from custody.audit.source import Source, read_checkpoint, read_tile
from custody.audit.tree import Tree
from custody.audit.verified import Judged, Verified, pack
from custody.core.checkpoint import open_checkpoint
from custody.core.errors import CustodyError, Malformed, StorageFault, Unavailable, WrongLog
from custody.core.merkle import Frontier, checked
from custody.core.note import split_note
from custody.core.tiles import WIDTH, Tile, node_reader, tiles_changed

if TYPE_CHECKING:
    from custody.audit.judging import Judging

Progress = Callable[[int, int], None]
"""Told how many entries of how many are judged."""
Served = tuple[Tile, bytes | Fault]
"""A tile as the log serves it, or why it does not."""
SMALL = 2048
"""Entries that are judged sooner than processes start."""
READERS = 2
"""Bundles on their way from the network, beyond those with the processes."""


def verify(
    source: Source,
    config: AuditorConfig,
    *,
    workers: int | None = None,
    progress: Progress = lambda *_: None,
    from_start: bool = False,
) -> Result:
    """Judges the log under the checkpoint that `source` has now; faults are in the result.

    Goes on from the state that the settings name, unless `from_start`, and leaves one there if the log holds. With
    `workers` processes; 0: in this one; None: one a core, unless there is little to judge. Raises BadKey for unusable
    settings, Unavailable if the log cannot be read, and what `verified.read` raises.
    """
    resumption = Resumption.of(config, from_start=from_start)
    with recorded(source, config, None, workers=workers, progress=progress, resumption=resumption) as (result, _):
        return result


def replay(
    source: Source,
    config: AuditorConfig,
    *,
    workers: int | None = None,
    progress: Progress = lambda *_: None,
    until: int | None = None,
) -> tuple[Result, "Judging | None"]:
    """As `verify`, and what the rules of custody say of what the log had received by `until`, in the same pass.

    None unless all entries are those that the log's key has signed, after the auditor's entry 0.
    """
    # A small log is verified sooner than the rules of custody are imported.
    from custody.audit.judging import Judging  # noqa: PLC0415

    record = partial(Judging, until=until)
    with recorded(source, config, record, workers=workers, progress=progress) as found:
        return found


@contextmanager
def recorded(
    source: Source,
    config: AuditorConfig,
    record: Record[Recorder] | None,
    *,
    workers: int | None = None,
    progress: Progress = lambda *_: None,
    resumption: Resumption | None = None,
    parts: bool = False,
) -> Iterator[tuple[Result, Recorder | None]]:
    """As `verify`, and what `record` made, which was told of each statement; it is open until the block ends.

    None unless all entries are those that the log's key has signed, after the auditor's entry 0. What goes on from an
    earlier verification has no record. `parts`: the source may be a part of a log; else Unavailable is raised for one.
    """
    if not parts:
        refuse_part(source)
    result = Result(origin=config.verifier.name, vkey=config.vkey)
    with ExitStack() as open_:
        recorder = None
        try:
            note = _read_head(source, config, result)
            if fault := resumption.fault(source, note) if resumption else None:
                result.add(fault)
            else:
                kept = resumption.kept if resumption else None
                tree = open_.enter_context(closing(_tree(source, result, kept)))
                verification = _Verification(
                    source=source,
                    config=config,
                    result=result,
                    tree=tree,
                    workers=_workers(result.size - tree.start) if workers is None else workers,
                    progress=progress,
                    record=record,
                    open=open_,
                    judged=kept.judged if kept else None,
                )
                verification.run()
                recorder = verification.recorder
                if resumption and record is None and result.verdict == "holds":
                    verification.keep(resumption, note)
        except CustodyError as error:
            result.add(error, result.judged if result.judged < result.size else None)
        yield result, recorder


def refuse_part(source: Source) -> None:
    """Raises Unavailable for a part of a log: what the rules say, and what others are told, asks for all of it."""
    if source.part:
        raise Unavailable(
            "the archive holds a part of the log",
            expected="all of it",
            remedy="`custody audit verify` says what a part proves; for this, name the log or an archive of all of it.",
        )


def _workers(entries: int) -> int:
    return 0 if entries < SMALL else len(os.sched_getaffinity(0))


def _tree(source: Source, result: Result, kept: Verified | None) -> Tree:
    if kept is None:
        return Tree()
    node = node_reader(result.size, partial(read_tile, source))
    return Tree(kept.start, kept.edge, checked(result.size, bytes.fromhex(result.root), node))


def _read_head(source: Source, config: AuditorConfig, result: Result) -> bytes:
    """Notes what the checkpoint says; its note. Raises what `open_checkpoint` raises, WrongLog for an empty log.

    Unavailable if there is none of this log: perhaps the auditor has mistyped where it is.
    """
    try:
        signed = read_checkpoint(source)
        origin = split_note(signed)[0].partition("\n")[0]
    except (Malformed, StorageFault) as error:
        raise _no_checkpoint(config, error) from None
    if origin != config.verifier.name:
        raise _no_checkpoint(config, origin)
    checkpoint = open_checkpoint(signed, config.verifier)
    result.size, result.root = checkpoint.size, checkpoint.root.hex()
    result.note = signed.decode()
    result.other_signatures = len(split_note(signed)[1]) - 1
    if checkpoint.size == 0:
        raise WrongLog("the log is empty", expected=f"entry 0 with SHA-256 {config.entry0}", got="no entry")
    return signed


def _no_checkpoint(config: AuditorConfig, got: object) -> Unavailable:
    return Unavailable(
        "no checkpoint of this log is there",
        expected=f"one of {config.verifier.name}",
        got=got,
        remedy="Look whether url or folder is right.",
    )


@dataclass(kw_only=True)
class _Verification(Generic[Recorder]):
    """`open`: what must stay open as long as what was recorded is read."""

    source: Source
    config: AuditorConfig
    result: Result
    tree: Tree
    workers: int
    progress: Progress
    record: Record[Recorder] | None
    open: ExitStack
    judged: Judged | None
    recorder: Recorder | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        self._window = READERS + 3 * self.workers
        self._reader = EntryReader(self.source, self.result.size, self.tree)
        self._keep_at = self.result.size // WIDTH * WIDTH
        self._packed = b""
        if self.judged is not None:
            self.result.resume(self.judged.result)

    def run(self) -> None:
        """Raises what keeps it from going on; whatever else is wrong is in the result."""
        self._judge_entries()
        self._check_higher_tiles()
        check_other_files(self.source, self.tree, self.result)
        root = self.tree.root(self.result.size).hex()
        if root != self.result.root:
            raise StorageFault(
                "the entries lead to another root than the signed one", expected=self.result.root, got=root
            )

    def keep(self, resumption: Resumption, note: bytes) -> None:
        """Leaves what was proved for the next verification. That it cannot be written is no fault of the log."""
        try:
            resumption.keep(self.result.size, note, Frontier.of(self._keep_at, self.tree.node).hashes, self._packed)
        except OSError as error:
            self.result.state_fault = f"{resumption.path}: {error.strerror}"

    def _judge_entries(self) -> None:
        with ExitStack() as stack:
            key_file = Path(stack.enter_context(TemporaryDirectory(prefix="custody-audit-"))) / "keys"
            judge = stack.enter_context(judges(self.source, Terms(key_file, self.record is not None), self.workers))
            keys = stack.enter_context(key_file.open("ab", buffering=0))
            replay = Replay(
                self.result, self.tree, keys.write, self._reader.entry, record=self.record, judged=self.judged
            )
            self.open.enter_context(closing(replay))
            self.recorder = replay.recorder
            stack.callback(replay.finish)
            threads = stack.enter_context(ThreadPoolExecutor(self._window))
            bundles = bundles_of(self.result.size, self.tree.start)
            self._pack_judged(replay)
            for report, served in in_order(threads, partial(self._judge, judge), bundles, self._window):
                self._take(report, replay)
                self._check_tile(served)
                self._pack_judged(replay)

    def _pack_judged(self, replay: Replay[Recorder]) -> None:
        # At a bundle's end: the tree and the tiles go on from there. What follows changes what is packed.
        if self.tree.size == self._keep_at and self.record is None:
            self._packed = pack(replay.judged())

    def _judge(self, judge: Judge, bundle: Tile) -> tuple[Report, Served]:
        return judge(bundle), self._read(bundle._replace(level=0))

    def _take(self, report: Report, replay: Replay[Recorder]) -> None:
        first = self.tree.size
        self.tree.append(report.rows)
        replay.feed(first, report)
        if first == 0:
            self._check_entry_0()
        self.progress(self.tree.size - self.tree.start, self.result.size - self.tree.start)

    def _check_entry_0(self) -> None:
        try:
            check_entry_0(self._reader.entry(0), self.config.entry0)
        except WrongLog as error:
            self.result.add(error, 0)
            self.recorder = None  # of another log there is nothing to say

    def _check_higher_tiles(self) -> None:
        tiles = [tile for tile in tiles_changed(self.tree.start, self.result.size) if tile.level > 0]
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
            self.result.add(fault)
