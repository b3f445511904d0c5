"""`scanner-agent erase`: what is personal, for good."""

from pathlib import Path

import click

from custody.core.errors import Malformed
from custody.core.photograph import check_hash
from scanner_agent.config import load
from scanner_agent.storage import open_alone
from scanner_agent.subcommands.shared import config_option


@click.command()
@click.argument("hash_", metavar="HASH")
@click.option("--yes", is_flag=True, help="Erase without asking.")
@config_option
def erase(hash_: str, yes: bool, path: Path) -> None:
    """Erase the note, vehicle or photograph that a statement names by HASH, for good, from the outbox."""
    check_hash(hash_)
    if not yes:
        click.confirm(f"Hapus selamanya? / Erase for good? {hash_}", abort=True)
    with open_alone(load(path)) as (outbox, _):
        if not outbox.erase(hash_):
            raise Malformed(
                "the outbox does not have that", expected="the hash of a private text or photograph", got=hash_
            )
    click.echo(f"Terhapus / Erased: {hash_}")
