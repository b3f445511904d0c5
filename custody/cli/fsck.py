"""`custody fsck`: holds everything that is stored against what the log has signed."""

from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress

from custody.cli.ledger_config import config_option
from custody.core.errors import StorageFault
from custody.ledger import config as settings
from custody.ledger import fsck as checks

SHOWN = 100


@click.command()
@config_option
def fsck(config_file: Path) -> None:
    """Hash every stored entry, tile and chain head again, and name what is wrong. Changes nothing.

    Exit code 0 if all is sound, 1 if not.
    """
    config = settings.load(config_file)
    found = 0
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("fsck")
        for fault in checks.check(config, lambda done, total: progress.update(task, completed=done, total=total)):
            found += 1
            if found <= SHOWN:
                click.echo(fault)
    if found > SHOWN:
        click.echo(f"… {found - SHOWN}")
    if found:
        raise StorageFault(
            "what is stored is not what was signed",
            expected="no fault",
            got=found,
            remedy="Restore a sound copy of the data; never delete the guard.",
        )
    click.echo("Utuh / Sound.")
