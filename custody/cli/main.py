"""`custody`: every subcommand, and the one place where an error becomes a line and an exit code."""

import sys
from importlib import import_module

import click

from custody.core.errors import CustodyError, NewerFormat, Unavailable

COMMANDS = {
    "account": "custody.cli.account:account",
    "archive": "custody.cli.archive:archive",
    "audit": "custody.cli.audit:audit",
    "authority": "custody.cli.authority:authority",
    "badge": "custody.cli.badge:badge",
    "blob": "custody.cli.blob:blob",
    "directory": "custody.cli.directory:directory",
    "export": "custody.cli.export:export",
    "fsck": "custody.cli.fsck:fsck",
    "init": "custody.cli.init:init",
    "label": "custody.cli.label:label_group",
    "plan": "custody.cli.plan:plan",
    "policy": "custody.cli.policy:policy",
    "rebuild": "custody.cli.rebuild:rebuild",
    "roster": "custody.cli.roster:roster",
    "serve": "custody.cli.serve:serve",
    "status": "custody.cli.status:status",
    "token": "custody.cli.token:token",
}
"""Each subcommand's module and function."""

FAILED = 1
NEWER_FORMAT = 3
"""Not a failure of what was looked at: this software is too old to judge it. (2 is click's, for wrong usage.)"""
UNAVAILABLE = 4
"""Nothing was said by what was asked: later, or elsewhere, may be better."""


class Commands(click.Group):
    """Imports a subcommand when it is asked for, so that none waits for what only another needs."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # click's signature
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
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
        click.echo(f"custody: {error.filename or 'system'}: {error.strerror or error}", err=True)
        sys.exit(FAILED)


def error_lines(error: CustodyError) -> list[str]:
    """What a person reads of an error: in Bahasa Indonesia where an auditor may meet it, and in English."""
    from custody.audit.fault_words import message, told  # noqa: PLC0415  # only once something is wrong

    indonesian = message(error)[0]
    said = [f"custody: {told(error)[0]}"] if indonesian != error.message else []
    return [*said, f"custody: {error}"]


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
