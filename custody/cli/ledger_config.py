"""The option by which commands on the ledger's machine find its settings."""

from pathlib import Path

import click

DEFAULT = Path("ledger.toml")

config_option = click.option(
    "--config",
    "config_file",
    type=click.Path(path_type=Path, dir_okay=False),
    default=DEFAULT,
    show_default=True,
    help="The ledger's settings.",
)
