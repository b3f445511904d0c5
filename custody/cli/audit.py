"""`custody audit`: whether a log holds, what an entry says, what a receipt proves; by the auditor's own keys."""

import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Literal

import click
import msgspec
from rich.console import Console

from custody.audit import config as settings
from custody.audit.compare import as_signed, keep, open_view
from custody.audit.compare import compare as compare_views
from custody.audit.pool import collect_seldom, prepare
from custody.audit.show import look_up
from custody.audit.verify import replay as replay_log
from custody.cli import audit_texts, compare_texts, entry_sheet
from custody.cli.audit_options import (
    EXIT_CODES,
    config_option,
    folder_option,
    open_log,
    progress_bar,
    vkey_option,
    witness_option,
    workers_option,
)
from custody.cli.judged_place import Given, check_keeps, judge, judged_place, keep_judged
from custody.cli.main import FAILED, UNAVAILABLE, error_lines
from custody.cli.report import report
from custody.cli.stats import stats
from custody.cli.watch import watch
from custody.cli.written import Instant
from custody.core import entry, statement
from custody.core.cosignature import Witness, trusted_witnesses
from custody.core.errors import ConfigFault, CustodyError, NewerFormat
from custody.core.note import Verifier
from custody.core.proof import MAX_RECEIPT_BYTES, check_receipt
from custody.core.split_view import MAX_PAIR_BYTES, Pair, Relation

COMPARED = {Relation.SAME: 0, Relation.SPLIT: FAILED, Relation.UNPROVED: UNAVAILABLE}


def _now() -> int:
    return time.time_ns() // 1_000_000


@click.group()
def audit() -> None:
    """Check a log, one of its entries, or a receipt, with nothing but keys of your own."""


audit.add_command(report)
audit.add_command(stats)
audit.add_command(watch)


@audit.command()
@click.argument("place", metavar="[DIR|ZIP|URL]", required=False)
@config_option
@folder_option
@vkey_option
@click.option("--entry0", help="SHA-256 of entry 0, in hex; with --vkey, instead of settings.")
@witness_option
@click.option("--own-keys", is_flag=True, help="Take the keys from the archive: shows only that it agrees with itself.")
@click.option("--json", "as_json", is_flag=True, help="The result as JSON.")
@click.option("--from-start", is_flag=True, help="Read and judge again what was verified before.")
@click.option(
    "--judge", "also_judge", is_flag=True, help="Then apply the rules of custody, so that the next report is quick."
)
@workers_option
def verify(  # noqa: PLR0917  # click gives them by name
    place: str | None,
    config_file: Path,
    location: str | None,
    vkey: str | None,
    entry0: str | None,
    witnesses: tuple[str, ...],
    own_keys: bool,
    as_json: bool,
    from_start: bool,
    also_judge: bool,
    workers: int | None,
) -> None:
    """Verify the log: every hash, signature, admission, chain and named checkpoint; of an archive, every file.

    Goes on from the last verification, whose state lies beside the settings; a folder or archive that is named here is
    verified whole.
    An archive needs no network and no settings: --vkey and --entry0 will do, from where you trust them.
    With --judge the rules of custody are applied once the verdict is said, and what they say is kept for the next
    report or archive.
    Exit code 0 if the log holds (gaps and forks are listed: they are findings about devices, not faults of the log),
    1 with the first faults if not, 3 if entries are of a newer format than this software knows, 4 if no log is there.
    """
    if place and location:
        raise click.UsageError("Name one place.")
    if workers != 0:
        prepare()
    collect_seldom()
    given = Given(place or location, config_file, vkey, entry0, own_keys, witnesses)
    with judged_place(given) as (source, config, own):
        if also_judge:
            check_keeps(source, config)
        with progress_bar("verify") as progress:
            copied = given.location is not None and not source.live
            result = judge(source, config, workers, progress, whole=from_start or copied)
        if result.archive is not None:
            result.archive.own_keys = own
        if as_json:
            _print_json({"verdict": result.verdict} | msgspec.structs.asdict(result))
        else:
            audit_texts.print_result(Console(highlight=False), result)
        verdict = result.verdict
        if also_judge and verdict == "holds":
            with progress_bar("judge") as progress:
                verdict, told = keep_judged(source, config, workers, progress)
            click.echo(told, err=True)
    sys.exit(EXIT_CODES[verdict])


@audit.command()
@config_option
@folder_option
@click.option("--as-of", type=Instant(), help="ISO 8601 with its zone, or Unix ms; by default now, and all of the log.")
@click.option("--language", type=click.Choice(["id", "en"]), help="Findings in this language; else in both.")
@click.option("--json", "as_json", is_flag=True, help="State and findings as JSON.")
@workers_option
def replay(  # noqa: PLR0917  # click gives them by name
    config_file: Path,
    location: str | None,
    as_of: int | None,
    language: Literal["id", "en"] | None,
    as_json: bool,
    workers: int | None,
) -> None:
    """Verify the whole log and, in the same pass, apply the rules of custody: state and findings.

    Exit code 0 if the log holds, whatever is found; 1 if it does not, 3 if entries are of a newer format than this
    software knows, 4 if no log is there. State and findings are said only of entries that the log's key has signed.
    """
    from custody.cli import replay_report, replay_texts  # noqa: PLC0415  # what only this command needs takes long

    if workers != 0:
        prepare()
    collect_seldom()
    config = settings.load(config_file)
    with open_log(location, config) as source, progress_bar("replay") as progress:
        result, judging = replay_log(source, config, workers=workers, progress=progress, until=as_of)
    as_of = _now() if as_of is None else as_of
    if as_json:
        _print_json(replay_report.report(result, judging, as_of))
    else:
        replay_texts.print_replay(Console(highlight=False), result, judging, as_of, language)
    sys.exit(EXIT_CODES[result.verdict])


