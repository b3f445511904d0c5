"""`custody token`: read tokens for agents, auditors and other programs, where the log is not for everybody at once."""

from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from custody.accounts import tokens
from custody.accounts.store import ACCOUNTS, Store
from custody.cli.ledger_config import config_option
from custody.core.errors import ConfigFault
from custody.files import create_durably
from custody.ledger import config as settings
from custody.readable import instant


@click.group()
def token() -> None:
    """Read tokens: for programs that read a log which is not public, or not at once."""


@token.command()
@click.option("--label", required=True, help="Whose it is: a device, an auditor, a service.")
@click.option("--to", "file", type=click.Path(path_type=Path, dir_okay=False), help="A new file for it, mode 0600.")
@config_option
def issue(label: str, file: Path | None, config_file: Path) -> None:
    """Issue a read token. It is shown once, or written to a file; the ledger keeps its SHA-256 only."""
    if file is not None and file.exists():
        raise ConfigFault(f"{file} exists", expected="a new file", remedy="Name another file.")
    with _store(config_file).writing() as work:
        issued = tokens.issue(work, label)
        if file is not None:
            create_durably(file, f"{issued}\n".encode())
    click.echo(f"Token: {issued}" if file is None else f"Token ditulis ke / written to {file}")
    click.echo("Pakai / Use: token_file (agent.toml: [log]; auditor.toml), --token-file", err=True)


@token.command(name="list")
@config_option
def list_(config_file: Path) -> None:
    """List the tokens that were issued: when, when used last (to the hour), whether revoked."""
    with _store(config_file).reading() as work:
        found = tokens.issued(work)
    table = Table("Label", "Diterbitkan / Issued", "Terakhir dipakai / Last used", "Dicabut / Revoked")
    for one in found:
        table.add_row(
            one.label, *(instant(at) if at is not None else "–" for at in (one.issued, one.used, one.revoked))
        )
    Console(highlight=False).print(table if found else "Belum ada / None yet.")


@token.command()
@click.argument("label")
@config_option
def revoke(label: str, config_file: Path) -> None:
    """Revoke the token with a label, at once."""
    with _store(config_file).writing() as work:
        tokens.revoke(work, label)
    click.echo(f"Dicabut / Revoked: {label}")


def _store(config_file: Path) -> Store:
    return Store(settings.load(config_file).private / ACCOUNTS)
