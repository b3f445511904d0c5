"""What an audit says to people: Bahasa Indonesia first, then English."""

from collections.abc import Iterable, Iterator

from rich.console import Console
from rich.markup import escape

from custody.audit.claims import Claim, proved, text, unproved
from custody.audit.fault_words import FAULTS, told
from custody.audit.result import Result
from custody.cli.wording import summary
from custody.core.checkpoint import Checkpoint
from custody.core.errors import legible
from custody.core.event import Event
from custody.core.prepared import kind_of
from custody.core.roster_words import KINDS
from custody.core.statement import Statement
from custody.core.words import ACTIONS, in_both
from custody.readable import instant

SHOWN = 20
"""Gaps and forks that are printed; `--json` has them all."""

_VERDICTS = {
    "holds": "[bold green]LOG UTUH / THE LOG HOLDS[/]",
    "faulty": "[bold red]LOG TIDAK UTUH / THE LOG DOES NOT HOLD[/]",
    "faulty-archive": "[bold red]ARSIP TIDAK UTUH / THE ARCHIVE DOES NOT HOLD[/]",
    "part": "[bold green]BAGIAN LOG UTUH / THIS PART OF THE LOG HOLDS[/]",
    "newer-format": "[bold yellow]BELUM DAPAT DINILAI / NOT JUDGED: NEWER FORMAT[/]",
}


def print_result(console: Console, result: Result) -> None:
    """The verdict, what was proved or the first faults, the findings, and what was not proved."""
    print_verdict(console, result)
    print_proved(console, result)
    findings = list(_findings(result))
    if findings:
        _print_list(console, "Ketidaksesuaian / Findings", findings)
    print_not_proved(console, result)


def print_verdict(console: Console, result: Result) -> None:
    """Whether the log holds, or an archive with all that is beside it, and which log it is."""
    print_whether_it_holds(console, _verdict(result))
    console.print(f"  {escape(result.origin)}   {result.size} entri / entries")
    console.print(f"  akar / root {result.root}", soft_wrap=True)


def _verdict(result: Result) -> str:
    if result.archive is not None and result.verdict == "faulty":
        return "faulty-archive"  # a table of it may be wrong, and the log whole
    if result.archive is not None and result.archive.site is not None and result.verdict == "holds":
        return "part"
    return result.verdict


def print_whether_it_holds(console: Console, verdict: str) -> None:
    console.print(_VERDICTS[verdict])


def print_proved(console: Console, result: Result) -> None:
    """What was proved, or the first faults, and what is of a newer format."""
    if result.verdict == "holds":
        _print_list(console, "Terbukti / Proved", _told(proved(result)))
    if result.fault_count:
        _print_list(console, f"Kesalahan / Faults: {result.fault_count}", _faults(result))
    if result.newer_entries:
        _print_list(console, "Format lebih baru / Newer format", _newer(result))


def print_not_proved(console: Console, result: Result, more: Iterable[tuple[str, str]] = ()) -> None:
    """What nobody should take as proved; `more` of it after the rest."""
    _print_list(console, "Tidak terbukti / Not proved", [*_told(unproved(result)), *more])


def kept_for_reports(result: Result, kept: int) -> str:
    """What `verify --judge` says once it has judged, `kept` entries being kept for the next report."""
    if result.verdict != "holds":
        return (
            "Berkas log yang dibaca lagi untuk dinilai tidak utuh: periksa lagi.\n"
            "What was read again of the log, to judge it, does not hold: verify it again."
        )
    if kept < result.size:
        return (
            "Hasil penilaian tidak dapat disimpan: laporan berikutnya menilainya lagi.\n"
            "What was judged could not be kept: the next report judges it again."
        )
    return (
        f"Sudah dinilai untuk laporan dan arsip berikutnya: {kept} entri.\n"
        f"Judged for the next report or archive: {kept} entries."
    )


def proved_by_receipt(index: int, proved: bytes, checkpoint: Checkpoint) -> str:
    """What a receipt proves, whatever its entry says."""
    return "\n".join(
        (
            "BUKTI PENCATATAN SAH / THE RECEIPT HOLDS",
            f"  Log {checkpoint.origin} menandatangani bahwa entri {index} ({len(proved)} bita) tercatat di dalamnya.",
            f"  Log {checkpoint.origin} has signed that entry {index} ({len(proved)} bytes) is in it.",
            f"  Checkpoint: {checkpoint.size} entri / entries, akar / root {checkpoint.root.hex()}",
        )
    )


