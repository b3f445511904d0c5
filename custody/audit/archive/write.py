"""Makes an archive: copies the log, verifies the copy, derives the rest, and puts it in its place at once.

The same log and the same order give the same bytes: no clock is asked, and names are sorted. Killed anywhere, it goes
on when it is run again, under the checkpoint with which it began.
"""

import shutil
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import msgspec
from msgspec import Struct

from custody.audit.archive import bag, layout, zipped
from custody.audit.archive.archived import Archived, part_of
from custody.audit.archive.contents import DERIVED, beside, contents
from custody.audit.archive.members import check_count
from custody.audit.archive.photographs import LONGEST, copy_photographs
from custody.audit.archive.readme import Facts, readme
from custody.audit.archive.reports import Held, judge_report
from custody.audit.archive.staging import Staging, staging, write_file
from custody.audit.config import AuditorConfig
from custody.audit.desk import judged
from custody.audit.export import document
from custody.audit.files import bundles_of, file_count
from custody.audit.pool import in_order
from custody.audit.result import Result
from custody.audit.source import CHECKPOINT, FolderSource, Source, read_checkpoint, read_tile
from custody.audit.verification import Progress
from custody.audit.verify import recorded, refuse_part
from custody.core.checkpoint import open_checkpoint
from custody.core.errors import ConfigFault, CustodyError, Malformed, Unsafe
from custody.core.tiles import WIDTH, bundle_decode, bundle_encode, tile_path, tiles_of

_HASHING = 2


class Order(Struct, frozen=True):
    """What is wanted: of which site (None: all), packed or not, with which photographs and reports.

    `target`: the new folder or zip. `photographs`: the ledger's folder of them.
    """

    target: Path
    site: str | None = None
    zip: bool = False
    photographs: Path | None = None
    reports: tuple[Path, ...] = ()


class Written(Struct, frozen=True):
    """What came of it: nothing was written unless `result` holds. `here`: the entries in it; `missing` photographs."""

    result: Result
    here: int = 0
    photographs: int = 0
    missing: int = 0


def write_archive(
    source: Source,
    config: AuditorConfig,
    order: Order,
    *,
    workers: int | None = None,
    progress: Progress = lambda *_: None,
    from_start: bool = False,
) -> Written:
    """Writes the archive that is ordered, of the log under the checkpoint that the source has now.

    What the desk has verified and judged before is not verified and judged again unless `from_start`.

    Raises ConfigFault for a target that is there, Malformed for a site that the log does not have, Unavailable for a
    part of a log or one that cannot be read, Oversize, before it is copied, for more files than an archive may have,
    OSError, and what the source raises.
    """
    refuse_part(source)
    _check(order)
    # What the next run must want as well to go on with what this one leaves.
    plan = msgspec.json.encode((layout.VERSION, config.vkey, config.entry0))
    with staging(order.target, plan) as stage:
        written = _Writing(stage, source, config, order, workers, progress, from_start).run()
        if written.result.verdict == "holds":
            stage.put_in_place(order.target, zipped=order.zip, private=_is_private(order))
        else:
            stage.clear()
    return written


def _is_private(order: Order) -> bool:
    """Whether what is copied was for its owner alone: photographs, and reports that have people's names."""
    return order.photographs is not None or any(not report.stat().st_mode & 0o077 for report in order.reports)


def _check(order: Order) -> None:
    if order.target.exists() or order.target.is_symlink():
        raise ConfigFault(f"{order.target} exists", expected="a new one", remedy="Name another, or remove this one.")
    try:
        layout.check_file_name(order.target.name)
        base = f"{zipped.base_of(order.target)}/" if order.zip else ""
        reports = [layout.REPORT_SUMS, *(layout.REPORT + report.name for report in order.reports)]
        layout.check_file_names(base + name for name in [*LONGEST, *reports])
    except (Unsafe, Malformed) as error:
        raise ConfigFault(error.message, expected=error.expected, got=error.got) from None


