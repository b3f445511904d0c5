"""`scanner-agent run`: reads, signs and sends, at a terminal or a touch screen."""

import io
import sys
from pathlib import Path
from typing import TextIO

import click
from msgspec import structs

from scanner_agent import texts
from scanner_agent.config import KIOSK_PORT, KioskConfig, load
from scanner_agent.heap import give_back_large_blocks
from scanner_agent.log_file import log_to
from scanner_agent.running import run_agent
from scanner_agent.subcommands.shared import FAILED, config_option

LOG = "agent.log"


@click.command()
@config_option
@click.option(
    "--script", type=click.File(errors="replace"), default="-", help="Commands from a file instead of the terminal."
)
@click.option(
    "--kiosk",
    "port",
    is_flag=False,
    flag_value=KIOSK_PORT,
    type=click.IntRange(0, 65535),
    help="Serve the touch screen on this machine, at this port (without a number: 8460), until told to quit.",
)
def run(path: Path, script: TextIO, port: int | None) -> None:
    """Read, sign and send until the lines end. Exit code 1 if a line was refused."""
    config = load(path)
    if port is not None:
        config = structs.replace(config, kiosk=KioskConfig(port))
    give_back_large_blocks()
    with log_to(config.outbox.with_name(LOG)):
        try:
            refused = run_agent(config, _lock_free(script), sys.stdout)
        except KeyboardInterrupt:
            click.echo(" / ".join(texts.STOPPED))
            sys.exit(FAILED)
    sys.exit(FAILED if refused else 0)


def _lock_free(lines: TextIO) -> TextIO:
    """The same lines past the buffer, whose lock is held by who waits in it: the interpreter would abort over that."""
    raw = getattr(lines.buffer, "raw", None)
    return lines if raw is None else io.TextIOWrapper(raw, errors="replace")
