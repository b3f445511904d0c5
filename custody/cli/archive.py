"""`custody archive`: the whole log, or one site's part of it, as a folder or a zip that proves itself for ever."""

import sys
from pathlib import Path

import click
from rich.console import Console

from custody.audit import config as settings
from custody.audit.pool import collect_seldom, prepare
from custody.cli import archive_texts, audit_texts
from custody.cli.audit_options import (
    EXIT_CODES,
    config_option,
    folder_option,
    from_start_option,
    open_log,
    progress_bar,
    workers_option,
)


@click.command()
@click.argument("target", type=click.Path(path_type=Path))
@config_option
@folder_option
@click.option("--site", help="Only the part of this site and those below it; by default everything.")
@click.option("--zip", "as_zip", is_flag=True, help="One file instead of a folder.")
@click.option(
    "--photographs",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="Photographs too, from the ledger's folder of them: personal, and out of its reach then.",
)
@click.option(
    "--report",
    "reports",
    multiple=True,
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="A report to lay beside the rest, outside the manifests; once for each.",
)
@from_start_option
@workers_option
def archive(  # noqa: PLR0917  # click gives them by name
    target: Path,
    config_file: Path,
    location: str | None,
    site: str | None,
    as_zip: bool,
    photographs: Path | None,
    reports: tuple[Path, ...],
    from_start: bool,
    workers: int | None,
) -> None:
    """Copy the log, verify the copy, and make of it the archive TARGET: a BagIt folder or zip.

    A log that does not hold gives no archive: the faults are told on standard error, and the exit code is that of
    `custody audit verify`. The same log gives the same bytes. Killed, it goes on when it is run again.
    """
    from custody.audit.archive.write import Order, write_archive  # noqa: PLC0415  # what only this command needs

    if workers != 0:
        prepare()
    collect_seldom()
    config = settings.load(config_file)
    order = Order(target, site, as_zip, photographs, reports)
    with open_log(location, config) as source, progress_bar("archive") as progress:
        written = write_archive(source, config, order, workers=workers, progress=progress, from_start=from_start)
    if written.result.verdict != "holds":
        audit_texts.print_result(Console(stderr=True, highlight=False), written.result)
        sys.exit(EXIT_CODES[written.result.verdict])
    click.echo(archive_texts.written(target, site, written, asked=photographs is not None))
