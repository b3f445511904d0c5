"""Replays the stored roster into admission's state."""

from custody.core import entry, statement
from custody.core.admission import State, admit
from custody.core.errors import CustodyError, StorageFault
from custody.core.statement import Statement
from custody.ledger.store import Reading


def load_state(reading: Reading, origin: str) -> State:
    """The state after everything that is stored. Raises StorageFault if the roster does not replay."""
    state = State(origin)
    for index, effect in reading.roster(after=-1):
        replay(reading, state, index, effect)
    return state


def replay(reading: Reading, state: State, index: int, effect: str | None) -> tuple[Statement, int]:
    """Lets the stored roster statement at `index` change the state, which must then be as it was when it was logged.

    Returns the statement and when it was received. Raises StorageFault. Signatures were verified on the way in, and are
    again by every auditor; here they are taken as they stand.
    """
    [data] = reading.entries(index, index + 1)
    try:
        envelope, received = entry.decode(data)
        one = statement.parse(envelope)
        got = admit(state, one, index, one.signatures.keys(), possession_verified=True).effect
    except CustodyError as error:
        raise StorageFault(f"entry {index} does not replay", got=error, remedy="Run custody fsck.") from None
    if got != effect:
        raise StorageFault(f"entry {index} replays otherwise", expected=effect, got=got, remedy="Run custody fsck.")
    return one, received
