"""What commands of `custody audit` share: options, exit codes, and how far a verification is."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from custody.cli.main import FAILED, NEWER_FORMAT

EXIT_CODES = {"holds": 0, "faulty": FAILED, "newer-format": NEWER_FORMAT}
"""By verdict."""

config_option = click.option(
    "--config",
    "config_file",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("config/auditor.toml"),
    show_default=True,
    help="The auditor's settings: the log's key, the hash of entry 0, and where to read.",
)
folder_option = click.option(
    "--folder",
    "location",
    metavar="DIR|ZIP|URL",
    help="Read here, in a folder of tiles, an archive or at a URL, whatever the settings say of url or folder.",
)
vkey_option = click.option("--vkey", help="The log's key; without it, that of the settings is taken.")
from_start_option = click.option(
    "--from-start", is_flag=True, help="Verify signatures again that this auditor has verified before."
)
workers_option = click.option("--workers", type=click.IntRange(min=0), help="Processes; by default one a core.")


@contextmanager
def progress_bar(name: str) -> Iterator[Callable[[int, int], None]]:
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(name, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
