"""`scanner-agent`: sets an agent up, runs it, and shows what it holds. Bahasa Indonesia first, then English."""

import sys

import click

from custody.core.errors import CustodyError, NewerFormat
from custody.subcommands import Subcommands
from scanner_agent.subcommands.shared import FAILED, NEWER_FORMAT

COMMANDS = {
    "doctor": (
        "scanner_agent.subcommands.doctor:doctor",
        "Say what stands in an agent's way, and what mends it; exit code 1 if anything is wrong.",
    ),
    "document": (
        "scanner_agent.subcommands.document:document",
        "Write the Berita Acara Serah Terima or Surat Jalan of a STATEMENT (its id, or `last`) as PDF, once more.",
    ),
    "erase": (
        "scanner_agent.subcommands.erase:erase",
        "Erase the note, vehicle or photograph that a statement names by HASH, for good, from the outbox.",
    ),
    "init": (
        "scanner_agent.subcommands.init:init",
        "Make a device key, an empty outbox, settings, and the enrolment request for an authority, in a new FOLDER.",
    ),
    "quarantine": (
        "scanner_agent.subcommands.quarantine:quarantine",
        "What an operator has to look at: refused statements, an outbox that is behind, a split view.",
    ),
    "receipts": (
        "scanner_agent.subcommands.receipts:receipts",
        "Write every receipt as a .tlog-proof file, which anyone can check offline.",
    ),
    "run": ("scanner_agent.subcommands.run:run", "Read, sign and send until the lines end."),
    "sheet": (
        "scanner_agent.subcommands.sheet:sheet",
        "Print the command sheet: QR codes, scanned instead of typing, that only this device obeys.",
    ),
    "status": (
        "scanner_agent.subcommands.status:status",
        "What waits, what is proved, what was refused; the last checkpoint.",
    ),
    "sync": ("scanner_agent.subcommands.sync:sync", "Send what is pending and bring the roster up to date, once."),
}
"""Each subcommand's module and function, and what help says of it."""


@click.group(cls=Subcommands, table=COMMANDS, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="custody-ledger")
def cli() -> None:
    """A scanner agent: reads labels, signs what happened, sends it to the ledger and keeps the proof."""


def main() -> None:
    """The entry point. Exit codes: 0 done, 1 failed, 2 wrong usage, 3 newer format."""
    try:
        cli()
    except CustodyError as error:
        click.echo(f"scanner-agent: {error}", err=True)
        sys.exit(NEWER_FORMAT if isinstance(error, NewerFormat) else FAILED)
    except OSError as error:
        click.echo(f"scanner-agent: {error.filename or 'system'}: {error.strerror or error}", err=True)
        sys.exit(FAILED)


if __name__ == "__main__":
    main()
