"""`scanner-agent status`: what an outbox holds."""

from pathlib import Path

import click

from custody.core.keys import fingerprint
from custody.files import load_key
from scanner_agent import exchange_texts, texts
from scanner_agent.config import AgentConfig, load
from scanner_agent.outbox import Outbox
from scanner_agent.storage import load_trust
from scanner_agent.subcommands.shared import config_option


@click.command()
@config_option
def status(path: Path) -> None:
    """What waits, what is proved, what was refused; the last checkpoint."""
    config = load(path)
    show(config, Outbox(config.outbox), load_key(config.key).keyid)


def show(config: AgentConfig, outbox: Outbox, device: str) -> None:
    """The same, of the outbox of a device (its keyid)."""
    if not load_trust(config, outbox).enrolled(device):
        click.echo(f"{' / '.join(exchange_texts.NOT_ENROLLED)}: {fingerprint(device)}")
    click.echo(f"{' / '.join(texts.STATUS)}: {outbox.counts()}")
    click.echo(f"{' / '.join(texts.PHOTOGRAPHS)}: {outbox.photographs()}")
    for hash_, why in outbox.refused_photographs():
        click.echo(f"  {' / '.join(exchange_texts.PHOTOGRAPH_REFUSED)}: {hash_}: {why}")
    click.echo(f"{' / '.join(exchange_texts.CARRIED_WAITING)}: {len(outbox.carried_pending())}")
    held = outbox.last_checkpoint()
    shown = f"{held.checkpoint.size} {held.checkpoint.root.hex()}" if held else "belum ada / none yet"
    click.echo(f"Checkpoint {config.origin}: {shown}")
    for incident in outbox.incidents():
        click.echo(f"PERLU DIPERIKSA / TO BE LOOKED AT: {incident.id} {incident.kind}: {incident.detail}")
