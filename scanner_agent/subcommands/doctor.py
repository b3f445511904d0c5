"""`scanner-agent doctor`: what stands in an agent's way."""

import sys
from pathlib import Path

import click

from scanner_agent import udev
from scanner_agent.config import load
from scanner_agent.doctor import examine
from scanner_agent.sources.nodes import THIS_MACHINE
from scanner_agent.subcommands.shared import FAILED, config_option


@click.command()
@config_option
@click.option("--udev", "rules", is_flag=True, help="Print the udev rules for the scanners in the settings, no more.")
def doctor(path: Path, rules: bool) -> None:
    """Say what stands in an agent's way, and what mends it; exit code 1 if anything is wrong."""
    config = load(path)
    if rules:
        click.echo(udev.rules(config.source, THIS_MACHINE), nl=False)
        return
    wrong = False
    for line in examine(config, path):
        click.echo(line)
        wrong |= line.level == "wrong"
    sys.exit(FAILED if wrong else 0)
