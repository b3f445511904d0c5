"""`custody export`: what a verified log says, in the formats of others."""

import sys
from collections.abc import Iterable
from functools import partial
from pathlib import Path

import click
from rich.console import Console

from custody.audit import config as settings
from custody.audit.export import Exportable, document
from custody.audit.pool import collect_seldom, prepare
from custody.audit.source import open_source
from custody.audit.verify import recorded
from custody.cli import audit_texts
from custody.cli.audit import EXIT_CODES, progress_bar
from custody.cli.audit_options import config_option, folder_option, workers_option
from custody.cli.written import Instant
from custody.files import writing_durably


@click.group()
def export() -> None:
    """Write a verified log's events in a format that others read."""


@export.command()
@config_option
@folder_option
@click.option("--site", help="Only what happened at this site or under it, or was on its way there.")
@click.option("--as-of", type=Instant(), help="ISO 8601 with its zone, or Unix ms: what the log had received by then.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="The file; by default standard output.")
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
    if workers != 0:
        prepare()
    collect_seldom()
    config = settings.load(config_file)
    record = partial(Exportable, until=as_of)
    with (
        open_source(location or config.location) as source,
        progress_bar("export") as progress,
        recorded(source, config, record, workers=workers, progress=progress) as (result, log),
    ):
        if log is None or result.verdict != "holds":
            audit_texts.print_result(Console(stderr=True, highlight=False), result)
            sys.exit(EXIT_CODES[result.verdict])
        _write(document(log, site), out)


def _write(pieces: Iterable[bytes], out: Path | None) -> None:
    if out is None:
        sys.stdout.buffer.writelines(pieces)
        return
    with writing_durably(out) as file:
        file.writelines(pieces)
