"""`scanner-agent receipts`: proofs as files."""

from pathlib import Path

import click

from scanner_agent.config import load
from scanner_agent.outbox import Outbox
from scanner_agent.subcommands.shared import config_option


@click.command()
@config_option
@click.option("--to", type=click.Path(path_type=Path, file_okay=False), required=True, help="A folder.")
def receipts(path: Path, to: Path) -> None:
    """Write every receipt as a .tlog-proof file, which anyone can check offline."""
    to.mkdir(parents=True, exist_ok=True)
    count = 0
    for index, receipt in Outbox(load(path).outbox).receipts():
        (to / f"{index}.tlog-proof").write_bytes(receipt)
        count += 1
    click.echo(f"Bukti pencatatan / Receipts: {count} → {to}")
