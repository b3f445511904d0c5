"""`python -m benchmarks [NAME…]`: measures, prints a table, and keeps it as JSON."""

import sys
from collections.abc import Callable
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

import click
import msgspec
from rich.console import Console
from rich.table import Table

from benchmarks.bench import FULL, SHORT, TINY, Bench, Size, bench
from benchmarks.figures import Outcome
from benchmarks.machine import Machine, machine

FOLDER = Path("var/bench")
WIDTH = 140
"""Of the table where there is no terminal."""
BENCHMARKS = (
    "agent",
    "beep",
    "decode",
    "ingest",
    "verify",
    "growth",
    "rules",
    "live",
    "pages",
    "report",
    "archive",
    "viewers",
    "paint",
)
"""The modules of this package that are one."""


class Results(msgspec.Struct, frozen=True):
    """One run of the benchmarks."""

    time: datetime
    machine: Machine
    size: Size
    outcomes: list[Outcome]


@click.command()
@click.argument("names", nargs=-1, type=click.Choice(BENCHMARKS))
@click.option("--short", "size", flag_value="short", help="Less of everything; growth to 100,000 entries.")
@click.option("--tiny", "size", flag_value="tiny", help="Shows that they run; the figures mean nothing.")
def main(names: tuple[str, ...], size: str | None) -> None:
    """Measure NAME… (without any: all). A target that is missed is printed, and is no error."""
    console = Console(highlight=False, width=None if sys.stdout.isatty() else WIDTH)
    wanted = {"short": SHORT, "tiny": TINY}.get(size or "", FULL)
    found: list[Outcome] = []
    for name in names or BENCHMARKS:
        console.print(f"[bold]{name}[/bold]")
        with bench(wanted, FOLDER, console) as given:
            found += _benchmark(name)(given)
    results = Results(datetime.now(UTC), machine(), wanted, found)
    (FOLDER / "results.json").write_bytes(msgspec.json.format(msgspec.json.encode(results)))
    console.print(_table(results))


def _benchmark(name: str) -> Callable[[Bench], list[Outcome]]:
    """Imported when it is to run, for each process of its pool imports this module as well."""
    run: Callable[[Bench], list[Outcome]] = import_module(f"benchmarks.{name}").run
    return run


def _table(results: Results) -> Table:
    of = results.machine
    table = Table(
        title=f"{results.time:%Y-%m-%d}, {of.cores} × {of.processor}, Linux {of.kernel}, Python {of.python}",
        title_justify="left",
        show_lines=True,
    )
    for column in ("", "measured", "limit of the same run", "ratio", "all runs", "wanted", "holds"):
        table.add_column(column)
    for outcome in results.outcomes:
        figure = outcome.figure
        table.add_row(
            f"{figure.name}\n[dim]{figure.note}[/dim]" if figure.note else figure.name,
            f"{figure.measured:,.4g} {figure.unit}",
            f"{figure.limit:,.4g} {figure.unit}\n[dim]{figure.limit_name}[/dim]",
            f"{figure.ratio:.2f}",
            f"{outcome.ratios[0]:.2f} to {outcome.ratios[-1]:.2f}",
            f"{figure.sense} {figure.wanted:.2f}",
            "yes" if figure.holds else "NO",
        )
    return table


if __name__ == "__main__":
    main()
