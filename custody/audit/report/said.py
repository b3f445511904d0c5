"""What an item was said to be when something happened to it."""

from custody.audit.report.inside import PUTS_IN, Inside
from custody.audit.report.material import Material
from custody.core.event import Event
from custody.core.fold import SAYS
from custody.core.history import Logged

WHAT = ("kind", "ballot_type", "district", "quantity")
_SETS_OUT = frozenset({"commission", "handover", "release", "depart"})


def said_at(material: Material, inside: Inside, item: str, cause: Logged) -> dict[str, str | int | None]:
    """By name, as said last by the event `cause`, else as planned by then; None: nobody had said it.

    A quantity is said no more once something goes in or out elsewhere than where the item set out; and a count of what
    is recorded inside says no quantity, if nobody had said one.
    """
    plans = [one for one in material.tracks[item].plans if one.since <= cause.when]
    said = {name: getattr(plans[-1].planned, name) if plans else None for name in WHAT}
    left: str | None = None
    for logged in material.history(item):
        event = logged.event
        if logged.key > cause.key:
            continue  # a cause may stand before what its clock says came first
        if _changes(event, item, left):
            said["quantity"] = None
        if item not in event.items:
            continue
        if event.action in SAYS:
            counts_inside = said["quantity"] is None and event.action != "commission" and inside.at(item, logged)
            said |= {
                name: value
                for name in WHAT
                if (value := getattr(event, name)) is not None and not (name == "quantity" and counts_inside)
            }
        if event.action in _SETS_OUT:
            left = event.site
    return said


def _changes(event: Event, container: str, left: str | None) -> bool:
    """Whether an event ends what a container was said to hold."""
    if event.container != container:
        return False
    if event.action == "discrepancy":
        return event.kind in ("missing", "extra")
    return event.action in PUTS_IN | {"unpack"} and left not in (None, event.site)
