"""What commands of `custody audit` share: options, exit codes, and how far a verification is."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from custody.audit.config import AuditorConfig
from custody.audit.source import Source, is_url, open_source
from custody.cli.main import FAILED, NEWER_FORMAT
from custody.files import load_token

_NAMED = "custody.cli.token-file"
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
token_option = click.option(
    "--token-file",
    type=click.Path(path_type=Path, dir_okay=False),
    expose_value=False,
    callback=lambda context, _, path: context.meta.update({_NAMED: path}),
    help="The read token to show, where the log asks for one; that of the settings is for their url alone.",
)
_folder_option = click.option(
    "--folder",
    "location",
    metavar="DIR|ZIP|URL",
    help="Read here, in a folder of tiles, an archive or at a URL, whatever the settings say of url or folder.",
)
vkey_option = click.option("--vkey", help="The log's key; without it, that of the settings is taken.")
witness_option = click.option(
    "--witness",
    "witnesses",
    multiple=True,
    metavar="VKEY",
    help="A witness whose cosignatures count, once for each; with --vkey, instead of those of the settings.",
)
from_start_option = click.option(
    "--from-start", is_flag=True, help="Verify and judge again what this auditor has verified and judged before."
)
workers_option = click.option("--workers", type=click.IntRange(min=0), help="Processes; by default one a core.")


def folder_option(command: Callable[..., None]) -> Callable[..., None]:
    """Where the log is read, and with what token if that is a URL: for `open_log`."""
    return token_option(_folder_option(command))


def open_log(location: str | None, config: AuditorConfig | None = None) -> Source:
    """What is named on the command line, or else in the settings, with the read token that is meant for it.

    Raises as `open_source`, and ConfigFault.
    """
    place = location or (config.location if config else "")
    own = config.token_file if config and location is None else None
    file = click.get_current_context().meta.get(_NAMED) or own
    return open_source(place, load_token(file) if file and is_url(place) else None)


@contextmanager
def progress_bar(name: str) -> Iterator[Callable[[int, int], None]]:
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(name, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
