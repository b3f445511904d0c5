"""`scanner-agent doctor`: what stands in the way of an agent, line by line, each with the command that mends it."""

from collections.abc import Iterator
from contextlib import closing

from custody.core.errors import CustodyError
from scanner_agent.config import AgentConfig
from scanner_agent.doctor import clock, disk, ledger, libraries, readers
from scanner_agent.doctor.line import Line
from scanner_agent.outbox import Outbox
from scanner_agent.sources.nodes import THIS_MACHINE, Nodes

__all__ = ["Line", "examine"]


def examine(config: AgentConfig, nodes: Nodes = THIS_MACHINE) -> Iterator[Line]:
    """Every check, as it is done. Nothing is changed but a file that is written and removed beside the outbox."""
    yield from readers.check(config.source, nodes)
    yield from libraries.check()
    yield from disk.check(config)
    try:
        outbox = Outbox(config.outbox)
    except CustodyError as error:
        yield Line("wrong", ("Kotak keluar", "Outbox"), str(error), f"ls -l {config.outbox}")
        return
    with closing(outbox):
        yield from clock.check(outbox)
        yield from ledger.check(config, outbox)
