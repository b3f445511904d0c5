"""`scanner-agent document`: a handover document or consignment note once more."""

from pathlib import Path

import click

from custody.files import load_key, write_durably
from scanner_agent import texts
from scanner_agent.config import load
from scanner_agent.documents.record import Record
from scanner_agent.documents.writer import LAST, pdf
from scanner_agent.outbox import Outbox
from scanner_agent.storage import load_trust
from scanner_agent.subcommands.shared import config_option


@click.command()
@click.argument("statement", metavar="STATEMENT")
@config_option
@click.option("--to", type=click.Path(path_type=Path, dir_okay=False), required=True, help="The PDF file.")
def document(statement: str, path: Path, to: Path) -> None:
    """Write the Berita Acara Serah Terima or Surat Jalan of a STATEMENT (its id, or `last`) as PDF, once more."""
    config = load(path)
    outbox = Outbox(config.outbox)
    record = Record(outbox, load_trust(config, outbox))
    parts = record.whole(record.last(load_key(config.key).keyid) if statement == LAST else statement)
    write_durably(to, pdf(parts, record), 0o600)
    click.echo(f"{' / '.join(texts.DOCUMENT)}: {to}")
