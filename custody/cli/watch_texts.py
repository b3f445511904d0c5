"""What `custody audit watch` says to people, a line each: Bahasa Indonesia first, then English."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from custody.audit.fault_words import told
from custody.core.errors import legible
from custody.readable import instant

if TYPE_CHECKING:
    from custody.audit.watch import Alert, AlertKind, Step

_TEXTS: dict["AlertKind", tuple[str, str]] = {
    "fork": (
        "DUA RIWAYAT: kunci log menandatangani {size} entri yang tidak sejalan dengan {held_size} entri yang terlihat"
        " sebelumnya; {proof_id}",
        "TWO HISTORIES: the log's key has signed {size} entries that contradict the {held_size} seen before; {proof}",
    ),
    "rollback": (
        "LOG MUNDUR: {size} entri, padahal {held_size} sudah ditandatangani",
        "ROLLBACK: {size} entries, though {held_size} were signed before",
    ),
    "no-proof": (
        "TANPA BUKTI bahwa {size} entri melanjutkan {held_size}: {reason_id}",
        "NO PROOF that {size} entries go on from {held_size}: {reason}",
    ),
    "bad-checkpoint": (
        "CHECKPOINT TIDAK SAH: {reason_id}",
        "BAD CHECKPOINT: {reason}",
    ),
    "stale": (
        "TIDAK ADA CHECKPOINT BARU sejak {since}",
        "NO NEW CHECKPOINT since {since}",
    ),
    "faulty": (
        "LOG TIDAK UTUH: {count} kesalahan; {reason_id}",
        "THE LOG DOES NOT HOLD: {count} faults; {reason}",
    ),
    "finding": (
        "KETIDAKSESUAIAN KRITIS BARU: {count}; {text_id}",
        "NEW CRITICAL FINDINGS: {count}; {text_en}",
    ),
}
_VERDICTS = {
    "holds": "log utuh / the log holds",
    "faulty": "log tidak utuh / the log does not hold",
    "newer-format": "format lebih baru: perbarui program ini / newer format: update this software",
}


def stamp(now: int) -> str:
    """When a line was said (Unix ms)."""
    return instant(now)


def texts(alert: "Alert") -> tuple[str, str]:
    """What an alert says: (Bahasa Indonesia, English)."""
    facts = dict(alert.facts)
    if "since" in facts:
        facts["since"] = instant(int(facts["since"]))
    if "file" in facts:
        facts |= {"proof_id": f"bukti: {facts['file']}", "proof": f"proof: {facts['file']}"}
    elif "unwritten" in facts:
        facts |= {"proof_id": facts["unwritten_id"], "proof": facts["unwritten"]}
    indonesian, english = _TEXTS[alert.kind]
    return indonesian.format_map(facts), english.format_map(facts)


def alert(alert: "Alert") -> str:
    """An alert as a line."""
    return legible(f"PERINGATAN / ALERT {alert.kind}: {' / '.join(texts(alert))}")


def news(step: "Step") -> Iterator[str]:
    """What a step brought that is no alert."""
    if step.grown is not None:
        yield f"{step.grown.size} entri / entries, akar / root {step.grown.root.hex()}"
    if step.judged is not None:
        verdict = _VERDICTS[step.judged.verdict]
        if step.judged.witnesses:
            of = f"{len(step.judged.cosigned)} dari / of {step.judged.witnesses}"
            verdict += f"; saksi log / witnesses {of}"
        if step.new == step.judged.judged:
            yield f"seluruh log dibaca: {step.new} entri / the whole log was read: {step.new} entries; {verdict}"
        else:
            yield f"{step.new} entri baru dinilai / new entries judged; {verdict}"
    if step.trouble is not None:
        yield legible(f"belum dapat dilihat / cannot be looked at now: {' / '.join(told(step.trouble))}")


def command_failed(why: str) -> str:
    """The user's command did not take an alert; it is given again."""
    return legible(
        f"perintah peringatan gagal, diulang pada langkah berikut / the alert's command failed, again next step: {why}"
    )
