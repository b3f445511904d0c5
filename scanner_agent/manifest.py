"""What documents say there is, held against what was read: x of y, what is missing, what is extra. Pure."""

from msgspec import Struct

from scanner_agent import texts
from scanner_agent.inputs import Caution
from scanner_agent.state import State
from scanner_agent.texts import Words


class Tally(Struct, frozen=True):
    """`have` of the `of` expected items were read. `missing` in the documents' order, `extra` in the order read."""

    have: int
    of: int
    missing: tuple[str, ...]
    extra: tuple[str, ...]

    @property
    def words(self) -> Words:
        return f"{self.have} dari {self.of}", f"{self.have} of {self.of}"


def tally(state: State) -> Tally | None:
    """None where no document says what to expect."""
    expected = dict.fromkeys(item for items in state.documents.values() for item in items)
    if not expected:
        return None
    items = state.items
    read = set(items)
    missing = tuple(item for item in expected if item not in read)
    extra = tuple(item for item in items if item not in expected)
    return Tally(len(expected) - len(missing), len(expected), missing, extra)


def cautions(state: State) -> list[Caution]:
    """What a handler is to look at before signing something else than the documents say."""
    counted = tally(state)
    if counted is None:
        return []
    found = (
        Caution("manifest-missing", texts.MISSING_ITEMS, counted.missing),
        Caution("manifest-extra", texts.EXTRA_ITEMS, counted.extra),
    )
    return [caution for caution in found if caution.items]
