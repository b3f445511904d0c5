"""`scanner-agent sync`: one exchange with the ledger."""

import sys
from pathlib import Path

import click

from scanner_agent.config import load
from scanner_agent.exchange import Exchange
from scanner_agent.observer import Observer
from scanner_agent.storage import load_trust, open_alone
from scanner_agent.subcommands.shared import FAILED, config_option
from scanner_agent.subcommands.status import show


@click.command()
@config_option
def sync(path: Path) -> None:
    """Send what is pending and bring the roster up to date, once."""
    config = load(path)
    with open_alone(config) as (outbox, device):
        observer = Observer(lambda notice: click.echo(f"{' / '.join(notice.words)}: {notice.detail}"))
        exchange = Exchange(config, outbox, load_trust(config, outbox), device, observer)
        try:
            exchange.run_pass()
        finally:
            exchange.close()
        show(config, outbox, device.keyid)
        sys.exit(FAILED if outbox.incidents() else 0)
