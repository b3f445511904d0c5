"""From carrier to carrier, recorded twice, into and out of containers on the way: right (the twin) and wrong."""

from tests.rules.story import BOX, CRATE, DAY, HOUR, MINUTE, OTHER, STATION, VILLAGE, WAREHOUSE, Story
from tests.rules.table.rows import Table, Wrong

RELAYS = Table()
row = RELAYS.row


@row("released-by-non-custodian", "who has no record of it says that he handed over what has gone on since")
def _(story: Story, wrong: bool) -> Wrong:
    story.begin()
    story.handover(0, 1 if not wrong else 3)
    story.wait(HOUR)
    story.handover(1 if not wrong else 3, 2)
    bad = story.handover(0, 1, device=1)
    return Wrong([bad], bad.body.time)


@row(
    "released-by-non-custodian", "the receiver's record of a handover comes after he has put the item away at his place"
)
def _(story: Story, wrong: bool) -> Wrong:
    story.policy(two_devices=False)
    giver, taker = story.join("staff", WAREHOUSE), story.join("staff", STATION)
    story.begin()
    story.handover(giver, taker, site=WAREHOUSE)
    story.say("depart", taker, to=story.sites[STATION])
    story.say("store", taker, site=STATION)
    bad = story.handover(giver, taker, device=2 if not wrong else 0)
    others = ("custody-break",)
    return Wrong([bad], bad.body.time, beneath="custody-break" if wrong else None, others=others)


@row("released-by-non-custodian", "by a clock beyond the skew one gave an item before he had it")
def _(story: Story, wrong: bool) -> Wrong:
    story.begin()
    story.handover(3, 0)
    bad = story.handover(1, 2)
    story.wait(10 * MINUTE if wrong else 0)
    again = story.handover(0, 1, device=1)
    return Wrong([bad], bad.body.time, others=("released-by-non-custodian",) if again else ())


@row("accepted-by-another", "a carrier lets go to somebody of his choice what was released for another")
def _(story: Story, wrong: bool) -> Wrong:
    story.policy(two_devices=False)
    carrier, other = story.join("carrier"), story.join("staff", VILLAGE)
    taker = other if wrong else 1
    story.begin()
    released = story.release(0, STATION, receiver=story.id(1), carrier=story.id(carrier))
    story.accept(carrier, released, site=WAREHOUSE)
    again = story.release(carrier, STATION, receiver=story.id(taker), site=VILLAGE, device=2)
    bad = story.accept(taker, again)
    return Wrong([released, bad], bad.body.time)


@row("accepted-by-another", "of two carriers in a row the second gives an item to another than it was released for")
def _(story: Story, wrong: bool) -> Wrong:
    story.policy(two_devices=False)
    first, second, other = story.join("carrier"), story.join("carrier"), story.join("staff", VILLAGE)
    story.begin()
    released = story.release(0, STATION, receiver=story.id(1), carrier=story.id(first))
    story.accept(first, released, site=WAREHOUSE)
    again = story.release(first, VILLAGE, receiver=story.id(second), site=WAREHOUSE, device=2)
    story.accept(second, again, site=VILLAGE)
    bad = story.accept(other if wrong else 1, again, device=2)
    return Wrong([released, bad], bad.body.time)


@row("wrong-destination", "a carrier lets go elsewhere what was released to a station")
def _(story: Story, wrong: bool) -> Wrong:
    story.policy(two_devices=False)
    carrier = story.join("carrier")
    story.begin()
    released = story.release(0, STATION, receiver=story.id(1), carrier=story.id(carrier))
    story.accept(carrier, released, site=WAREHOUSE)
    to, taker = (VILLAGE, 1) if wrong else (WAREHOUSE, 2)  # or he brings it back
    again = story.release(carrier, to, receiver=story.id(taker), site=STATION, device=2)
    bad = story.accept(taker, again, site=to)
    return Wrong([bad], bad.body.time)


