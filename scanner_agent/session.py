"""The handlers' keys of one session: unlocked by badge and PIN, held in memory only, dropped at its end."""

import math
import time
from collections.abc import Callable, Collection
from typing import Protocol

from custody.core import badge
from custody.core.badge import Badge
from custody.core.errors import StorageFault, WrongPin
from custody.core.keys import SigningKey
from scanner_agent import texts
from scanner_agent.pin_pad import PinPad
from scanner_agent.texts import Words

MOST_DELAY_S = 60.0


class PinRefused(WrongPin):
    """With the words for the handler."""

    def __init__(self, words: Words, message: str, *, expected: str | None = None, got: str | None = None) -> None:
        super().__init__(message, expected=expected, got=got)
        self.words = words


class Tries(Protocol):
    """Where wrong PINs are counted, so that nobody begins anew by turning the agent off and on."""

    def wrong_pins(self) -> dict[str, int]:
        """How often in a row, by handler."""

    def keep_wrong_pins(self, handler: str, count: int) -> None:
        """Durable on return. Raises StorageFault."""


class Session:
    """One consumer. Python cannot overwrite a key's memory; what can be done is to hold no reference to it."""

    def __init__(
        self,
        origin: str,
        clock: Callable[[], float] = time.monotonic,
        unlock: Callable[[Badge, str, str], SigningKey] = badge.unlock,
        tries: Tries | None = None,
    ) -> None:
        """`origin` is the log's; `clock` gives monotonic seconds; `unlock` the key of (badge, PIN, origin); `tries`
        outlive this process, and each pause begins again with it: no clock would say how long it was gone.
        """
        self._origin = origin
        self._clock = clock
        self._unlock = unlock
        self.pad = PinPad()
        self._shown: Badge | None = None
        self._keys: dict[str, SigningKey] = {}
        self._tries = tries
        self._wrong = tries.wrong_pins() if tries else {}
        self._not_before = {handler: clock() + _pause(wrong) for handler, wrong in self._wrong.items()}

    @property
    def keys(self) -> list[SigningKey]:
        """The unlocked keys."""
        return list(self._keys.values())

    def show(self, shown: Badge) -> None:
        """The next PIN is for this badge."""
        self._shown = shown
        self.pad.clear()

    def unlock(self, pin: str) -> tuple[str, SigningKey]:
        """(handler id, key) of the badge shown last. Takes about 0.2 s.

        Raises PinRefused: a wrong one is counted, and each doubles the time in which no further PIN is tried for that
        handler. The count outlives the session, and none is opened while it cannot be kept.
        """
        if self._shown is None:
            raise PinRefused(texts.NO_PIN_WANTED, "no badge was shown")
        handler = self._shown.handler
        self._check_delay(handler)
        if not (pin.isascii() and pin.isdecimal()):
            expected = f"{badge.MIN_PIN} to {badge.MAX_PIN} digits"
            raise PinRefused(texts.NO_PIN, "a PIN is of digits", expected=expected)
        try:
            key = self._unlock(self._shown, pin, self._origin)
        except WrongPin:
            raise self._count_wrong(handler) from None
        if self._wrong.pop(handler, 0):
            self._keep(handler, 0)
        self._shown = None
        self._keys[handler] = key
        return handler, key

    def keep_only(self, handlers: Collection[str], shown: str | None) -> None:
        """Drops the keys of all others, and the badge that was shown last unless it is this handler's."""
        self._keys = {handler: key for handler, key in self._keys.items() if handler in handlers}
        if self._shown is not None and self._shown.handler != shown:
            self.put_aside()

    def put_aside(self) -> None:
        """Drops the badge that was shown last, and what was pressed of its PIN."""
        self._shown = None
        self.pad.clear()

    def end(self) -> None:
        """Drops the badge, the keys, and what was pressed of a PIN."""
        self.put_aside()
        self._keys.clear()

    def _check_delay(self, handler: str) -> None:
        left = math.ceil(self._not_before.get(handler, 0.0) - self._clock())
        if left > 0:
            words = _filled(texts.PIN_TOO_SOON, left)
            raise PinRefused(words, "too soon after a wrong PIN", expected=f"a pause of {left} s more")

    def _count_wrong(self, handler: str) -> PinRefused:
        wrong = self._wrong[handler] = self._wrong.get(handler, 0) + 1
        delay = _pause(wrong)
        self._not_before[handler] = self._clock() + delay
        self._keep(handler, wrong)
        words = _filled(texts.WRONG_PIN, wrong, math.ceil(delay))
        return PinRefused(words, "the PIN does not open this badge", got=f"wrong PIN number {wrong}")

    def _keep(self, handler: str, count: int) -> None:
        try:
            if self._tries:
                self._tries.keep_wrong_pins(handler, count)
        except StorageFault as fault:
            raise PinRefused(texts.NOT_STORED, str(fault)) from None


def _pause(wrong: int) -> float:
    """Seconds after so many wrong PINs."""
    return min(2.0 ** (wrong - 1), MOST_DELAY_S)


def _filled(words: Words, *numbers: int) -> Words:
    return words[0].format(*numbers), words[1].format(*numbers)
