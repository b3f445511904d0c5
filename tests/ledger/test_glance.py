"""A quick look at any entry that the log may hold."""

from custody.core import entry
from custody.core.planning import Planned, Way
from custody.ledger.glance import glance
from tests.world import START, World, item_id


def test_a_plan_is_looked_at_as_any_other_entry() -> None:
    world = World()
    plan = world.plan([Way(to=world.sites[1], due=START)], [Planned(item=item_id(0), kind="bag", ways=[0])])
    payload, received = glance(entry.encode(plan.envelope, START))
    assert (payload.issuer, payload.action, received) == (plan.body.issuer, None, START)


def test_of_an_event_it_sees_what_happened_to_which_items() -> None:
    event = World().event("inspect", items=[item_id(0), item_id(1)])
    payload, _ = glance(entry.encode(event.envelope, START))
    assert (payload.action, list(payload.items)) == ("inspect", [item_id(0), item_id(1)])
