"""Verifies an archive: its manifests, the log in it, and that all else follows from that log. It needs no network.

A manifest only finds accidents: whoever edits a file can make it anew. What proves is the log; so whatever is derived
from it is derived again here, and held against the file byte by byte.
"""

from collections.abc import Iterable, Iterator
from hashlib import sha256

from custody.audit.archive import bag, layout
from custody.audit.archive.archived import Archived, part_of
from custody.audit.archive.contents import DERIVED, OF_THE_WHOLE, beside, contents
from custody.audit.archive.members import Members, read
from custody.audit.archive.photographs import check_photographs
from custody.audit.archive.readme import readme
from custody.audit.archive.reports import MAX_REPORT, Held, judge_report
from custody.audit.archive.source import ArchiveSource
from custody.audit.archive.write import facts_of
from custody.audit.config import AuditorConfig
from custody.audit.export import document
from custody.audit.result import Archive, Fault, Result
from custody.audit.resumption import Resumption
from custody.audit.source import CHECKPOINT, read_checkpoint, read_tile
from custody.audit.verification import Progress
from custody.audit.verify import recorded
from custody.core.checkpoint import Checkpoint
from custody.core.errors import BadKey, CustodyError, Malformed, StorageFault, WrongLog
from custody.core.note import Verifier, split_note
from custody.core.tiles import ENTRIES, WIDTH, bundle_decode, parse_path

_MAX_KEY = 512
_KEYS = (layout.VKEY, layout.ENTRY0)
_SHOWN = 60
"""Bytes of what differs."""


def verify_archive(
    source: ArchiveSource,
    config: AuditorConfig,
    *,
    workers: int | None = None,
    progress: Progress = lambda *_: None,
) -> Result:
    """Judges an archive by the auditor's own keys; faults are in the result, each with the file that is at fault.

    It must be of the history that the auditor's state tells of, if there is one, and leaves none. Raises Unavailable,
    OSError, and what `Resumption.of` raises.
    """
    found = list(bag.faults(source.members, progress))
    resumption = Resumption.of(config, from_start=True)
    fault = _foreign(source, config)
    if fault is not None:
        return _failed(source, config, [fault, *found])
    with recorded(source, config, Archived, workers=workers, progress=progress, resumption=resumption, parts=True) as (
        result,
        log,
    ):
        result.put_first([*found, *(_unexpected(source, result.size) if result.size else ())])
        result.archive = Archive(source.info.site, result.judged - result.left_out)
        if log is None or log.size == 0:
            return result
        try:
            if source.info.site is not None:
                _judge_part(log, result, result.archive, source.info.site)
            for fault in _derived(source, log, config, result):
                result.add(fault)
            _judge_photographs(source.members, log, result, result.archive)
            _judge_reports(source.members, Held(config, result.size, log.log.root), result, result.archive)
        except CustodyError as error:
            result.add(error)
        return result


def own_keys(source: ArchiveSource, vkey: str | None = None, entry0: str | None = None) -> AuditorConfig:
    """Settings of which what is not given is the archive's own: what agrees with them agrees with itself, no more.

    Raises BadKey, Malformed, StorageFault.
    """
    vkey = vkey or read(source.members, layout.VKEY, _MAX_KEY).decode("utf-8", "replace").removesuffix("\n")
    Verifier(vkey)
    if entry0 is None:
        note = read_checkpoint(source)
        size = Checkpoint.parse(split_note(note)[0]).size
        width = min(WIDTH, size)
        entry0 = sha256(bundle_decode(read_tile(source, ENTRIES, 0, width), width)[0]).hexdigest() if size else "0" * 64
    return AuditorConfig(vkey=vkey, entry0=entry0)


def _failed(source: ArchiveSource, config: AuditorConfig, faults: Iterable[Fault]) -> Result:
    result = Result(origin=config.verifier.name, vkey=config.vkey, archive=Archive(source.info.site, 0))
    for fault in faults:
        result.add(fault)
    return result


def _foreign(source: ArchiveSource, config: AuditorConfig) -> Fault | None:
    """Why the archive has no checkpoint of this log."""
    path = layout.LOG + CHECKPOINT
    try:
        origin = split_note(read_checkpoint(source))[0].partition("\n")[0]
    except (Malformed, StorageFault) as error:
        return Fault(error.kind, f"{path} is no checkpoint: {error.message}", None, error.expected, error.got)
    if origin != config.verifier.name:
        return Fault(WrongLog.kind, f"{path} is another log's", None, config.verifier.name, origin)
    return None


def _unexpected(source: ArchiveSource, size: int) -> Iterator[Fault]:
    """Files that no archive of so many entries has, whatever its manifests list."""
    known = {*layout.TAGGED, layout.TAG_MANIFEST, layout.LOG + CHECKPOINT, *DERIVED}
    for name in source.members.sizes:
        if name in known or name.startswith((layout.PHOTOGRAPHS, layout.REPORT)):
            continue
        if not _is_tile(name.removeprefix(layout.LOG), size):
            yield Fault(StorageFault.kind, f"{name} is none of the files of an archive of {size} entries")


