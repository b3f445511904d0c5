"""`custody rebuild`: fills the tables again that the ledger's pages are drawn from."""

from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress

from custody.cli.ledger_config import config_option
from custody.ledger import config as settings
from custody.ledger import offline


@click.command()
@config_option
def rebuild(config_file: Path) -> None:
    """Drop the tables of items and findings, and judge the whole log again. The ledger must not be running.

    The log itself is only read. The tables come out as they were, byte for byte, unless they were damaged.
    """
    config = settings.load(config_file)
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("rebuild")
        size = offline.rebuild(config, lambda done, total: progress.update(task, completed=done, total=total))
    click.echo(f"{size} entri dinilai ulang / entries judged again.")
