"""Reports that lie in an archive: who signed them, and whether they are of its log. What they say is not judged."""

from collections.abc import Callable
from typing import NamedTuple

import msgspec
from msgspec import Struct

from custody.audit.archive import pdf_signatures
from custody.audit.config import AuditorConfig
from custody.audit.report.model import FORMAT
from custody.audit.report.stated import Stated, stated
from custody.audit.result import LaidReport, Over
from custody.audit.source import check_size
from custody.core.checkpoint import open_checkpoint
from custody.core.errors import BadProof, BadSignature, CustodyError, WrongLog

MAX_REPORT = 64 << 20
"""Bytes of one report."""
_SIGNED = b"/ByteRange"
"""What every signed PDF has in plain bytes."""


class Held(NamedTuple):
    """What a report is held against: the auditor's keys, and a log of `size` entries; `root` of its first ones."""

    config: AuditorConfig
    size: int
    root: Callable[[int], str]


class _Keys(Struct):
    vkey: str
    entry0: str


class _Verification(Struct):
    keys: _Keys


class _Checkpoint(Struct):
    note: str


class _Json(Struct):
    format: str
    verification: _Verification
    checkpoint: _Checkpoint | None


def judge_report(name: str, data: bytes, held: Held) -> LaidReport:
    """What a report of this name is worth beside the log. What HTML says of itself is not looked at.

    Raises Oversize, BadSignature for a signature that does not hold, WrongLog and BadProof for a PDF or JSON that says
    it is of another log, or of another history of this one.
    """
    check_size(name, data, MAX_REPORT)
    if data.startswith(b"%PDF-"):
        return _judge_pdf(name, data, held)
    if not name.endswith(".json"):
        return LaidReport(name, "unsigned")
    try:
        said = msgspec.json.decode(data, type=_Json)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return LaidReport(name, "unreadable")
    return _judge_json(name, said, held) if said.format == FORMAT else LaidReport(name, "unreadable")


def _judge_pdf(name: str, data: bytes, held: Held) -> LaidReport:
    found = pdf_signatures.look(data)
    if found is None and _SIGNED not in data:
        return LaidReport(name, "unsigned")
    if found is None or not found.holds:
        raise BadSignature(
            f"the signature of {name} does not hold",
            expected="one that pyHanko verifies, over the whole file",
            got="the file was changed after it was signed, or the signature is broken",
        )
    over, size = _over(name, stated(found.keywords), held)
    return LaidReport(name, "signed" if found.signers else "unsigned", found.signers, over, size)


def _judge_json(name: str, said: _Json, held: Held) -> LaidReport:
    keys, config = said.verification.keys, held.config
    if (keys.vkey, keys.entry0) != (config.vkey, config.entry0):
        raise WrongLog(
            f"{name} is of another log",
            expected=f"{config.vkey}, entry 0 {config.entry0}",
            got=f"{keys.vkey}, entry 0 {keys.entry0}",
        )
    if said.checkpoint is None:
        return LaidReport(name, "json")
    try:
        on = open_checkpoint(said.checkpoint.note.encode(), config.verifier)
    except CustodyError as error:
        raise BadSignature(f"{name} rests on no checkpoint of this log: {error.message}", got=error.got) from None
    over, size = _over(name, Stated(on.origin, on.size, on.root.hex()), held)
    return LaidReport(name, "json", over=over, size=size)


def _over(name: str, said: Stated | None, held: Held) -> tuple[Over, int]:
    if said is None:
        return "nothing", 0
    if said.origin != held.config.verifier.name:
        raise WrongLog(f"{name} is of another log", expected=held.config.verifier.name, got=said.origin)
    if said.size > held.size:
        return "later", said.size
    if said.root != (right := held.root(said.size)):
        raise BadProof(f"{name} names a checkpoint that is not this log's", expected=right, got=said.root)
    return "this" if said.size == held.size else "earlier", said.size
