"""A log in memory and its rules: what tests of the rules say happened, statement by statement."""

from collections.abc import Iterable, Sequence
from typing import Any

from custody.core import entry
from custody.core.admission import State, admit
from custody.core.event import Event
from custody.core.history import Logged
from custody.core.judgement import Finding, findings
from custody.core.keys import is_valid
from custody.core.memory import InMemory, as_logged
from custody.core.merkle import EMPTY_ROOT, Frontier, leaf_hash
from custody.core.rules import Rules
from custody.core.statement import Statement
from tests.world import World

FAKE_ROOT = "ab" * 32
"""The root of every tree but the empty one: these tests are not about roots."""


class Book:
    """Entries in a list. Signatures are checked where the rules ask for one."""

    def __init__(self, world: World) -> None:
        self.state = State(world.origin)
        self.entries: list[tuple[int, Statement]] = []
        self._memory = InMemory()
        self.rules = Rules(self.state, self, self._memory)

    @property
    def memory(self) -> InMemory:
        """What the rules keep, settled."""
        self.rules.settle()
        return self._memory

    def add(self, statement: Statement, received: int) -> int:
        """Appends a statement as it is; its signatures are taken as they stand."""
        index = len(self.entries)
        verdict = admit(self.state, statement, index, statement.signatures.keys())
        self.entries.append((received, statement))
        if isinstance(statement.body, Event):
            self.rules.event(self.event(index))
        elif verdict.effect is None:
            self.rules.roster(index, statement.id, received, statement.body)
        return index

    def findings(self, now: int) -> list[Finding]:
        return findings(self.rules.drafts(), now)

    # What the rules ask

    def event(self, index: int) -> Logged:
        received, statement = self.entries[index]
        assert isinstance(statement.body, Event)
        return as_logged(self, index, received, statement.id, statement.body)

    def events(self, end: int) -> Iterable[Logged]:
        return [self.event(n) for n in range(end) if isinstance(self.entries[n][1].body, Event)]

    def received(self, index: int) -> int:
        return self.entries[index][0]

    def root(self, size: int) -> str:
        return FAKE_ROOT if size else EMPTY_ROOT.hex()

    def find(self, statement_id: str) -> int | None:
        found = (n for n, (_, one) in enumerate(self.entries) if one.id == statement_id and isinstance(one.body, Event))
        return next(found, None)

    def signature_holds(self, index: int, key: str) -> bool:
        statement = self.entries[index][1]
        return is_valid(self.state.keys[key].public, statement.message, statement.signatures[key])


class TrueBook(Book):
    """A book that knows the roots of its trees."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._tree = Frontier()
        self._roots = [EMPTY_ROOT.hex()]

    def add(self, statement: Statement, received: int) -> int:
        self._tree.extend([leaf_hash(entry.encode(statement.envelope, received))])
        self._roots.append(self._tree.root().hex())
        return super().add(statement, received)

    def root(self, size: int) -> str:
        return self._roots[size]


def read(statements: Sequence[tuple[int, Statement]], world: World) -> Book:
    """The book of statements and when each was received."""
    book = Book(world)
    for received, statement in statements:
        book.add(statement, received)
    return book


def codes(found: Iterable[Finding], **wanted: Any) -> list[str]:
    """The codes of the findings with these members."""
    return [one.code for one in found if all(getattr(one, name) == value for name, value in wanted.items())]


def root_codes(found: Iterable[Finding]) -> list[str]:
    """The codes of those that nothing explains."""
    return codes(found, root=True)
