"""The session that a stop cut short, taken up again from what the outbox has of it."""

from collections.abc import Callable

import msgspec

from scanner_agent import texts
from scanner_agent.inputs import Kept
from scanner_agent.outbox import Outbox
from scanner_agent.state import State
from scanner_agent.texts import Words
from scanner_agent.workflow import fold

_kept = msgspec.json.Decoder(Kept)


def restored(outbox: Outbox, tell: Callable[[Words, str], None]) -> State:
    """The open session; `tell` tells the handler of it, or that it was ended as unreadable. Raises StorageFault."""
    try:
        state = fold(map(_kept.decode, outbox.draft()))
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        outbox.cancel_draft()
        tell(texts.NOT_RESTORED, str(error))
        return State()
    if state != State():
        tell(texts.RESTORED, f"{len(state.items)} barang / items")
    return state