def content_of_receipt(found: Statement, received: int) -> str:
    """What the entry says, and what the receipt alone does not prove of it."""
    body = found.body
    if isinstance(body, Event):
        what = f"{in_both(ACTIONS[body.action])}: {' '.join(body.items)} @ {body.site}"
    else:
        what = f"{' / '.join(KINDS[kind_of(body)])}: {summary(body)}"
    return "\n".join(
        (
            f"  Diterima / Received:    {instant(received)}",
            f"  Pernyataan / Statement: {found.id}",
            f"  Penerbit / Issuer:      {body.issuer}, {body.seq}",
            f"  Isi / Content:          {what}",
            "Tidak dinilai di sini: milik siapa kunci-kuncinya, dan tanda tangannya; untuk itu `custody audit verify`.",
            "Not judged here: whose the keys are, and their signatures; that is `custody audit verify`.",
        )
    )


def _print_list(console: Console, title: str, lines: Iterator[tuple[str, str]] | list[tuple[str, str]]) -> None:
    console.print(f"[bold]{title}[/]")
    for indonesian, english in lines:
        console.print(f"  • {escape(legible(indonesian))}\n    [dim]{escape(legible(english))}[/]", soft_wrap=True)


def _told(claims: Iterable[Claim]) -> Iterator[tuple[str, str]]:
    return ((text(one, "id"), text(one, "en")) for one in claims)


def _faults(result: Result) -> Iterator[tuple[str, str]]:
    whole = "log" if result.archive is None else "arsip / archive"
    for fault in result.faults:
        where = whole if fault.index is None else f"entri / entry {fault.index}"
        named = f"{fault.kind} ({FAULTS[fault.kind][0]})" if fault.kind in FAULTS else fault.kind
        indonesian, english = told(fault)
        yield f"{where}: {named}: {indonesian}", english
    if result.fault_count > len(result.faults):
        more = result.fault_count - len(result.faults)
        yield f"dan {more} lagi", f"and {more} more"


def _newer(result: Result) -> Iterator[tuple[str, str]]:
    calm = ("", "") if result.doubts else ("; ini bukan tanda pengubahan", "; this is no sign of tampering")
    yield (
        f"{result.newer_entries} entri berformat lebih baru, mulai {result.first_newer}: perbarui program ini{calm[0]}",
        f"{result.newer_entries} entries of a newer format, first {result.first_newer}: update this software{calm[1]}",
    )
    for doubt in result.doubts:
        yield (
            f"{doubt.count} kali {doubt.kind} sesudahnya, mulai entri {doubt.index}: akibat entri yang belum dipahami"
            " itu, atau kesalahan log; belum dapat dibedakan",
            f"{doubt.count} times {doubt.kind} after it, first at entry {doubt.index}: a consequence of what is not"
            " understood there, or a fault of the log; nobody can tell before the update",
        )


def _findings(result: Result) -> Iterator[tuple[str, str]]:
    for gap in result.gaps[:SHOWN]:
        missing = str(gap.first) if gap.first == gap.last else f"{gap.first}–{gap.last}"
        yield (
            f"Celah: nomor {missing} dari {gap.issuer[:16]}… belum sampai",
            f"Gap: number {missing} of {gap.issuer[:16]}… has not arrived",
        )
    for fork in result.forks[:SHOWN]:
        yield (
            f"Cabang: entri {fork.index}, nomor {fork.seq} dari {fork.issuer[:16]}…, bertentangan dengan rantainya",
            f"Fork: entry {fork.index}, number {fork.seq} of {fork.issuer[:16]}…, contradicts its chain",
        )
    if result.spoiled_signatures:
        count = result.spoiled_signatures
        yield (
            f"{count} tanda tangan rusak: kuncinya didaftarkan sesudah pernyataannya tercatat, jadi pembawanya dapat"
            " merusaknya; bukan kesalahan log",
            f"{count} spoiled signatures: their keys were enrolled after the statements were logged, so whoever carried"
            " those could spoil them; no fault of the log",
        )
    hidden = sum(max(0, len(found) - SHOWN) for found in (result.gaps, result.forks))
    if hidden:
        yield f"dan {hidden} lagi: lihat --json", f"and {hidden} more: see --json"
