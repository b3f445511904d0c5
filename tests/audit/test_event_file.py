"""Events in a file: what was packed is restored whole, also where the disk takes a part of it at a time."""

import resource
from collections.abc import Iterator
from contextlib import closing, contextmanager

from custody.audit.event_file import EventFile
from custody.core.event import Event
from custody.core.history import Logged
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


@contextmanager
def no_file_longer_than(size: int) -> Iterator[None]:
    """The first write that would make one longer writes what there is room for."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