@audit.command()
@click.argument("index", type=click.IntRange(min=0))
@config_option
@folder_option
def show(index: int, config_file: Path, location: str | None) -> None:
    """Show entry INDEX readably, with its signers' roles as the log had them then.

    The entries up to it are held against the signed checkpoint, and the roster before it is judged.
    """
    config = settings.load(config_file)
    with open_log(location, config) as source, progress_bar("show") as progress:
        shown = look_up(source, config, index, progress)
    console = Console(highlight=False)
    for table in entry_sheet.sheets(shown):
        console.print(table)


@audit.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@vkey_option
@config_option
def receipt(file: Path, vkey: str | None, config_file: Path) -> None:
    """Check the receipt FILE (.tlog-proof) offline, with the log's key alone, and say what it proves."""
    verifier = _verifier(vkey, config_file)
    with file.open("rb") as opened:
        data = opened.read(MAX_RECEIPT_BYTES + 1)
    index, proved, checkpoint = check_receipt(data, verifier)
    click.echo(audit_texts.proved_by_receipt(index, proved, checkpoint))
    envelope, received = entry.decode(proved)
    click.echo(audit_texts.content_of_receipt(statement.parse(envelope), received))


@audit.command()
@click.argument("views", nargs=-1, metavar="A B")
@click.option(
    "--check",
    "file",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="Check a file of two checkpoints instead, offline.",
)
@click.option(
    "--to",
    "folder",
    type=click.Path(path_type=Path, file_okay=False, exists=True, writable=True),
    default=Path(),
    help="The folder for the file of two checkpoints; by default the present one.",
)
@vkey_option
@witness_option
@config_option
def compare(  # noqa: PLR0917  # click gives them by name
    views: tuple[str, ...],
    file: Path | None,
    folder: Path,
    vkey: str | None,
    witnesses: tuple[str, ...],
    config_file: Path,
) -> None:
    """Say whether two views of the log, A and B, are one history, or write the proof that they are not.

    Each is a URL, a folder of tiles, an archive (a folder or a zip), or a file: a signed checkpoint, or a receipt,
    which holds one. Exit code 0 if one begins with the other, 1 if the log has signed two histories, 4 if that cannot
    be said. Which witnesses have cosigned is told of each, and decides nothing.
    """
    if len(views) != (0 if file else 2):
        raise click.UsageError("Name two views, or one file with --check.")
    with _or_cannot_say():
        trusted = _trusted(vkey, witnesses, config_file)
        relation = _check_pair(file, *trusted) if file else _compare(views[0], views[1], folder, *trusted)
    sys.exit(COMPARED[relation])


def _check_pair(file: Path, verifier: Verifier, witnesses: list[Witness]) -> Relation:
    with file.open("rb") as opened:
        pair = Pair.decode(as_signed(opened.read(MAX_PAIR_BYTES + 1)))
    relation = pair.relation(verifier)
    click.echo(compare_texts.told(relation, *pair.open(verifier), compare_texts.cosigned(pair, witnesses)))
    return relation


def _compare(one: str, other: str, folder: Path, verifier: Verifier, witnesses: list[Witness]) -> Relation:
    with ExitStack() as stack:
        first, second = (stack.enter_context(open_view(location)) for location in (one, other))
        found = compare_views(first, second, verifier)
    cosigned = compare_texts.cosigned(found.pair, witnesses)
    click.echo(compare_texts.told(found.relation, found.smaller, found.larger, cosigned, found.doubt))
    if found.relation is not Relation.SAME:
        try:
            click.echo(compare_texts.kept(keep(found.pair, folder)))
        except ConfigFault as error:
            click.echo("\n".join(error_lines(error)), err=True)
    return found.relation


def _verifier(vkey: str | None, config_file: Path) -> Verifier:
    return Verifier(vkey) if vkey else settings.load(config_file).verifier


def _trusted(vkey: str | None, witnesses: tuple[str, ...], config_file: Path) -> tuple[Verifier, list[Witness]]:
    if vkey:
        verifier = Verifier(vkey)
        return verifier, trusted_witnesses(witnesses, verifier)
    if witnesses:
        raise click.UsageError("Those of --witness go with --vkey; else the settings name them.")
    config = settings.load(config_file)
    return config.verifier, config.trusted_witnesses


@contextmanager
def _or_cannot_say() -> Iterator[None]:
    """What cannot be read, or is not signed, must not exit as a proof does."""
    try:
        yield
    except NewerFormat:
        raise
    except CustodyError as error:
        click.echo("\n".join([compare_texts.CANNOT_SAY, *error_lines(error)]), err=True)
        sys.exit(UNAVAILABLE)


def _print_json(value: dict[str, Any]) -> None:
    click.echo(msgspec.json.format(msgspec.json.encode(value)))
