"""`custody export`: what a verified log says, in the formats of others."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import click
from rich.console import Console

from custody.audit import config as settings
from custody.audit.pool import collect_seldom, prepare
from custody.audit.replay import Record, Recorder
from custody.audit.verify import recorded
from custody.cli import audit_texts
from custody.cli.audit_options import EXIT_CODES, config_option, folder_option, open_log, progress_bar, workers_option
from custody.cli.written import Instant, NewFile
from custody.files import creating_durably, writing_durably


@click.group()
def export() -> None:
    """Write a verified log's events in a format that others read."""


_site = click.option("--site", help="Only what happened at this site or under it, or was on its way there.")
_as_of = click.option(
    "--as-of", type=Instant(), help="ISO 8601 with its zone, or Unix ms: what the log had received by then."
)


@export.command()
@config_option
@folder_option
@_site
@_as_of
@click.option("--out", type=NewFile(), help="The file; by default standard output.")
@workers_option
def epcis(  # noqa: PLR0917  # click gives them by name
    config_file: Path,
    location: str | None,
    site: str | None,
    as_of: int | None,
    out: Path | None,
    workers: int | None,
) -> None:
    """Verify the whole log, and write its events as an EPCISDocument (GS1 EPCIS 2.0, JSON-LD).

    A log that does not hold gives no export: the faults are told on standard error, and the exit code is that of
    `custody audit verify`. The same log gives the same bytes.
    """
    from custody.audit.export import Exportable, document  # noqa: PLC0415  # what only this command needs

    with _verified(config_file, location, partial(Exportable, until=as_of), workers) as log:
        pieces = document(log, site)
        if out is None:
            sys.stdout.buffer.writelines(pieces)
            return
        with writing_durably(out) as file:
            file.writelines(pieces)


@export.command("csv")
@config_option
@folder_option
@_site
@_as_of
@click.option("--out", type=NewFile(folder=True), required=True, help="The new folder.")
@workers_option
def csv_(  # noqa: PLR0917  # click gives them by name
    config_file: Path,
    location: str | None,
    site: str | None,
    as_of: int | None,
    out: Path,
    workers: int | None,
) -> None:
    """Verify the whole log, and write its events, findings, planned deliveries and sites as CSV.

    Cells that a spreadsheet would run as formulas are neutralised. A log that does not hold gives no export: the faults
    are told on standard error, and the exit code is that of `custody audit verify`. The same log gives the same bytes.
    """
    from custody.audit.csv_tables import csv_files  # noqa: PLC0415  # what only this command needs takes long
    from custody.audit.tabled import Tabled  # noqa: PLC0415

    with (
        _verified(config_file, location, partial(Tabled, until=as_of), workers) as log,
        creating_durably(out) as folder,
    ):
        for name, pieces in csv_files(log, site):
            with (folder / name).open("wb") as file:
                file.writelines(pieces)


@contextmanager
def _verified(
    config_file: Path, location: str | None, record: Record[Recorder], workers: int | None
) -> Iterator[Recorder]:
    """What was recorded of the whole log; of one that does not hold the faults are told, and the program ends."""
    if workers != 0:
        prepare()
    collect_seldom()
    config = settings.load(config_file)
    with (
        open_log(location, config) as source,
        progress_bar("export") as progress,
        recorded(source, config, record, workers=workers, progress=progress) as (result, log),
    ):
        if log is None or result.verdict != "holds":
            audit_texts.print_result(Console(stderr=True, highlight=False), result)
            sys.exit(EXIT_CODES[result.verdict])
        yield log
