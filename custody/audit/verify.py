"""`verify`: a whole log, from the bytes of its files and the auditor's own settings, on all cores."""

from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from functools import partial
from typing import TYPE_CHECKING

from custody.audit.config import AuditorConfig
from custody.audit.replay import Record, Recorder
from custody.audit.result import Fault, Result
from custody.audit.resumption import Resumption
from custody.audit.source import Source, read_checkpoint, read_tile
from custody.audit.tree import Tree
from custody.audit.verification import Progress, Verification
from custody.audit.verified import Verified
from custody.core.checkpoint import open_checkpoint
from custody.core.cosignature import cosignatures
from custody.core.errors import CustodyError, Malformed, StorageFault, Unavailable, WrongLog
from custody.core.merkle import Node, checked
from custody.core.note import split_note
from custody.core.tiles import node_reader

if TYPE_CHECKING:
    from custody.audit.desk import Desk
    from custody.audit.judging import Judging


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
    """As `verify`, from the start, and what the rules of custody say of what the log had received by `until`, in the
    same pass. It is kept for the next report.

    None unless all entries are those that the log's key has signed, after the auditor's entry 0.
    """
    # A small log is verified sooner than the rules of custody are imported.
    from custody.audit.desk import judged  # noqa: PLC0415
    from custody.audit.judging import Judging  # noqa: PLC0415

    record = partial(Judging, until=until)
    with judged(source, config, record, until=until, workers=workers, progress=progress, from_start=True) as found:
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
    desk: "Desk | None" = None,
    parts: bool = False,
) -> Iterator[tuple[Result, Recorder | None]]:
    """As `verify`, and what `record` made, which was told of each statement; it is open until the block ends.

    None unless all entries are those that the log's key has signed, after the auditor's entry 0. What goes on from an
    earlier verification has no record, but by a `desk`. `parts`: the source may be a part of a log; else Unavailable
    is raised.
    """
    if not parts:
        refuse_part(source)
    result = Result(origin=config.verifier.name, vkey=config.vkey)
    with ExitStack() as open_:
        recorder = None
        try:
            note = read_head(source, config, result)
            if fault := _break(source, result.size, note, resumption, desk):
                result.add(fault)
            else:
                kept = resumption.kept if resumption else None
                result.unheld = resumption.unheld(result.size) if resumption and not desk else None
                known = desk.known(result.size) if desk else None
                tree = open_.enter_context(closing(_tree(source, result, kept)))
                verification = Verification(
                    source=source,
                    config=config,
                    result=result,
                    tree=tree,
                    workers=workers,
                    progress=progress,
                    record=record,
                    open=open_,
                    judged=kept.judged if kept else known.judged if known else None,
                    restore=known.restore if known else None,
                    vouched=resumption.vouched(result.size, _signed_node(source, result))
                    if resumption and desk
                    else None,
                )
                verification.run()
                recorder = verification.recorder
                if desk:
                    desk.check(tree)
                if result.verdict == "holds" and desk:
                    desk.keep(verification)
                elif result.verdict == "holds" and resumption and record is None:
                    verification.keep(resumption, note)
        except CustodyError as error:
            result.add(error, result.judged if result.judged < result.size else None)
        yield result, recorder


def _break(source: Source, size: int, note: bytes, resumption: Resumption | None, desk: "Desk | None") -> Fault | None:
    """Why the log does not go on from what was verified before, or judged."""
    fault = resumption.fault(source, note) if resumption else None
    return fault or (desk.fault(source, size, note) if desk else None)


def refuse_part(source: Source) -> None:
    """Raises Unavailable for a part of a log: what the rules say, and what others are told, asks for all of it."""
    if source.part:
        raise Unavailable(
            "the archive holds a part of the log",
            expected="all of it",
            remedy="`custody audit verify` says what a part proves; for this, name the log or an archive of all of it.",
        )


def _tree(source: Source, result: Result, kept: Verified | None) -> Tree:
    return Tree() if kept is None else Tree(kept.start, kept.edge, _signed_node(source, result))


def _signed_node(source: Source, result: Result) -> Node:
    """Reads the log's own tiles: what is not under its signed root raises BadProof."""
    node = node_reader(result.size, partial(read_tile, source))
    return checked(result.size, bytes.fromhex(result.root), node)


def read_head(source: Source, config: AuditorConfig, result: Result) -> bytes:
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
    witnesses = config.trusted_witnesses
    result.witnesses, result.cosigned = len(witnesses), []
    cosigned = cosignatures(signed, witnesses)
    result.size, result.root = checkpoint.size, checkpoint.root.hex()
    result.note = signed.decode()
    result.cosigned = cosigned
    trusted = {(one.name, one.key_id) for one in (config.verifier, *witnesses)}
    result.other_signatures = sum((one.name, one.key_id) not in trusted for one in split_note(signed)[1])
    if checkpoint.size == 0:
        raise WrongLog("the log is empty", expected=f"entry 0 with SHA-256 {config.entry0}", got="no entry")
    return signed


def _no_checkpoint(config: AuditorConfig, got: object) -> Unavailable:
    return Unavailable(
        "no checkpoint of this log is there",
        expected=f"a checkpoint of {config.verifier.name}",
        got=got,
        remedy="Look whether url or folder is right.",
    )
