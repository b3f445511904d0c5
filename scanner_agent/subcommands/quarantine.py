"""`scanner-agent quarantine`: what an operator has to look at."""

import json
import sys
from pathlib import Path

import click

from custody.core.errors import ConfigFault
from scanner_agent.config import load
from scanner_agent.outbox import Outbox
from scanner_agent.sources.source import now
from scanner_agent.subcommands.shared import FAILED, config_option


@click.group()
def quarantine() -> None:
    """What an operator has to look at: refused statements, an outbox that is behind, a split view."""


@quarantine.command("list")
@config_option
@click.option("--all", "all_", is_flag=True, help="Also what was looked at.")
def list_incidents(path: Path, all_: bool) -> None:
    """List them; exit code 1 if any is open."""
    found = Outbox(load(path).outbox).incidents(reviewed=all_)
    for incident in found:
        state = "sudah diperiksa / reviewed" if incident.reviewed else "terbuka / open"
        click.echo(f"{incident.id}  {incident.kind}  {state}  {incident.statement or ''}\n    {incident.detail}")
    sys.exit(FAILED if any(incident.reviewed is None for incident in found) else 0)


@quarantine.command()
@config_option
@click.argument("incident", type=click.IntRange(1, 2**63 - 1))
def show(path: Path, incident: int) -> None:
    """Print the evidence of one."""
    found = next((one for one in Outbox(load(path).outbox).incidents(reviewed=True) if one.id == incident), None)
    if found is None:
        raise ConfigFault("there is no such incident", got=incident, remedy="See: scanner-agent quarantine list --all")
    click.echo(json.dumps(json.loads(found.evidence), indent=2, ensure_ascii=False))


@quarantine.command()
@config_option
@click.argument("incident", type=click.IntRange(1, 2**63 - 1))
@click.option("--resend", is_flag=True, help="Send the refused statement once more.")
def release(path: Path, incident: int, resend: bool) -> None:
    """Say that you have looked at one: signing or sending goes on. Nothing is deleted."""
    Outbox(load(path).outbox).review(incident, now(), resend=resend)
    click.echo("Dicatat sebagai sudah diperiksa / Noted as reviewed.")
