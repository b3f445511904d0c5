"""What `custody audit compare` says to people: Bahasa Indonesia first, then English."""

from collections.abc import Sequence
from pathlib import Path

from custody.audit.fault_words import told as told_of
from custody.core.checkpoint import Checkpoint
from custody.core.cosignature import Witness, cosignatures
from custody.core.errors import BadSignature, CustodyError, legible
from custody.core.split_view import Pair, Relation
from custody.readable import instant

CANNOT_SAY = "TIDAK DAPAT DIPASTIKAN / CANNOT SAY"

_TITLES = {
    Relation.SAME: "SATU RIWAYAT / ONE HISTORY",
    Relation.SPLIT: "DUA RIWAYAT / TWO HISTORIES",
    Relation.UNPROVED: CANNOT_SAY,
}

_WHAT = (
    "Yang dibandingkan checkpoint-nya; apakah isi berkasnya memang itu, diperiksa `custody audit verify`.",
    "Compared are the checkpoints; whether the files are what these sign, `custody audit verify` says.",
)


def told(
    relation: Relation,
    smaller: Checkpoint,
    larger: Checkpoint,
    cosigned: tuple[str, str],
    doubt: CustodyError | None = None,
) -> str:
    """The verdict on two signed checkpoints, both named, and what it means; which witnesses have `cosigned` each."""
    lines = [_TITLES[relation], f"  Log {smaller.origin}"]
    for checkpoint, witnesses in zip((smaller, larger), cosigned, strict=True):
        lines.append(f"  Checkpoint: {checkpoint.size} entri / entries, akar / root {checkpoint.root.hex()}")
        lines.append(f"    {witnesses}")
    lines += [f"  {line}" for line in _meaning(relation, smaller.size, larger.size)]
    if doubt is not None:
        lines += [f"  {legible(said)}" for said in told_of(doubt)]
    return "\n".join(lines)


def cosigned(pair: Pair, witnesses: Sequence[Witness]) -> tuple[str, str]:
    """Which of the auditor's witnesses have cosigned each checkpoint of a pair, a line each."""
    return _cosigned(pair.smaller, witnesses), _cosigned(pair.larger, witnesses)


def kept(path: Path) -> str:
    """Where both checkpoints lie now."""
    return (
        f"  Kedua checkpoint disimpan / Both checkpoints are kept: {path}\n"
        f"  Siapa pun dapat memeriksanya / Anyone can check: custody audit compare --check {path.name} --vkey …"
    )


def _cosigned(note: bytes, witnesses: Sequence[Witness]) -> str:
    if not witnesses:
        return "tanpa saksi log: tidak ada yang disebut / no witnesses: none is named"
    try:
        found = cosignatures(note, witnesses)
    except BadSignature as error:
        return legible(" / ".join(told_of(error)))
    by_whom = "".join(f"; {one.name}, {instant(one.at)}" for one in found)
    return legible(f"saksi log / witnesses: {len(found)} dari / of {len(witnesses)}{by_whom}")


def _meaning(relation: Relation, smaller: int, larger: int) -> tuple[str, str]:
    match relation:
        case Relation.SAME:
            agree = (
                f"Yang {larger} entri berawal dengan yang {smaller} entri: keduanya sejalan.",
                f"The one of {larger} entries begins with the one of {smaller}: they agree.",
            )
            equal = f"Keduanya atas {larger} entri yang sama.", f"Both are over the same {larger} entries."
            said = equal if smaller == larger else agree
            return f"{said[0]} {_WHAT[0]}", f"{said[1]} {_WHAT[1]}"
        case Relation.SPLIT:
            return (
                "Kunci log menandatangani keduanya, dan keduanya tidak mungkin benar bersama: hanya pemegang kunci log"
                " yang dapat membuat ini.",
                "The log's key has signed both, and both cannot be true: nobody but who holds the log's key can do"
                " that.",
            )
        case _:
            return (
                f"Keduanya sah ditandatangani. Yang kurang: bukti, dari ubin log yang {larger} entri, akar mana yang"
                f" dimiliki {smaller} entri pertamanya. Jalankan `custody audit compare` dengan ubin itu.",
                f"Both are rightly signed. What is missing: proof, from the tiles of the log of {larger} entries, which"
                f" root its first {smaller} have. Run `custody audit compare` with those tiles.",
            )
