"""What subcommands share: the option that names the settings, and the exit codes of what failed."""

from pathlib import Path

import click

SETTINGS = "agent.toml"
FAILED, NEWER_FORMAT = 1, 3

config_option = click.option(
    "--config",
    "path",
    type=click.Path(path_type=Path),
    default=SETTINGS,
    show_default=True,
    help="The agent's settings.",
)
