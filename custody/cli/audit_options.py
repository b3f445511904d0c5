"""Options that commands of `custody audit` share."""

from pathlib import Path

import click

config_option = click.option(
    "--config",
    "config_file",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("config/auditor.toml"),
    show_default=True,
    help="The auditor's settings: the log's key, the hash of entry 0, and where to read.",
)
folder_option = click.option(
    "--folder", "location", metavar="DIR|URL", help="Read here, whatever the settings say of url or folder."
)
vkey_option = click.option("--vkey", help="The log's key; without it, that of the settings is taken.")
workers_option = click.option("--workers", type=click.IntRange(min=0), help="Processes; by default one a core.")
