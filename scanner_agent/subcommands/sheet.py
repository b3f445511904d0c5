"""`scanner-agent sheet`: the codes by which a device is told what to do."""

from pathlib import Path

import click

from custody.command_sheet import command_sheet
from custody.files import load_key
from scanner_agent.config import load
from scanner_agent.outbox import Outbox
from scanner_agent.sources.source import now
from scanner_agent.storage import load_trust
from scanner_agent.subcommands.shared import config_option


@click.command()
@config_option
@click.option("--to", type=click.Path(path_type=Path, dir_okay=False), required=True, help="A PDF file.")
def sheet(path: Path, to: Path) -> None:
    """Print the command sheet: QR codes, scanned instead of typing, that only this device obeys.

    With those of a PIN's keys if the policy, as it was synced last, takes PINs digit by digit.
    """
    config = load(path)
    digits = load_trust(config, Outbox(config.outbox)).digit_codes(now())
    to.write_bytes(command_sheet(load_key(config.key).keyid, config.site, digits=digits))
    click.echo(f"Lembar perintah / Command sheet: {to}")
