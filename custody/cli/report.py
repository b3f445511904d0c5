"""`custody audit report`: what a log says of an election, verified in the same run."""

import sys
from collections.abc import Callable
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console

from custody.audit import config as settings
from custody.audit.config import AuditorConfig
from custody.audit.pool import collect_seldom, prepare
from custody.cli import audit_texts
from custody.cli.audit_options import (
    EXIT_CODES,
    config_option,
    folder_option,
    from_start_option,
    open_log,
    progress_bar,
    workers_option,
)
from custody.cli.passphrases import passphrase_file_option, passphrase_of
from custody.cli.written import Instant, NewFile
from custody.core.findings import Language
from custody.directory import open_directory
from custody.files import write_durably

if TYPE_CHECKING:
    from custody.audit.report.faces.signature import ReportSigner
    from custody.audit.report.model import Report
    from custody.audit.report.scope import Scope


def _json(made: "Report", _language: Language) -> bytes:
    from custody.audit.report.making import encode  # noqa: PLC0415  # imports the rules

    return encode(made)


def _html(made: "Report", language: Language) -> bytes:
    from custody.audit.report.faces.content import page  # noqa: PLC0415  # imports what draws
    from custody.audit.report.faces.html import html  # noqa: PLC0415

    return html(page(made, language))


def _pdf(made: "Report", language: Language) -> bytes:
    from custody.audit.report.faces.content import page  # noqa: PLC0415  # imports what draws
    from custody.audit.report.faces.pdf import pdf  # noqa: PLC0415

    return pdf(page(made, language))


FORMATS: dict[str, Callable[["Report", Language], bytes]] = {"json": _json, "html": _html, "pdf": _pdf}
"""By name: a report, and the language that people read it in, to a file's bytes."""


@click.command()
@config_option
@folder_option
@click.option("--site", help="Only what happened at this site or under it, or was on its way there.")
@click.option("--from", "begins", type=Instant(), help="Only what happened, or was due, from this instant on.")
@click.option("--to", "ends", type=Instant(), help="Only what happened, or was due, before this instant.")
@click.option("--item", help="Of this item alone: all that happened to it, with both parties at each step.")
@click.option("--handover", type=click.IntRange(min=0), metavar="INDEX", help="Of the handover in this entry alone.")
@click.option("--levels", type=click.IntRange(min=0), default=3, show_default=True, help="Rows of sites so deep.")
@click.option(
    "--as-of",
    type=Instant(),
    help="ISO 8601 with its zone, or Unix ms: what the log had received by then. By default all, as of its last entry.",
)
@click.option("--lang", "language", type=click.Choice(["id", "en"]), default="id", show_default=True, help="Language.")
@click.option(
    "--format", "format_", type=click.Choice(list(FORMATS)), help="Format; by default what --out ends with, or json."
)
@click.option("--out", type=NewFile(), help="The file; by default standard output.")
@click.option(
    "--names",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="A directory of your own (`custody directory`): its names stand beside the ids of people.",
)
@passphrase_file_option
@from_start_option
@workers_option
def report(  # noqa: PLR0917  # click gives them by name
    config_file: Path,
    location: str | None,
    site: str | None,
    begins: int | None,
    ends: int | None,
    item: str | None,
    handover: int | None,
    levels: int,
    as_of: int | None,
    language: Language,
    format_: str | None,
    out: Path | None,
    names: Path | None,
    passphrase_file: Path | None,
    from_start: bool,
    workers: int | None,
) -> None:
    """Verify the whole log and report what it says of an election: what is complete, what differs, what is proved.

    The same log and options give the same file, save for a PDF's signature, which the settings may name a key for.
    Exit code 0 if the log holds, whatever is found; 1 if it does not, which the report says first, 3 if entries are of
    a newer format than this software knows, 4 if no log is there.
    """
    from custody.audit.report.making import make  # noqa: PLC0415  # imports the rules
    from custody.audit.report.scope import Scope  # noqa: PLC0415

    scope = Scope(site=site, begins=begins, ends=ends, item=item, handover=handover, levels=levels)
    _check_scope(scope)
    if workers != 0:
        prepare()
    collect_seldom()
    config = settings.load(config_file)
    format_ = format_ or _format_of(out)
    signer = _signer(config, passphrase_file) if format_ == "pdf" else None
    with (
        open_log(location, config) as source,
        open_directory(names) if names else nullcontext() as directory,
        progress_bar("report") as progress,
    ):
        name_of = directory.name if directory else lambda _: None
        made = make(
            source,
            config,
            scope,
            until=as_of,
            name_of=name_of,
            workers=workers,
            progress=progress,
            from_start=from_start,
        )
    data = FORMATS[format_](made, language)
    _write(signer.sign(data) if signer else data, out, mode=0o600 if names else 0o644)
    verdict = made.verification.verdict
    if verdict != "holds":
        audit_texts.print_whether_it_holds(Console(stderr=True, highlight=False), verdict)
    sys.exit(EXIT_CODES[verdict])


def _format_of(out: Path | None) -> str:
    ending = out.suffix.removeprefix(".").lower() if out else ""
    return ending if ending in FORMATS else "json"


def _signer(config: AuditorConfig, passphrase_file: Path | None) -> "ReportSigner | None":
    """Who signs reports by the settings, if anybody: told before the log is read. Raises ConfigFault, BadKey."""
    if config.report_key is None or config.report_certificate is None:
        return None
    from custody.audit.report.faces.signature import ReportSigner  # noqa: PLC0415  # imports what signs PDFs

    passphrase = passphrase_of(config.report_key, passphrase_file)
    return ReportSigner(config.report_key, config.report_certificate, passphrase, now=datetime.now(UTC))


def _check_scope(scope: "Scope") -> None:
    if scope.item is not None and scope.handover is not None:
        raise click.UsageError("Name an item or a handover, not both.")
    narrowed = (scope.site, scope.begins, scope.ends) != (None, None, None)
    if narrowed and (scope.item is not None or scope.handover is not None):
        raise click.UsageError("A report of one item or handover is about all of it: leave out --site, --from, --to.")
    if scope.begins is not None and scope.ends is not None and scope.begins >= scope.ends:
        raise click.UsageError("The period is empty: --from must be before --to.")


def _write(data: bytes, out: Path | None, mode: int) -> None:
    if out is None:
        sys.stdout.buffer.write(data)
    else:
        write_durably(out, data, mode)
