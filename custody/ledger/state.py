"""Replays the stored roster into admission's state."""

from custody.core import entry, statement
from custody.core.admission import State, admit
from custody.core.errors import CustodyError, StorageFault
from custody.ledger.store import Reading


def load_state(reading: Reading, origin: str) -> State:
    """The state after everything that is stored. Raises StorageFault if the roster does not replay.

    Signatures were verified on the way in, and are again by every auditor; here they are taken as they stand.
    """
    state = State(origin)
    for index, effect in reading.roster(after=-1):
        [data] = reading.entries(index, index + 1)
        try:
            one = statement.parse(entry.decode(data)[0])
            got = admit(state, one, index, one.signatures.keys()).effect
        except CustodyError as error:
            raise StorageFault(f"entry {index} does not replay", got=error, remedy="Run custody fsck.") from None
        if got != effect:
            raise StorageFault(f"entry {index} replays otherwise", expected=effect, got=got, remedy="Run custody fsck.")
    return state
