"""Events in a file: what was packed is restored whole, also where the disk takes a part of it at a time."""

from contextlib import closing

from custody.audit.event_file import EventFile
from custody.core.event import Event
from custody.core.history import Logged
from tests.full_disk import no_file_longer_than
from tests.world import START, World

EVENTS = 100


def test_what_was_packed_is_restored_though_the_disk_is_full_by_then() -> None:
    """What it does not take is in memory meanwhile, as that of which there is little is anyway."""
    with closing(EventFile()) as file, closing(EventFile()) as restored:
        for index, made in enumerate(World().handovers(EVENTS)):
            assert isinstance(made.body, Event)
            file.add(Logged(index, START + index, made.id, made.body, None, 1))
        with no_file_longer_than(20_000):
            restored.restore(file.packed(), file.pieces())
        assert list(restored.events(EVENTS)) == list(file.events(EVENTS))
        assert [restored.find(one.id) for one in file.events(EVENTS)] == [*range(EVENTS)]
