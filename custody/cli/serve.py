"""`custody serve`: answers requests from an open log."""

from pathlib import Path

import click

from custody.cli.ledger_config import config_option
from custody.ledger import config as settings
from custody.ledger.ledger import Ledger
from custody.web import tiles
from custody.web.server import serve as serve_requests


@click.command()
@config_option
def serve(config_file: Path) -> None:
    """Run the ledger until it is told to stop (SIGTERM, or Ctrl-C); what is under way is answered first."""
    serve_requests(settings.load(config_file), _announce)


def _announce(url: str, portal: str, ledger: Ledger) -> None:
    click.echo(f"Log:              {url}{tiles.prefix(ledger.config.origin)}")
    click.echo(f"Portal:           {portal}")
    click.echo(f"API:              {url}/api/v1")
    click.echo(f"vkey:             {ledger.vkey}")
