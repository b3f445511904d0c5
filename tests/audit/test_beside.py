"""Items' histories in a process of their own: what comes home is what they would have been here."""

import resource
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from multiprocessing import active_children

import pytest
from hypothesis import HealthCheck, settings

from custody.audit.beside import HistoriesBeside
from custody.audit.recalled import Recalled, RecalledFile
from custody.core import statement
from custody.core.errors import Unavailable
from custody.core.roster import Handler, RosterStatement
from custody.core.statement import Statement
from tests.audit.logs import spoilt
from tests.rules import comparing
from tests.rules.scene import Book, TrueBook
from tests.rules.worlds import Worlds
from tests.world import START, World, handler_id, item_id, key_of

Entries = list[tuple[int, Statement]]


class Recalling(HistoriesBeside):
    """It is told again of what took effect, as `Judging` has it."""

    def __init__(self, book: TrueBook, origin: str) -> None:
        self.recalled = RecalledFile()
        super().__init__(book.rules.histories, book._memory, origin, self.recalled.plans)

    def roster(self, index: int, statement_id: str, received: int, body: RosterStatement) -> None:
        self.recalled.add(Recalled(index, received, statement_id, body))
        super().roster(index, statement_id, received, body)

    def close(self) -> None:
        self.recalled.close()
        super().close()


@contextmanager
def beside(world: World) -> Iterator[Book]:
    """A book whose items have a process of their own until it is settled first."""
    book = TrueBook(world)
    with closing(Recalling(book, world.origin)) as histories:
        book.rules.histories = histories
        yield book


def add(book: Book, entries: Iterable[tuple[int, Statement]]) -> None:
    for received, one in entries:
        book.add(one, received)


def check_alike(book: Book, other: Book) -> None:
    """Also in their order: what is found of one instant is told in it."""
    assert list(book.memory.tracks) == list(other.memory.tracks)
    assert comparing.kept(book.memory) == comparing.kept(other.memory)
    assert list(book.rules.drafts()) == list(other.rules.drafts())


class Besides(Worlds):
    """What the rules say of a world whose items are judged beside, and come home at half of it or at its end."""

    def teardown(self) -> None:
        super().teardown()
        entries = self.book.entries
        first = len(entries) if len(entries) % 2 else len(entries) // 2
        with beside(self.world) as book:
            add(book, entries[:first])
            check_alike(book, comparing.again(self.world, entries[:first]))
            add(book, entries[first:])
            check_alike(book, self.book)


Besides.TestCase.settings = settings(
    max_examples=5, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
)
TestBesides = Besides.TestCase


@pytest.mark.parametrize("spoils", [False, True])
def test_a_signature_that_turns_out_to_be_another_s_counts_for_nothing_there_too(spoils: bool) -> None:
    world, late = World(), key_of("late")
    world.handlers.append(late)
    begun = world.event("commission", by=(0,), kind="bag", items=[item_id(1)])
    corrected = world.event("correct", device=1, by=(4,), items=[item_id(1)], refs=[begun.id], kind="ballot-box")
    if spoils:
        corrected = statement.parse(spoilt(corrected, late.keyid))
    entries: Entries = [(START + n, one) for n, one in enumerate([*world.roster, begun, corrected])]
    members = world.possession(late, "handler", handler_id(50)) | {"handler": handler_id(50), "role": "supervisor"}
    badge = world.sign(Handler, world.authority, **members, badge=1, site=world.sites[0], begins=world.begins)

    with beside(world) as book:
        add(book, [*entries, (START + 100, badge)])
        check_alike(book, comparing.again(world, [*entries, (START + 100, badge)]))
        assert book.memory.tracks[item_id(1)].item.kind == ("bag" if spoils else "ballot-box")


def test_that_the_other_process_has_ended_is_said() -> None:
    world = World()
    before = set(active_children())
    with beside(world) as book:
        [process] = set(active_children()) - before
        process.kill()
        process.join()
        with pytest.raises(Unavailable):
            book.rules.settle()


def test_the_other_process_ends_without_a_traceback_where_the_disk_is_full() -> None:
    world = World()
    before = set(active_children())
    with beside(world) as book:
        [process] = set(active_children()) - before
        limits = (1 << 10, resource.getrlimit(resource.RLIMIT_FSIZE)[1])
        resource.prlimit(process.pid or 0, resource.RLIMIT_FSIZE, limits)
        add(book, [(made.body.time, made) for made in (*world.roster, *world.handovers(20))])
        with pytest.raises(Unavailable, match="has ended"):
            book.rules.settle()
        process.join(30)
    assert process.exitcode == 0


def test_the_other_process_ends_with_this_one_s_interest() -> None:
    before = set(active_children())
    with beside(World()):
        [process] = set(active_children()) - before
    process.join(30)
    assert process.exitcode == 0
