"""`custody audit stats`: archives laid together, and asked where time is lost, what is late and where seals fail."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import click
from rich.console import Console
from rich.text import Text

from custody.audit.claims import text, unproved
from custody.audit.source import open_source
from custody.cli import audit_texts
from custody.cli.audit_options import EXIT_CODES, config_option, progress_bar, vkey_option, workers_option
from custody.cli.judged_place import Given, judge, judged_place
from custody.cli.written import NewFile
from custody.core.errors import ConfigFault
from custody.core.findings import Language
from custody.files import write_durably

if TYPE_CHECKING:
    from custody.audit.stats.questions import By
    from custody.audit.stats.reading import Tables

NAMES = ("legs", "releases", "routes", "seals")


@click.command()
@click.argument("archives", nargs=-1, required=True, metavar="ARCHIVE…", type=click.Path(path_type=Path, exists=True))
@click.option("--question", "asked", multiple=True, type=click.Choice(NAMES), help="One of these; by default all.")
@click.option(
    "--by",
    type=click.Choice(["site", "office", "category"]),
    default="site",
    show_default=True,
    help="Put sites together by the office above them, or by their category.",
)
@click.option("--limit", type=click.IntRange(min=1), default=20, show_default=True, help="Rows that are shown.")
@click.option("--language", type=click.Choice(["id", "en"]), default="id", show_default=True, help="Of what is shown.")
@click.option("--csv", "as_csv", is_flag=True, help="All rows of one question as CSV.")
@click.option(
    "--chart",
    "chart_file",
    type=NewFile(),
    help="The first rows of one question as an SVG file.",
)
@click.option("--unverified", is_flag=True, help="Take what the files say, verified or not.")
@config_option
@vkey_option
@click.option("--entry0", help="SHA-256 of entry 0, in hex; with --vkey, instead of settings.")
@workers_option
def stats(  # noqa: PLR0917  # click gives them by name
    archives: Sequence[Path],
    asked: Sequence[str],
    by: "By",
    limit: int,
    language: Language,
    as_csv: bool,
    chart_file: Path | None,
    unverified: bool,
    config_file: Path,
    vkey: str | None,
    entry0: str | None,
    workers: int | None,
) -> None:
    """Ask archives of one log: where time is lost, where releases wait, which routes are late, where seals fail.

    Each ARCHIVE is one of `custody archive`, and is verified first as `custody audit verify` does: of one that does not
    hold nothing is taken, and the exit code is that of the verification. With --unverified, it may also be a folder of
    `custody export csv`. What several tell counts once, as the one with the most entries has it.
    """
    # What only this command needs takes long.
    from custody.audit.stats.database import Laid  # noqa: PLC0415
    from custody.audit.stats.questions import Asking  # noqa: PLC0415
    from custody.cli import stats_texts  # noqa: PLC0415

    if (as_csv or chart_file) and len(asked) != 1:
        raise click.UsageError("CSV and charts are of one question: name it with --question.")
    with ExitStack() as stack:
        if unverified:
            Console(stderr=True).print(" / ".join(stats_texts.UNVERIFIED), style="bold red")
            tables = [stack.enter_context(_unverified(path)) for path in archives]
        else:
            tables = [
                stack.enter_context(_verified(Given(str(path), config_file, vkey, entry0, own_keys=False), workers))
                for path in archives
            ]
        laid = stack.enter_context(closing(Laid(tables)))
        asking = Asking(laid, by)
        answers = {name: asking.answer(name) for name in asked or NAMES}
    doubts = stats_texts.doubts(laid, verified=not unverified)
    if chart_file:
        from custody.audit.stats.chart import chart  # noqa: PLC0415

        write_durably(chart_file, "".join(chart(*one, language, limit, doubts) for one in answers.items()).encode())
    console = Console(highlight=False)
    for answer in answers.values():
        if as_csv:
            sys.stdout.buffer.writelines(stats_texts.csv(answer, language))
        elif not chart_file:
            console.print(stats_texts.table(answer, language, limit, doubts))


@contextmanager
def _verified(given: Given, workers: int | None) -> "Iterator[Tables]":
    """An archive's tables, if it holds; else the faults are told, and the program ends."""
    from custody.audit.archive.source import ArchiveSource  # noqa: PLC0415
    from custody.audit.stats.reading import ArchiveTables  # noqa: PLC0415

    with judged_place(given) as (source, config, _), progress_bar("verify") as progress:
        if not isinstance(source, ArchiveSource):
            raise ConfigFault(
                f"{given.location} is no archive: nobody can verify what it says",
                expected="one that `custody archive` has made, or --unverified",
                got="a folder of other files",
            )
        result = judge(source, config, workers, progress, whole=True)
        if result.verdict != "holds":
            console = Console(stderr=True, highlight=False)
            console.print(Text(f"{given.location}:"))
            audit_texts.print_result(console, result)
            sys.exit(EXIT_CODES[result.verdict])
        for claim in unproved(result):
            if claim.code == "not-held-against":
                said = " / ".join(text(claim, language) for language in get_args(Language))
                Console(stderr=True, highlight=False).print(Text(f"{given.location}: {said}"))
        yield ArchiveTables(str(given.location), source)


@contextmanager
def _unverified(path: Path) -> "Iterator[Tables]":
    from custody.audit.archive.source import ArchiveSource  # noqa: PLC0415
    from custody.audit.stats.reading import ArchiveTables, FolderTables  # noqa: PLC0415

    with open_source(str(path)) as source:
        yield ArchiveTables(str(path), source) if isinstance(source, ArchiveSource) else FolderTables(path)
