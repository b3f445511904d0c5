"""What `custody audit replay` prints: how things stand, what is wrong, causes first, and what was proved."""

from collections.abc import Iterator, Sequence
from typing import get_args

from rich.console import Console
from rich.table import Table
from rich.text import Text

from custody.audit.judging import Judging
from custody.audit.result import Result
from custody.cli import audit_texts
from custody.cli.replay_report import items_of, state
from custody.cli.standing_texts import DELIVERIES, ITEMS, SEVERITIES
from custody.core.errors import legible
from custody.core.findings import Language
from custody.core.judgement import Finding
from custody.core.words import SITE_CATEGORIES, in_both
from custody.readable import finding_text, instant

SHOWN = 500
"""Findings that are printed; `--json` has them all."""
NAMED = 6
"""Items and entries that are named of each."""

_SECTIONS = {
    "items": "Barang / Items",
    "deliveries": "Pengiriman menurut rencana / Planned deliveries",
    "sites": "Barang yang ada di lokasi / Items at sites",
}
_CATEGORIES = {str(one): in_both(said) for one, said in SITE_CATEGORIES.items()}
_STATUSES = ITEMS | DELIVERIES | _CATEGORIES | {"unknown": "lokasi tidak dikenal / unknown site"}
_STYLES = {"critical": "bold red", "major": "yellow", "minor": "none"}
_NOT_PROVED = [
    (
        "Bahwa isi pernyataan benar: ketidaksesuaian dinilai dari yang ditandatangani orang dan perangkat",
        "That what people and devices have signed is true: findings are judged from it",
    )
]


def print_replay(
    console: Console, result: Result, judging: Judging | None, as_of: int, language: Language | None
) -> None:
    """The verdict, state and findings at `as_of` (Unix ms), what was proved and what not.

    What is found is told in one language, or (None) in both.
    """
    audit_texts.print_verdict(console, result)
    if judging is not None:
        console.print(f"[bold]Keadaan per / State as of[/] {instant(as_of)}, {judging.size} entri / entries")
        console.print(_state_table(judging, as_of))
        _print_findings(console, judging.findings(as_of), [language] if language else get_args(Language))
    else:
        console.print("[bold]Keadaan dan ketidaksesuaian tidak dinilai / State and findings are not judged[/]")
    audit_texts.print_proved(console, result)
    audit_texts.print_not_proved(console, result, _NOT_PROVED)


def _state_table(judging: Judging, as_of: int) -> Table:
    table = Table(show_header=False)
    for style in ("bold", "", ""):
        table.add_column(style=style, overflow="fold")
    for section, counts in state(judging, as_of).items():
        for number, (name, count) in enumerate(counts.items()):
            table.add_row("" if number else _SECTIONS[section], _STATUSES.get(name, legible(name)), str(count))
    return table


def _print_findings(console: Console, found: Sequence[Finding], languages: Sequence[Language]) -> None:
    roots = [one for one in found if one.root]
    still = sum(one.open for one in roots)
    console.print(
        f"[bold]Ketidaksesuaian / Findings[/]: {len(roots)} pokok / roots, {still} terbuka / open; "
        f"{len(found) - len(roots)} akibat / consequences"
    )
    if not found:
        return
    table = Table(show_lines=True)
    table.add_column("Sejak / Since", no_wrap=False)
    table.add_column("Kode / Code", overflow="fold")
    table.add_column("Keterangan / What", overflow="fold", ratio=1)
    for depth, one in list(_causes_first(found))[:SHOWN]:
        table.add_row(instant(one.since), _head(one, depth), _body(one, languages))
    console.print(table)
    if len(found) > SHOWN:
        hidden = len(found) - SHOWN
        console.print(f"  dan {hidden} lagi: lihat --json / and {hidden} more: see --json")


def _causes_first(found: Sequence[Finding]) -> Iterator[tuple[int, Finding]]:
    """(how deep beneath a root, finding): each root, and beneath it what follows from it."""
    beneath: dict[str | None, list[Finding]] = {}
    for one in found:
        beneath.setdefault(one.parent, []).append(one)
    left = [(0, root) for root in reversed(beneath.get(None, []))]
    while left:
        depth, one = left.pop()
        yield depth, one
        left += [(depth + 1, below) for below in reversed(beneath.get(one.id, []))]


def _head(finding: Finding, depth: int) -> Text:
    severity, style = SEVERITIES[finding.severity], _STYLES[finding.severity]
    if finding.open:
        status = "terbuka / open"
    else:
        status = f"selesai / closed: {_some(finding.closed_by)}"
        status += f" ({finding.resolved})" if finding.resolved else ""
    mark = "  " * (depth - 1) + "└ " if depth else ""
    return Text.assemble((f"{mark}{finding.code}\n", "bold"), (f"{severity}\n", style), status)


def _body(finding: Finding, languages: Sequence[Language]) -> Text:
    lines: list[tuple[str, str]] = []
    for number, language in enumerate(languages):
        lines.append((legible(finding_text(finding.code, finding.facts)[language]), "dim" if number else ""))
    items = items_of(finding)
    if items:
        lines.append((f"barang / items ({len(items)}): {_some(items)}", ""))
    lines.append((f"entri / entries: {_some(finding.evidence)}", ""))
    if finding.void:
        lines.append((f"penyelesaian tanpa efek / resolved without effect: {_some(finding.void)}", ""))
    return Text("\n").join(Text(line, style=style) for line, style in lines)


def _some(values: Sequence[object]) -> str:
    named = ", ".join(map(str, values[:NAMED]))
    return f"{named}, …" if len(values) > NAMED else named
