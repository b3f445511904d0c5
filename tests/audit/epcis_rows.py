"""Every action with what it becomes in EPCIS, and a story that has all of it."""

from custody.audit.epcis import DISCREPANCIES
from custody.core.event import Seal, Serials
from tests.audit.exported import Json, Told
from tests.rules.story import BOX, CRATE, OTHER, STATION, VILLAGE, A, B, seals

PARTIES = {"releaser": "h-aaaaaaaaaaaaaaaa", "receiver": "h-aaaaaaaaaaaaaaab"}
THERE = {"to": "414/9520000000028"}
ROWS: list[tuple[str, Json, tuple[str, str, str, str | None]]] = [
    ("commission", {"kind": "box"}, ("ObjectEvent", "ADD", "commissioning", "active")),
    ("pack", {"container": CRATE}, ("AggregationEvent", "ADD", "packing", None)),
    ("unpack", {"container": CRATE}, ("AggregationEvent", "DELETE", "unpacking", None)),
    ("seal", {"seals": seals(A)}, ("ObjectEvent", "OBSERVE", "other", "container_closed")),
    ("unseal", {"seals": seals(A)}, ("ObjectEvent", "OBSERVE", "other", "container_open")),
    ("inspect", {}, ("ObjectEvent", "OBSERVE", "inspecting", None)),
    ("inspect", {"condition": "damaged"}, ("ObjectEvent", "OBSERVE", "inspecting", "damaged")),
    ("handover", PARTIES, ("ObjectEvent", "OBSERVE", "accepting", None)),
    ("handover", PARTIES | THERE, ("ObjectEvent", "OBSERVE", "accepting", "in_transit")),
    ("release", {"releaser": PARTIES["releaser"]} | THERE, ("ObjectEvent", "OBSERVE", "shipping", "in_transit")),
    ("accept", {"receiver": PARTIES["releaser"]}, ("ObjectEvent", "OBSERVE", "accepting", None)),
    ("accept", {"receiver": PARTIES["releaser"], "condition": "damaged"},
     ("ObjectEvent", "OBSERVE", "accepting", "damaged")),
    ("depart", THERE, ("ObjectEvent", "OBSERVE", "departing", "in_transit")),
    ("arrive", {}, ("ObjectEvent", "OBSERVE", "arriving", None)),
    ("store", {}, ("ObjectEvent", "OBSERVE", "storing", None)),
    ("store", {"condition": "damaged"}, ("ObjectEvent", "OBSERVE", "storing", None)),
    ("open", {"purpose": "psu"}, ("ObjectEvent", "OBSERVE", "other", "container_open")),
    ("close", {"purpose": "psu"}, ("ObjectEvent", "OBSERVE", "other", "container_closed")),
    ("discrepancy", {"kind": "missing"}, ("ObjectEvent", "OBSERVE", "inspecting", "unknown")),
    ("discrepancy", {"kind": "damaged"}, ("ObjectEvent", "OBSERVE", "inspecting", "damaged")),
    ("discrepancy", {"kind": "wrong-data"}, ("ObjectEvent", "OBSERVE", "inspecting", "non_conformant")),
    ("retire", {}, ("ObjectEvent", "DELETE", "decommissioning", "inactive")),
]  # fmt: skip


def everything() -> Told:
    """Every action, with all that it may have, and corrections."""
    story = Told()
    for action, members, _ in ROWS:
        story.say(action, items=[BOX, OTHER], **members)
    for kind in DISCREPANCIES:
        story.say("discrepancy", kind=kind, quantity=2, serials=Serials(first="1", last="2"), container=CRATE)
    story.begin(OTHER, container=CRATE, quantity=3, ballot_type="dpr", district="jabar-1")
    release = story.release(0, STATION, carrier=story.id(2), receiver=story.id(1), items=["plain/kota/%+<>&'?"],
                            seals=[Seal(item=0, count=2, state="intact")])  # fmt: skip
    story.accept(1, release, seals=seals(A, expected=B, state="broken"), attesters=[story.id(3)])
    story.say("depart", to=story.sites[STATION], carrier=story.id(2), compartment=[A, B])
    story.say("correct", refs=[story.handover(0, 1, items=[BOX, OTHER], to=story.sites[STATION]).id],
              to=story.sites[VILLAGE])  # fmt: skip
    story.say("correct", refs=[story.say("inspect").id])
    return story
