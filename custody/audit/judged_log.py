"""What the rules ask of a log that is being verified."""

from collections.abc import Callable

from custody.audit.event_file import EventFile
from custody.audit.tree import Tree
from custody.core import entry, statement
from custody.core.keys import verifies
from custody.core.trusted import State


class JudgedLog(EventFile):
    """A `custody.core.memory.Log` of the entries that it was given.

    `reread` gives an entry that was verified before, once more, and raises what `EntryReader.entry` does.
    """

    def __init__(self, state: State, tree: Tree, reread: Callable[[int], bytes]) -> None:
        super().__init__()
        self._state = state
        self._tree = tree
        self._reread = reread

    def root(self, size: int) -> str:
        return self._tree.root(size).hex()

    def signature_holds(self, index: int, key: str) -> bool:
        envelope, _ = entry.decode(self._reread(index))
        found = statement.parse(envelope)
        return verifies(self._state.keys[key].public, found.message, found.signatures[key])
