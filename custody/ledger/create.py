"""Creates a log: once, empty but for entry 0."""

from custody.core import statement
from custody.core.admission import State
from custody.core.checkpoint import Checkpoint
from custody.core.errors import CustodyError
from custody.core.keys import SigningKey
from custody.core.note import Verifier, encode_vkey
from custody.ledger.chains import Chains
from custody.ledger.clock import Clock
from custody.ledger.config import LedgerConfig
from custody.ledger.guard import Guard
from custody.ledger.intake import Checked
from custody.ledger.round import Placed, Round
from custody.ledger.seen import Seen
from custody.ledger.store import Store
from custody.ledger.tree import Tree, stored_tile


def initialise(config: LedgerConfig, root_statement: bytes, key: SigningKey, clock: Clock) -> None:
    """Stores a root statement's envelope as entry 0, signs the first checkpoint with the log's key, writes the guard.

    Raises ConfigFault if there is a ledger or a guard already, and what refuses the statement.
    """
    found = statement.parse(root_statement)
    root = Checked(root_statement, Seen.of(found, found.body.signers))
    guard = Guard(config.guard, Verifier(encode_vkey(config.origin, key.public)))
    guard.check_absent()
    store = Store.create(config.data)
    try:
        with store.writing() as writing:
            first = Round(writing, State(config.origin), Chains(1), 0, clock.now())
            _raise_if_refused(*first.place([root]))
            tree, hash_rows = Tree(0, {}, stored_tile(store)).grow(first.leaves())
            first.write(hash_rows)
        guard.create(Checkpoint(config.origin, tree.size, tree.root).sign(key))
    except BaseException:
        store.remove()
        raise
    store.close()


def _raise_if_refused(placed: Placed | CustodyError) -> None:
    if isinstance(placed, CustodyError):
        raise placed
