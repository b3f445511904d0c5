"""Keeps the advice as new as what the outbox holds: what was recorded here, and a snapshot from the background."""

from collections.abc import Callable, Iterable

import msgspec

from custody.core import statement
from custody.core.errors import CustodyError
from custody.core.snapshot import Snapshot
from scanner_agent import texts
from scanner_agent.advice import Advice, Known, of_snapshot
from scanner_agent.advice_tables import Basis
from scanner_agent.drafting import Occasion, whole
from scanner_agent.inputs import Caution, Expected
from scanner_agent.outbox import Outbox
from scanner_agent.state import State
from scanner_agent.texts import Words
from scanner_agent.trust import Trust

_encode = msgspec.json.encode
_decode = msgspec.json.Decoder(Known).decode


class Advising:
    """One thread."""

    def __init__(self, outbox: Outbox, trust: Trust, device: str, tell: Callable[[Words, str], None]) -> None:
        """`device`: this device's keyid; `tell` tells the handler where there is no newer advice."""
        self.advice = Advice(trust, self._known)
        self._outbox = outbox
        self._device = device
        self._tell = tell

    def cautions(self, state: State, occasion: Occasion, signers: list[str]) -> tuple[Caution, ...]:
        """What the rules will find in a complete session if it is signed as it is; nothing where that is not known."""
        self.catch_up()
        try:
            event = whole(self.advice.fill(state), occasion, signers)
            return tuple(self.advice.cautions(event, referred=bool(state.refs)))
        except CustodyError as error:
            self._tell(texts.NO_ADVICE, str(error))
            return ()

    def catch_up(self) -> None:
        """Adds what this device has recorded. A fault is told: what is signed is signed without advice, too."""
        try:
            while (unadvised := self._outbox.unadvised(self._device)) is not None:
                after = self.advice.after(statement.parse(unadvised.envelope))
                changes = {item: _encode(known) if known else None for item, known in after.items()}
                self._outbox.add_known(unadvised, changes)
        except CustodyError as error:
            self._tell(texts.NO_ADVICE, str(error))

    def document(self, id_: str) -> list[Expected]:
        """What is on the document of a statement that only others hold, as far as is known here; empty where it is not.

        Of what is in a container, the container alone.
        """
        on_it = {
            item: known for item, state in self._outbox.naming(id_).items() if (known := _decode(state)).is_on(id_)
        }
        items = tuple(item for item, known in on_it.items() if known.item.container not in on_it)
        return [Expected(id_, items)] if items else []

    def _known(self, items: Iterable[str]) -> dict[str, Known]:
        return {item: _decode(state) for item, state in self._outbox.known(items).items()}


def keep_snapshot(outbox: Outbox, advised: Snapshot, advisor: str, tag: str | None = None) -> None:
    """A verified snapshot in place of the one before; `advisor`: the keyid that signed it; `tag`: the ledger's of it.

    Any thread.
    """
    basis = Basis(advised.size, advisor, 0, tag)
    kept = False
    while not kept:  # something may have been recorded while the rows were held against the new ones
        rows = ((item, _encode(known)) for item, known in of_snapshot(advised))
        kept = outbox.keep_snapshot(outbox.basis(), basis, rows)


def drop_snapshot(outbox: Outbox, device: str) -> None:
    """Nothing is known but what `device` (keyid) will record from now on. Any thread."""
    kept = False
    while not kept:
        last = outbox.next_link(device)[0] - 1
        kept = outbox.keep_snapshot(outbox.basis(), Basis(0, None, last), ())