@row("accepted-by-another", "what was released goes in a truck that changes carriers, and another takes it")
def _(story: Story, wrong: bool) -> Wrong:
    story.policy(two_devices=False)
    first, second, other = story.join("carrier"), story.join("carrier"), story.join("staff", VILLAGE)
    story.begin(BOX, CRATE)
    story.handover(0, first, items=[CRATE])
    released = story.release(0, STATION, receiver=story.id(1))
    story.say("pack", 0, first, container=CRATE)
    story.handover(first, second, items=[CRATE], site=VILLAGE)
    bad = story.accept(other if wrong else 1, released)
    return Wrong([released, bad], bad.body.time)


@row("contents-differ", "before a crate leaves more is packed than it is said to hold")
def _(story: Story, wrong: bool) -> Wrong:
    story.begin(CRATE, quantity=1)
    story.begin(BOX, OTHER)
    story.say("pack", items=[BOX, *([OTHER] if wrong else [])], container=CRATE)
    bad = story.say("depart", items=[CRATE], to=story.sites[VILLAGE])
    story.say("arrive", items=[CRATE], site=VILLAGE)
    if not wrong:
        story.begin(BOX + "9", site=VILLAGE)
        story.say("pack", items=[BOX + "9"], container=CRATE, site=VILLAGE)
    story.say("depart", items=[CRATE], site=VILLAGE, to=story.sites[STATION])
    return Wrong([bad], bad.body.time)


@row("contents-differ", "what a crate lacked when it left is packed on its way")
def _(story: Story, wrong: bool) -> Wrong:
    story.begin(CRATE, quantity=2)
    story.begin(BOX)
    story.begin(OTHER, site=VILLAGE if wrong else WAREHOUSE)
    story.say("pack", items=[BOX, *([] if wrong else [OTHER])], container=CRATE)
    bad = story.say("depart", items=[CRATE], to=story.sites[VILLAGE])
    story.say("arrive", items=[CRATE], site=VILLAGE)
    if wrong:
        story.say("pack", items=[OTHER], container=CRATE, site=VILLAGE)
    mended = story.say("depart", items=[CRATE], site=VILLAGE, to=story.sites[STATION])
    return Wrong([bad], bad.body.time, closed_by=mended if wrong else None)


@row("discrepancy-missing", "what is reported missing from a crate is not in it any more")
def _(story: Story, wrong: bool) -> Wrong:
    story.begin(CRATE, quantity=2)
    story.begin(BOX, OTHER)
    story.say("pack", items=[BOX, OTHER], container=CRATE)
    story.say("depart", items=[CRATE], to=story.sites[STATION])
    story.say("arrive", items=[CRATE], site=STATION)
    bad = story.say("discrepancy", container=CRATE, kind="missing", site=STATION) if wrong else story.now
    story.say("inspect", items=[CRATE], site=STATION, quantity=1 if wrong else 2)
    story.say("depart", items=[CRATE], site=STATION, to=story.sites[WAREHOUSE])
    return Wrong([bad], bad.body.time) if wrong else Wrong([], 0)


@row("discrepancy-extra", "what is reported to be in a crate beyond what it should hold is in it")
def _(story: Story, wrong: bool) -> Wrong:
    story.begin(CRATE, quantity=1)
    story.begin(BOX, OTHER)
    story.say("pack", container=CRATE)
    bad = story.say("discrepancy", items=[OTHER], container=CRATE, kind="extra") if wrong else None
    story.say("depart", items=[CRATE], to=story.sites[STATION])
    story.say("arrive", items=[CRATE], site=STATION)
    story.say("unpack", items=[BOX, *([OTHER] if wrong else [])], container=CRATE, site=STATION)
    return Wrong([bad], bad.body.time) if bad else Wrong([], 0)


@row("release-open", "a carrier who has signed for an item drives on for days")
def _(story: Story, wrong: bool) -> Wrong:
    carrier = story.join("carrier")
    story.begin()
    released = story.release(0, STATION, receiver=story.id(1), carrier=story.id(carrier))
    story.accept(carrier, released, site=WAREHOUSE)
    if not wrong:
        story.accept(1, released, device=2)
    return Wrong([released], released.body.time + DAY, now=released.body.time + 3 * DAY)