@dataclass
class _Writing:
    stage: Staging
    source: Source
    config: AuditorConfig
    order: Order
    workers: int | None
    progress: Progress
    from_start: bool

    def __post_init__(self) -> None:
        self._bag = self.stage.bag

    def run(self) -> Written:
        """Makes the archive in its staging, if the log holds."""
        while True:
            resumed = self.stage.resumed
            note = self.stage.note() or read_checkpoint(self.source)
            size = self._size(note)
            if size == 0:
                return self._wrong()
            check_count(self._files_without_photographs(size))
            self.stage.keep_note(note)
            self.stage.copy_log(self.source, note, size, self.progress)
            written = self._fill()
            if written.result.verdict == "holds" and self.order.zip:
                zipped.pack(self._bag, self.stage.zip, zipped.base_of(self.order.target))
            if written.result.verdict == "holds" or not resumed:
                return written
            self.stage.restart()  # what an earlier run has left may be damaged

    def _size(self, note: bytes) -> int:
        try:
            return open_checkpoint(note, self.config.verifier).size
        except CustodyError:
            return 0

    def _files_without_photographs(self, size: int) -> int:
        reports = len(self.order.reports)
        return (
            file_count(size)
            + len((CHECKPOINT, *DERIVED, *layout.TAGGED, layout.TAG_MANIFEST))
            + reports
            + bool(reports)
        )

    def _wrong(self) -> Written:
        """What there is to say of a log without a checkpoint of ours."""
        with recorded(self.source, self.config, None, workers=self.workers, progress=self.progress) as (result, _):
            return Written(result)

    def _fill(self) -> Written:
        """Verifies the copy, and fills the bag from it."""
        with (
            FolderSource(self.stage.copy) as source,
            judged(
                source,
                self.config,
                Archived,
                workers=self.workers,
                progress=self.progress,
                from_start=self.from_start,
            ) as (result, log),
        ):
            if log is None or result.verdict != "holds":
                return Written(result)
            shutil.rmtree(self._bag, ignore_errors=True)
            chosen = bytearray(b"\1") * log.size if self.order.site is None else part_of(log, self.order.site, log.size)
            self._write_log(source, chosen)
            self._derive(log)
            named, others = log.photographs(chosen.__getitem__), self._files_without_photographs(log.size)
            found, missing = copy_photographs(self.order.photographs, self._bag, named, others)
            self._add_reports(Held(self.config, log.size, log.log.root))
            here = sum(chosen)
            self._add_manifests(facts_of(result, self.config, self.order.site, here, log.last))
            bag.validate(self._bag)
            return Written(result, here, found, missing)

    def _write_log(self, source: Source, chosen: bytearray) -> None:
        """Moves nothing: the copy must be there if this run is killed."""
        size, folder = len(chosen), self._bag / layout.LOG
        for path in (CHECKPOINT, *(tile_path(*tile) for tile in tiles_of(size))):
            _link(self.stage.copy / path, folder / path)
        for bundle in bundles_of(size):
            here = chosen[bundle.n * WIDTH : bundle.n * WIDTH + bundle.width]
            path = tile_path(*bundle)
            if all(here):
                _link(self.stage.copy / path, folder / path)
                continue
            entries = bundle_decode(read_tile(source, *bundle), bundle.width)
            write_file(folder / path, bundle_encode([one if here[at] else b"" for at, one in enumerate(entries)]))

    def _derive(self, log: Archived) -> None:
        with beside(log, lambda: self._write(layout.EPCIS, document(log, self.order.site))) as epcis:
            for name, pieces in contents(log, self.config, self.order.site):
                self._write(name, pieces)
            epcis.result()

    def _write(self, name: str, pieces: Iterable[bytes]) -> bytes:
        path = self._bag / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            file.writelines(pieces)
        return b""

    def _add_reports(self, held: Held) -> None:
        sums = {}
        for report in sorted(self.order.reports, key=lambda path: path.name):
            name = layout.REPORT + report.name
            data = report.read_bytes()
            try:
                judge_report(name, data, held)
            except CustodyError as error:
                expected = "a report of this log, unchanged since it was signed"
                raise ConfigFault(f"{report} does not belong in this archive", expected=expected, got=error) from None
            write_file(self._bag / name, data)
            sums[report.name] = self._digest(name)
        if sums:
            write_file(self._bag / layout.REPORT_SUMS, bag.lines(sums))

    def _add_manifests(self, facts: Facts) -> None:
        names = sorted(path.relative_to(self._bag).as_posix() for path in _files(self._bag / layout.DATA))
        with ThreadPoolExecutor(_HASHING) as threads:
            sums = dict(zip(names, in_order(threads, self._digest, names, 64), strict=True))
        total = sum((self._bag / name).stat().st_size for name in names)
        tags = {
            layout.README: readme(facts),
            layout.BAG_INFO: layout.Info(facts.origin, facts.size, facts.root, facts.site, total, len(names)).encode(),
            layout.BAGIT: layout.BAGIT_TEXT,
            layout.MANIFEST: bag.lines(sums),
        }
        for name, data in tags.items():
            write_file(self._bag / name, data)
        write_file(self._bag / layout.TAG_MANIFEST, bag.lines({name: self._digest(name) for name in sorted(tags)}))

    def _digest(self, name: str) -> str:
        return bag.digest_of_file(self._bag / name)


def facts_of(result: Result, config: AuditorConfig, site: str | None, here: int, last: int) -> Facts:
    """What the README tells of a log that was verified."""
    return Facts(config.vkey, config.entry0, result.origin, result.size, result.root, last, site, here)


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file())


def _link(source: Path, target: Path) -> None:
    """A second name for a file, or a copy of it where a disk has no such thing."""
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        target.hardlink_to(source)
    except OSError:
        shutil.copyfile(source, target)
