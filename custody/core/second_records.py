"""One handover on two records: each party may make one on a device of his own, and one of them later.

By then the item may have gone on. What it was then is not so any more, and the second record changes nothing.
"""

from custody.core.containers import outermost
from custody.core.draft import Draft
from custody.core.event import Event
from custody.core.hands import gives
from custody.core.history import Logged
from custody.core.item import Track
from custody.core.scene import Scene
from custody.core.skew import take_back


def keep(track: Track, logged: Logged) -> None:
    """The item was handed over by this. A handover that is corrected is no pattern for another record of it."""
    if logged.agreed is None:
        track.item.handed = [logged.index, *track.item.handed[:1]]


def says_again(scene: Scene, track: Track, logged: Logged) -> bool:
    """Whether a handover, by who could not give the item any more, is one that it has had and gone on from since.

    Either another device has it on record; or its receiver gave the item on before, by a clock that is in doubt.
    """
    event, holder = logged.event, outermost(scene.tracks, track).item
    giver, taker = event.releaser or "", event.receiver
    if event.action != "handover" or scene.log is None or logged.agreed is not None or taker == holder.custodian:
        return False
    if gives(scene, logged, track.item, holder, giver):
        return False

    def lacks_it(one: Draft) -> bool:
        had = str(one.facts["custodian"])
        is_his = not had.startswith("h-") and scene.grounds.acts_for(giver, had, logged.moment)
        return one.facts["releaser"] == taker and (had == giver or is_his)

    on_record = any(_is_of(scene.log.event(index).event, event) for index in track.item.handed)
    return on_record or bool(take_back(scene, track, "released-by-non-custodian", logged, lacks_it))


def _is_of(other: Event, event: Event) -> bool:
    alike = (other.releaser, other.receiver, other.site) == (event.releaser, event.receiver, event.site)
    return alike and other.issuer != event.issuer
