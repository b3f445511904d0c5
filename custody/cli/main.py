"""`custody`: every subcommand, and the one place where an error becomes a line and an exit code."""

import sys
from errno import EDQUOT, EFBIG, ENOSPC

import click

from custody.core.errors import CustodyError, NewerFormat, Unavailable
from custody.subcommands import Subcommands

COMMANDS = {
    "account": (
        "custody.cli.account:account",
        "People who sign in to the portal; every act stands in the audit trail.",
    ),
    "archive": (
        "custody.cli.archive:archive",
        "Copy the log, verify the copy, and make of it the archive TARGET: a BagIt folder or zip.",
    ),
    "audit": (
        "custody.cli.audit:audit",
        "Check a log, one of its entries, or a receipt, with nothing but keys of your own.",
    ),
    "authority": (
        "custody.cli.authority:authority",
        "Make an authority's keys and desk; run this on another machine than the ledger.",
    ),
    "badge": ("custody.cli.badge:badge", "Make handlers' badges, on an enrolment agent."),
    "blob": (
        "custody.cli.blob:blob",
        "Photographs, of which the log has salted hashes only: private, and erasable for good.",
    ),
    "directory": (
        "custody.cli.directory:directory",
        "Names for ids, and what is only in the log as a salted hash: private, and erasable for good.",
    ),
    "export": ("custody.cli.export:export", "Write a verified log's events in a format that others read."),
    "fsck": ("custody.cli.fsck:fsck", "Hash every stored entry, tile and chain head again, and name what is wrong."),
    "init": ("custody.cli.init:init", "Begin a log in DIR: its key, its settings, and the root statement as entry 0."),
    "label": ("custody.cli.label:label_group", "Make a label issuer's key, and print signed labels."),
    "plan": ("custody.cli.plan:plan", "State what must be where by when."),
    "policy": ("custody.cli.policy:policy", "State the rules of custody that differ by election."),
    "rebuild": ("custody.cli.rebuild:rebuild", "Drop the tables of items and findings, and judge the whole log again."),
    "roster": ("custody.cli.roster:roster", "State who and what is trusted: prepare, read, sign, send."),
    "serve": (
        "custody.cli.serve:serve",
        "Run the ledger until it is told to stop (SIGTERM, or Ctrl-C); what is under way is answered first.",
    ),
    "status": (
        "custody.cli.status:status",
        "Show the log's size, how much of it has been judged, items by status, deliveries, and open findings.",
    ),
    "token": (
        "custody.cli.token:token",
        "Read tokens: for programs that read a log which is not public, or not at once.",
    ),
}
"""Each subcommand's module and function, and what help says of it."""

_FULL = (ENOSPC, EDQUOT, EFBIG)
FAILED = 1
NEWER_FORMAT = 3
"""Not a failure of what was looked at: this software is too old to judge it. (2 is click's, for wrong usage.)"""
UNAVAILABLE = 4
"""Nothing was said by what was asked: later, or elsewhere, may be better."""


@click.group(cls=Subcommands, table=COMMANDS, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="custody-ledger")
def cli() -> None:
    """Chain of custody for election logistics: a ledger, its trust, its labels, its audit."""


def main() -> None:
    """The entry point. Exit codes: 0 done, 1 failed, 2 wrong usage, 3 newer format, 4 unavailable."""
    try:
        cli()
    except CustodyError as error:
        click.echo("\n".join(error_lines(error)), err=True)
        sys.exit(_code(error))
    except OSError as error:
        click.echo("\n".join(_system_lines(error)), err=True)
        sys.exit(FAILED)


def error_lines(error: CustodyError) -> list[str]:
    """What a person reads of an error: in Bahasa Indonesia where an auditor may meet it, and in English."""
    from custody.audit.fault_words import message, told  # noqa: PLC0415  # only once something is wrong

    indonesian = message(error)[0]
    said = [f"custody: {told(error)[0]}"] if indonesian != error.message else []
    return [*said, f"custody: {error}"]


def _system_lines(error: OSError) -> list[str]:
    why = error.strerror or str(error)
    if error.filename is None and error.errno in _FULL:
        from tempfile import gettempdir  # noqa: PLC0415  # only once something is wrong

        temporary = gettempdir()
        return [
            f"custody: tidak ada lagi tempat untuk suatu berkas ({why}): di tujuannya, atau di {temporary}, yang dapat"
            " diganti dengan TMPDIR",
            f"custody: there is no more room for a file ({why}): where it is to lie, or in {temporary}, in whose place"
            " TMPDIR names another",
        ]
    return [f"custody: {error.filename or 'sistem / system'}: {why}"]


def _code(error: CustodyError) -> int:
    match error:
        case NewerFormat():
            return NEWER_FORMAT
        case Unavailable():
            return UNAVAILABLE
        case _:
            return FAILED


if __name__ == "__main__":
    main()
