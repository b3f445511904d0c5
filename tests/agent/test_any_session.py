"""Whatever a session is given, in whatever order: it goes on, signs nothing incomplete, and is kept whole."""

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from custody.core import event
from custody.core.event import ACTIONS, Clock
from custody.core.merkle import EMPTY_ROOT
from scanner_agent.asking import missing
from scanner_agent.drafting import Occasion, whole
from scanner_agent.inputs import (
    Archived,
    BadgeShown,
    Caution,
    Chosen,
    Confirm,
    Expected,
    Given,
    Input,
    Kept,
    Letter,
    Listed,
    Locked,
    Spell,
    Undo,
    Unlocked,
    Vehicle,
)
from scanner_agent.manifest import tally
from scanner_agent.members import FIELDS, WATCHERS
from scanner_agent.reading import Found
from scanner_agent.state import State
from scanner_agent.workflow import fold, step
from tests.agent.workflow.test_sessions import COMPLETE
from tests.world import ORIGIN, START, handler_id, item_id, site_id

ITEMS = [item_id(number) for number in range(4)] + ["plain/kpu/01"]
SEALS = [f"seal/kpu/{number}" for number in range(3)]
HASHES = [digit * 64 for digit in "0123"]
HANDLERS = [handler_id(number) for number in range(3)]
OCCASION = Occasion(ORIGIN, site_id(1), 1, None, START, Clock(boot="0" * 32, mono=1, size=0, root=EMPTY_ROOT.hex()))

WORDS = ["box", "2", "0", "A1 A9", "broken", "missing"]
VALUES = st.sampled_from([*ITEMS, *SEALS, *HASHES, *HANDLERS, site_id(2), *WORDS])
FOUND: st.SearchStrategy[Input] = st.builds(
    lambda pair, source, verdict, alone: Found(pair[0], pair[1], source, "]Q1", verdict, alone),
    st.sampled_from(
        [("item", one) for one in ITEMS]
        + [("seal", one) for one in SEALS]
        + [("site", site_id(2))]
        + [("statement", one) for one in HASHES]
    ),
    st.sampled_from(["serial", "camera", "manual"]),
    st.sampled_from(["valid", "unsigned", "forged"]),
    st.booleans(),
)
INPUTS: st.SearchStrategy[Input] = st.one_of(
    FOUND,
    FOUND,
    st.builds(Chosen, st.sampled_from([*ACTIONS, "steal"])),
    st.builds(Given, st.sampled_from([*FIELDS, "colour"]), VALUES | st.text(max_size=5)),
    st.builds(Expected, st.sampled_from([*HASHES, "no statement"]), st.lists(st.sampled_from(ITEMS)).map(tuple)),
    st.builds(Archived, st.sampled_from(HASHES)),
    st.just(Vehicle()),
    st.builds(Listed, st.lists(st.sampled_from(ITEMS)).map(tuple)),
    st.builds(Spell, st.sampled_from(["quantity", "vehicle"])),
    st.builds(Letter, st.sampled_from(["1", "a", "clear", "done"])),
    st.just(Undo()),
    st.builds(BadgeShown, st.sampled_from(HANDLERS)),
    st.builds(Unlocked, st.sampled_from(HANDLERS), st.none(), st.sampled_from(["staff", "carrier", *WATCHERS])),
    st.just(Locked()),
    st.just(Confirm()),
    st.just(Confirm((Caution("wrong-destination", ("salah", "wrong"), (ITEMS[0],)),))),
)


@st.composite
def sessions(draw: st.DrawFn) -> list[Input]:
    """A complete session with anything in between, so that many come to be signed."""
    inputs = [*draw(st.sampled_from([(), *COMPLETE.values()])), Confirm(), Confirm()]
    for one in draw(st.lists(INPUTS, max_size=15)):
        inputs.insert(draw(st.integers(0, len(inputs))), one)
    return inputs


NOT_KEPT = {"handlers": {}, "pin_of": None, "shown": (), "overridden": (), "spelling": None}


def draft(state: State) -> State:
    """What a restart must not lose."""
    return state.with_(**NOT_KEPT)


@settings(max_examples=300, deadline=None)
@given(sessions())
def test_any_session_goes_on_signs_nothing_incomplete_and_is_the_same_after_a_restart(inputs: list[Input]) -> None:
    state, kept = State(), []
    for one in inputs:
        result = step(state, one)
        if not result.changed:
            assert draft(result.state) == draft(state)
        if result.sign:
            assert missing(state) == []
            event.check(whole(result.state, OCCASION, ["a" * 64]))
        if result.changed and isinstance(one, Kept):
            kept.append(msgspec.json.encode(one))
        state = result.state
        counted = tally(state)
        assert counted is None or counted.have + len(counted.missing) == counted.of
    assert fold(msgspec.json.decode(data, type=Kept) for data in kept) == draft(state)
