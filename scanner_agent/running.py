"""Puts an agent together and runs it: readers, terminal, workflow, outbox, and the exchange with the ledger."""

from collections.abc import Callable
from contextlib import ExitStack, closing
from typing import TextIO

from custody.core.keys import fingerprint
from scanner_agent import exchange_texts, texts
from scanner_agent.agent import Agent
from scanner_agent.config import AgentConfig
from scanner_agent.console import Console
from scanner_agent.documents.record import Record
from scanner_agent.documents.writer import Writer
from scanner_agent.exchange import Background, Exchange
from scanner_agent.kiosk.screen import Kiosk
from scanner_agent.observer import Observer, ignore
from scanner_agent.sources.readers import Readers
from scanner_agent.sources.table import open_source
from scanner_agent.state import Say
from scanner_agent.storage import load_trust, open_alone
from scanner_agent.terminal import Terminal
from scanner_agent.zbar import INSTALL, pyzbar_available

MEET_S = 15.0
"""How long a ledger may hold up the first scan."""


def run_agent(config: AgentConfig, lines: TextIO, out: TextIO, hook: Callable[[str], None] = ignore) -> int:
    """Runs until the lines end; how many of them were refused. Raises BadKey, ConfigFault, StorageFault."""
    with ExitStack() as stack:
        outbox, device = stack.enter_context(open_alone(config))
        trust = load_trust(config, outbox)
        kiosk = stack.enter_context(Kiosk(config, config.kiosk.port, trust)) if config.kiosk else None
        terminal = Terminal(out, lines, kiosk.hear if kiosk else ignore)
        console = Console(terminal, config.idle_lock_seconds, kiosk)
        observer = Observer(console.notify, hook)
        exchange = stack.enter_context(closing(Exchange(config, outbox, trust, device, observer)))
        background = stack.enter_context(closing(Background(exchange, config.sync_seconds, observer)))
        # Before anything is signed, where the ledger answers in time: an outbox that is behind must not go on.
        exchange.met.wait(MEET_S)

        def enrol(text: str) -> Say:
            said = exchange.enrolling.scan(text)
            background.wake()
            return said

        readers = stack.enter_context(Readers([open_source(source) for source in config.source]))
        documents = stack.enter_context(
            closing(Writer(config.documents, outbox, Record(outbox, trust), device.keyid, observer))
        )
        agent = Agent(
            config,
            device,
            outbox=outbox,
            trust=trust,
            terminal=terminal,
            observer=observer,
            wake=background.wake,
            still=readers.still,
            documents=documents,
            enrol=enrol,
        )
        stack.callback(terminal.set_echo, on=True)
        if not pyzbar_available():
            terminal.tell(texts.NO_ZBAR, INSTALL)
        if not trust.enrolled(device.keyid):
            terminal.tell(exchange_texts.NOT_ENROLLED, fingerprint(device.keyid))
        if kiosk:
            terminal.tell(texts.KIOSK, kiosk.start_page.as_uri())
        return console.run(agent, readers)
