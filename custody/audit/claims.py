"""What a verification proved, and what it did not: codes and numbers, and what they mean, Bahasa Indonesia first."""

from collections.abc import Iterator
from typing import Literal

from msgspec import Struct

from custody.audit.claim_texts import CLAIMS
from custody.audit.fault_words import indonesian
from custody.audit.result import Archive, LaidReport, Result
from custody.readable import instant

INSTANTS = ("first_received", "last_received", "last_cosigned")
"""Facts that are instants where they are numbers."""


class Claim(Struct, frozen=True):
    """Something that was proved, or was not; `facts` are what its text names, of a `Result`. Instants in Unix ms."""

    code: str
    facts: dict[str, int | str]


def proved(result: Result) -> list[Claim]:
    """What was proved of a log that holds; nothing of any other."""
    return list(_proved(result)) if result.verdict == "holds" else []


def unproved(result: Result) -> list[Claim]:
    """What nobody should take as proved."""
    return list(_unproved(result))


def text(claim: Claim, language: Literal["id", "en"]) -> str:
    """What a claim says."""
    shown = {
        name: instant(fact) if name in INSTANTS and isinstance(fact, int) else fact
        for name, fact in claim.facts.items()
    }
    if language == "id" and "state_fault" in shown:
        path, _, reason = str(shown["state_fault"]).rpartition(": ")
        shown["state_fault"] = f"{path}: {indonesian(reason)}"
    return CLAIMS[claim.code][language == "en"].format_map(shown)


def _claim(result: Result, code: str, *names: str) -> Claim:
    return Claim(code, {name: getattr(result, name) for name in names})


def _proved(result: Result) -> Iterator[Claim]:
    archive = result.archive
    if archive is not None and archive.site is not None:
        yield Claim("part-hashed", {"here": archive.here, "size": result.size, "site": archive.site})
    elif result.resumed_from is None:
        yield _claim(result, "entries-hashed", "size")
    else:
        new = result.size - result.resumed_from
        yield Claim("later-entries-hashed", {"new": new, "resumed_from": result.resumed_from})
    if archive is None or "entry0" not in archive.own_keys:
        yield _claim(result, "entry-0")
    yield _claim(result, "admissible", "events", "roster_statements")
    yield _claim(result, "signatures", "signatures")
    if result.first_received is not None and result.last_received is not None:
        yield _claim(result, "received-in-order", "first_received", "last_received")
    yield _claim(result, "chains", "issuers")
    yield _claim(result, "named-checkpoints", "named_checkpoints")
    if result.cosigned:
        last = max(one.at for one in result.cosigned)
        facts = {"cosigned": len(result.cosigned), "witnesses": result.witnesses, "last_cosigned": last}
        yield Claim("cosigned", {**facts})
    if archive is not None:
        yield _claim(result, "archive-files")
        if archive.photographs:
            yield Claim("photographs", {"photographs": archive.photographs})
        for report in archive.reports:
            yield from _proved_of_report(report)


def _unproved(result: Result) -> Iterator[Claim]:
    if result.archive is not None:
        yield from _unproved_of_archive(result.archive)
    if result.judged < result.size:
        yield _claim(result, "entries-not-judged", "judged")
    if result.resumed_from:
        yield _claim(result, "still-served", "resumed_from")
    if result.unheld is not None:
        yield _claim(result, "not-held-against", "unheld", "size")
    if result.state_fault is not None:
        yield _claim(result, "not-kept", "state_fault")
    if result.unknown_signatures:
        yield _claim(result, "unknown-signatures", "unknown_signatures")
    if result.other_files:
        yield _claim(result, "other-files", "other_files")
    yield _same_for_everybody(result)
    if result.other_signatures:
        yield _claim(result, "other-signatures", "other_signatures")
    yield _claim(result, "never-delivered")


def _same_for_everybody(result: Result) -> Claim:
    if not result.witnesses:
        return _claim(result, "same-for-everybody")
    if not result.cosigned:
        return _claim(result, "no-witness-cosigned", "witnesses")
    return _claim(result, "others-see-the-same")


def _unproved_of_archive(archive: Archive) -> Iterator[Claim]:
    for name in archive.own_keys:
        yield Claim(f"own-{name}", {})
    if archive.site is not None:
        yield Claim("nothing-left-out", {})
        if archive.unfound:
            yield Claim("unfound", {"unfound": archive.unfound})
        yield Claim("told-from-all", {})
    if absent := archive.photographs_named - archive.photographs:
        yield Claim("absent-photographs", {"absent": absent})
    for report in archive.reports:
        yield from _unproved_of_report(report)
    if archive.reports:
        yield Claim("report", {})


def _proved_of_report(report: LaidReport) -> Iterator[Claim]:
    """What an unsigned report says of itself is worth nothing but where it can be held against the log."""
    for signer in report.signers:
        facts = {"name": report.name, "subject": signer.subject, "certificate": signer.certificate}
        yield Claim("report-signed", {**facts})
    if report.kind == "json":
        yield Claim("report-keys", {"name": report.name})
    if report.kind in ("signed", "json") and report.over in ("this", "earlier"):
        yield _report_over(report)


def _unproved_of_report(report: LaidReport) -> Iterator[Claim]:
    code = {"signed": "report-signer", "json": "report-unsigned"}.get(report.kind, f"report-{report.kind}")
    yield Claim(code, {"name": report.name})
    if report.kind in ("signed", "json") and report.over in ("later", "nothing"):
        yield _report_over(report)


def _report_over(report: LaidReport) -> Claim:
    facts: dict[str, int | str] = {"name": report.name}
    return Claim(f"report-over-{report.over}", facts | ({"over": report.size} if report.size else {}))
