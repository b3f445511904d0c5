"""`scanner-agent doctor`: what stands in the way of an agent, line by line, each with the command that mends it."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from shlex import quote

from custody.core.errors import CustodyError
from scanner_agent.config import AgentConfig
from scanner_agent.doctor import clock, disk, ledger, libraries, readers
from scanner_agent.doctor.line import Line
from scanner_agent.outbox import Outbox
from scanner_agent.sources.nodes import THIS_MACHINE, Nodes

__all__ = ["Line", "examine"]


def examine(config: AgentConfig, settings: Path, nodes: Nodes = THIS_MACHINE) -> Iterator[Line]:
    """Every check, as it is done, of the settings in a file. Nothing is changed but a file that is written and removed
    beside the outbox.
    """
    for line in _checks(config, nodes):
        yield line.naming(settings)


def _checks(config: AgentConfig, nodes: Nodes) -> Iterator[Line]:
    yield from readers.check(config.source, nodes)
    yield from libraries.check()
    yield from disk.check(config)
    try:
        outbox = Outbox(config.outbox)
    except CustodyError as error:
        yield Line("wrong", ("Kotak keluar", "Outbox"), str(error), f"ls -l {quote(str(config.outbox.parent))}")
        return
    with closing(outbox):
        yield from clock.check(outbox)
        yield from ledger.check(config, outbox)
