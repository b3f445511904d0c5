"""`custody audit stats`: archives laid together, and asked where time is lost, what is late and where seals fail."""

import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import click
from rich.console import Console

from custody.core.errors import WrongLog
from custody.core.findings import Language

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
@click.option("--unverified", is_flag=True, help="Take what CSV files say, though nobody can verify it.")
def stats(  # noqa: PLR0917  # click gives them by name
    archives: Sequence[Path],
    asked: Sequence[str],
    by: str,
    limit: int,
    language: Language,
    as_csv: bool,
    unverified: bool,
) -> None:
    """Ask archives of one log: where time is lost, where releases wait, which routes are late, where seals fail.

    Each ARCHIVE is a folder that `custody export csv` has written. What several tell counts once, as the one with the
    most entries has it.
    """
    # What only this command needs takes long.
    from custody.audit.stats.database import Laid  # noqa: PLC0415
    from custody.audit.stats.questions import Asking  # noqa: PLC0415
    from custody.audit.stats.reading import FolderTables  # noqa: PLC0415
    from custody.cli import stats_texts  # noqa: PLC0415

    if as_csv and len(asked) != 1:
        raise click.UsageError("CSV has the rows of one question: name it with --question.")
    if not unverified:
        raise WrongLog(
            "of a folder of CSV files nothing can be verified",
            expected="an archive, or --unverified",
            got=archives[0],
        )
    Console(stderr=True).print(" / ".join(stats_texts.UNVERIFIED), style="bold red")
    with closing(Laid([FolderTables(path) for path in archives])) as laid:
        asking = Asking(laid, by)  # type: ignore[arg-type]  # click has checked it
        answers = [asking.answer(name) for name in asked or NAMES]
    console = Console(highlight=False)
    for answer in answers:
        if as_csv:
            sys.stdout.buffer.writelines(stats_texts.csv(answer, language))
        else:
            console.print(stats_texts.table(answer, language, limit, verified=not unverified))
