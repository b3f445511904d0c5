"""The integrity report of a log that is verified in the same run."""

from collections.abc import Callable
from functools import partial
from typing import Literal

import msgspec

from custody.audit import claims
from custody.audit.config import AuditorConfig
from custody.audit.desk import judged
from custody.audit.report.gathering import Gathered
from custody.audit.report.model import (
    Cover,
    Names,
    NoteSignature,
    Report,
    SignedCheckpoint,
    TrustedKeys,
    Verification,
)
from custody.audit.report.names import people
from custody.audit.report.reporting import Reporting
from custody.audit.report.scope import Scope
from custody.audit.result import Result
from custody.audit.source import Source
from custody.audit.verification import Progress
from custody.core import canonical
from custody.core.note import Signature, Verifier, split_note

NameOf = Callable[[str], str | None]
"""What the auditor's own directory calls a person or a key."""


def make(
    source: Source,
    config: AuditorConfig,
    scope: Scope,
    *,
    until: int | None = None,
    name_of: NameOf = lambda _: None,
    workers: int | None = None,
    progress: Progress = lambda *_: None,
    from_start: bool = False,
) -> Report:
    """Verifies the whole log, and reports what it had received by `until` (Unix ms; None: all, as of its last entry).

    What the desk has verified and judged before is not verified and judged again unless `from_start`. Without figures
    unless all entries are those that the log's key has signed, after the auditor's entry 0. Raises Malformed for a
    site, item or handover that the log does not have; what `desk.judged` raises.
    """
    record = partial(Reporting, scope=scope, until=until)
    with judged(source, config, record, until=until, workers=workers, progress=progress, from_start=from_start) as (
        result,
        recording,
    ):
        gathered = recording.gathered if recording is not None else None
    return Report(
        cover=_cover(scope, result, gathered, until),
        checkpoint=_checkpoint(result) if result.note else None,
        verification=_verification(result, config, gathered),
        figures=gathered.figures if gathered else None,
        item=gathered.item if gathered else None,
        handover=gathered.handover if gathered else None,
        names=Names(gathered.sites if gathered else {}, people(gathered, name_of)),
    )


def encode(made: Report) -> bytes:
    """The one encoding of a report: canonical JSON, ended by a line feed."""
    return canonical.encode(msgspec.to_builtins(made)) + b"\n"


def _cover(scope: Scope, result: Result, gathered: Gathered | None, until: int | None) -> Cover:
    last = gathered.last_received if gathered else result.last_received or 0
    return Cover(
        site=scope.site,
        begins=scope.begins,
        ends=scope.ends,
        item=scope.item,
        handover=scope.handover,
        levels=scope.levels,
        as_of=last if until is None else until,
        entries=gathered.entries if gathered else 0,
        last_received=last,
    )


def _verification(result: Result, config: AuditorConfig, gathered: Gathered | None) -> Verification:
    root, threshold = (gathered.root, gathered.threshold) if gathered else ([], 0)
    return Verification(
        verdict=result.verdict,
        fault_count=result.fault_count,
        faults=result.faults,
        proved=claims.proved(result),
        unproved=claims.unproved(result),
        keys=TrustedKeys(config.vkey, config.entry0, root, threshold),
    )


def _checkpoint(result: Result) -> SignedCheckpoint:
    _, signatures = split_note(result.note.encode())
    signers: dict[tuple[str, str], Literal["log", "witness"]] = {
        (one.name, one.key_id): "witness" for one in result.cosigned
    }
    log = Verifier(result.vkey)
    signers[log.name, log.key_id.hex()] = "log"
    return SignedCheckpoint(
        note=result.note,
        origin=result.origin,
        size=result.size,
        root=result.root,
        signatures=[_signature(one, signers.get((one.name, one.key_id.hex()), "other")) for one in signatures],
    )


def _signature(one: Signature, signer: Literal["log", "witness", "other"]) -> NoteSignature:
    """Every line of the log and of a named witness has been verified: else there would be no checkpoint."""
    return NoteSignature(one.name, one.key_id.hex(), signer, verified=signer != "other")
