"""A complete session becomes signed statements that are durable, or nothing."""

from collections.abc import Callable
from dataclasses import dataclass

from custody.core import statement
from custody.core.keys import SigningKey
from custody.core.statement import Statement
from scanner_agent import texts
from scanner_agent.advising import Advising
from scanner_agent.chaining import next_occasion
from scanner_agent.clock import DeviceClock
from scanner_agent.config import AgentConfig
from scanner_agent.drafting import Occasion, sign_session, torn
from scanner_agent.observer import Observer
from scanner_agent.outbox import Outbox
from scanner_agent.session import Session
from scanner_agent.state import State
from scanner_agent.terminal import Terminal
from scanner_agent.trust import Trust


@dataclass(frozen=True)
class Signing:
    """With the key of the `device` and those of the `session`. One thread."""

    config: AgentConfig
    device: SigningKey
    clock: DeviceClock
    session: Session
    outbox: Outbox
    trust: Trust
    advising: Advising
    terminal: Terminal
    observer: Observer

    def occasion(self) -> Occasion:
        return next_occasion(self.config, self.outbox, self.clock, self.device.keyid)

    def commit(self, state: State, begin: Callable[[], None], *, documented: bool) -> list[Statement]:
        """The statements; `begin` is called as soon as they are durable. `documented`: there is to be a document.

        Raises what the log would refuse them for, StorageFault.
        """
        advice, keys = self.advising.advice, self.session.keys
        together = advice.together(state.items)
        statements = sign_session(advice.fill(state), self.occasion(), self.device, keys, together)
        # Parsed as the ledger will: what it would refuse for good must not become a link of this device's chain.
        enrolled = all(self.trust.check(statement.parse(signed.envelope)) for signed in statements)
        self.observer.hook("signed")
        self.outbox.commit(statements, documented=documented)
        begin()  # before anything that could fail: what is signed must not be there to be signed again
        self.observer.hook("committed")
        if containers := torn(statements, together):
            self.terminal.tell(texts.TORN, ", ".join(containers))
        if not enrolled:
            self.terminal.tell(texts.NOT_ENROLLED if self.trust.known else texts.NO_ROSTER)
        return statements