def _is_tile(path: str, size: int) -> bool:
    try:
        tile = parse_path(path)
    except Malformed:
        return False
    return tile.width == min(WIDTH, (size >> 8 * max(tile.level, 0)) - tile.n * WIDTH)


def _judge_part(log: Archived, result: Result, archive: Archive, site: str) -> None:
    """Whether a part has the entries that it should, as far as they show it. Raises Malformed for an unknown site."""
    places = log.below(site)
    devices = log.devices(places)
    result.gaps = [gap for gap in result.gaps if gap.issuer in devices]
    archive.unfound = log.unfound(places)
    chosen, here = part_of(log, site, result.size), bytearray(b"\1") * result.size
    for index in log.left_out:
        here[index] = 0
    if chosen != here:
        at = next(index for index, (one, other) in enumerate(zip(chosen, here, strict=True)) if one != other)
        expected, got = (f"it {'is here' if found[at] else 'is left out'}" for found in (chosen, here))
        message = "the archive holds other entries than a part of its site does"
        result.add(Malformed(message, expected=expected, got=got), at)


def _derived(source: ArchiveSource, log: Archived, config: AuditorConfig, result: Result) -> list[Fault]:
    """What does not follow from the log."""
    members, site = source.members, source.info.site
    with beside(log, lambda: _digest(document(log, site))) as epcis:
        found = [*_own(members, config, result, log, site)]
        for name, pieces in contents(log, config, site):
            if site is not None and name in OF_THE_WHOLE:
                _exhaust(pieces)
            elif (fault := _differs(members, name, pieces)) is not None:
                found.append(_swapped(fault, name) if name in _KEYS else fault)
        ours = epcis.result()
    if not _is(members, layout.EPCIS, ours) and (fault := _differs(members, layout.EPCIS, document(log, site))):
        found.append(fault)
    return found


def _digest(pieces: Iterable[bytes]) -> bytes:
    found = sha256()
    for piece in pieces:
        found.update(piece)
    return found.digest()


def _is(members: Members, name: str, digest: bytes) -> bool:
    try:
        return _digest(members.pieces(name)) == digest
    except CustodyError:
        return False


def _exhaust(pieces: Iterable[bytes]) -> None:
    """For what comes after them."""
    for _ in pieces:
        pass


def _swapped(fault: Fault, name: str) -> Fault:
    message = f"{name} is not the one that this archive was held against: it was swapped, or is another log's"
    return Fault(BadKey.kind, message, None, fault.expected, fault.got)


def _judge_photographs(members: Members, log: Archived, result: Result, archive: Archive) -> None:
    named = log.photographs()
    archive.photographs_named = len(named)
    for fault in check_photographs(members, named):
        if fault is None:
            archive.photographs += 1
        else:
            result.add(fault)


def _judge_reports(members: Members, held: Held, result: Result, archive: Archive) -> None:
    for name in members.sizes:
        if name.startswith(layout.REPORT) and name != layout.REPORT_SUMS:
            try:
                archive.reports.append(judge_report(name, read(members, name, MAX_REPORT), held))
            except CustodyError as error:
                result.add(error)


def _own(members: Members, config: AuditorConfig, result: Result, log: Archived, site: str | None) -> Iterator[Fault]:
    """What the archive says of itself."""
    payload = [size for name, size in members.sizes.items() if name.startswith(layout.DATA)]
    info = layout.Info(result.origin, result.size, result.root, site, sum(payload), len(payload))
    facts = facts_of(result, config, site, result.judged - result.left_out, log.last)
    for name, data in ((layout.BAG_INFO, info.encode()), (layout.README, readme(facts))):
        if (fault := _differs(members, name, [data])) is not None:
            yield fault


def _differs(members: Members, name: str, pieces: Iterable[bytes]) -> Fault | None:
    """A file that is not what follows from the log: where they part."""
    at, mine, found = 0, b"", b""
    theirs, ours = _pieces(members, name), iter(pieces)
    try:
        while True:
            mine, found = mine or next(ours, b""), found or next(theirs, b"")
            length = min(len(mine), len(found))
            if mine[:length] != found[:length] or not length:
                break
            at, mine, found = at + length, mine[length:], found[length:]
    except CustodyError as error:
        return Fault.of(error)
    finally:
        _exhaust(ours)
    if not mine and not found:
        return None
    same = next((k for k, (one, other) in enumerate(zip(mine, found, strict=False)) if one != other), length)
    expected, got = (repr(part[same : same + _SHOWN]) for part in (mine, found))
    message = f"{name} is not what follows from the log, from byte {at + same} on"
    return Fault(StorageFault.kind, message, None, expected, got)


def _pieces(members: Members, name: str) -> Iterator[bytes]:
    return (piece for piece in members.pieces(name) if piece)
