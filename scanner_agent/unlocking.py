"""Badge and PIN: a PIN that is typed whole or comes key by key opens the badge that was shown last."""

from collections.abc import Callable
from typing import Protocol

from scanner_agent import texts
from scanner_agent.feedback import Feedback
from scanner_agent.inputs import Input, Unlocked
from scanner_agent.session import PinRefused, Session
from scanner_agent.sources.source import Key, Source
from scanner_agent.state import Say, State
from scanner_agent.trust import Trust


class HasSession(Protocol):
    """The agent, so far as it has a session in which badges are shown."""

    state: State

    def give(self, given: Input, reader: Source | None = None) -> bool: ...


class Unlocking:
    """One thread."""

    def __init__(
        self,
        session: Session,
        trust: Trust,
        feedback: Feedback,
        say: Callable[[Say, Source | None], None],
        now: Callable[[], int],
    ) -> None:
        """`now` gives Unix ms of the device's clock."""
        self._session = session
        self._trust = trust
        self._feedback = feedback
        self._say = say
        self._now = now

    def pin(self, agent: HasSession, digits: str, reader: Source | None = None) -> bool:
        """A PIN for the badge shown last; whether it opens it."""
        if agent.state.pin_of is None:
            self._feedback.bad(texts.NO_PIN_WANTED, source=reader)
            return False
        try:
            handler, key = self._session.unlock(digits)
        except PinRefused as error:
            self._feedback.bad(error.words, source=reader)
            return False
        warning = self._trust.badge_warning(handler, key.keyid, self._now())
        return agent.give(Unlocked(handler, warning, self._trust.role(handler)), reader)

    def press(self, agent: HasSession, key: Key, reader: Source | None = None) -> bool:
        """One key of a PIN; whether it was taken."""
        if agent.state.pin_of is None:
            return self.pin(agent, "", reader)
        digits = self._session.pad.press(key)
        if digits is not None:
            return self.pin(agent, digits, reader)
        self._say(Say("plain", texts.PIN_DIGITS, "•" * len(self._session.pad)), reader)
        return True
