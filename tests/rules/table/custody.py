"""Who takes items over, and who gives them away: right (the twin) and wrong."""

from custody.core.event import Paper
from tests.rules.story import BOX, CRATE, OFFICE, OTHER, STATION, VILLAGE, WAREHOUSE, Story
from tests.rules.table.rows import Table, Wrong

CUSTODY = Table()
row = CUSTODY.row


@row("accepted-by-another", "another takes over than the release names")
def _(story: Story, wrong: bool) -> Wrong:
    story.begin()
    released = story.release(0, STATION, receiver=story.id(1))
    bad = story.accept(story.join("staff", VILLAGE) if wrong else 1, released)
    return Wrong([released, bad], bad.body.time)


@row("accepted-by-another", "another takes over than the release names, and names its carrier")
def _(story: Story, wrong: bool) -> Wrong:
    story.begin()
    released = story.release(0, STATION, receiver=story.id(1), carrier=story.id(2))
    bad = story.accept(story.join("staff", VILLAGE) if wrong else 1, released, carrier=story.id(2))
    return Wrong([released, bad], bad.body.time)


@row("accepted-by-another", "another carrier takes over than the only one whom the release names")
def _(story: Story, wrong: bool) -> Wrong:
    named, other = story.join("carrier"), story.join("carrier")
    story.begin()
    released = story.release(0, STATION, carrier=story.id(named))
    bad = story.accept(other if wrong else named, released, site=WAREHOUSE)
    return Wrong([released, bad], bad.body.time)


@row("accepted-by-another", "somebody without a badge takes over on paper what was released to a named one")
def _(story: Story, wrong: bool) -> Wrong:
    story.begin()
    released = story.release(0, STATION, receiver=story.id(1), carrier=story.id(2))
    carrier, taker = story.join("carrier"), Paper(paper="5" * 64) if wrong else story.id(1)
    bad = story.say("accept", *((carrier,) if wrong else (1,)), receiver=taker, site=STATION, refs=[released.id])
    return Wrong([released, bad], bad.body.time, others=("paper-receipt",))


@row("accepted-by-another", "another carrier leaves with what was released than the one whom the release names")
def _(story: Story, wrong: bool) -> Wrong:
    named, other = story.join("carrier"), story.join("carrier")
    story.begin()
    released = story.release(0, STATION, receiver=story.id(1), carrier=story.id(named))
    carrier = other if wrong else named
    bad = story.say("depart", carrier, carrier=story.id(carrier), to=story.sites[STATION])
    return Wrong([released, bad], bad.body.time)


@row("accepted-by-another", "another stores as his own what was released than the release names")
def _(story: Story, wrong: bool) -> Wrong:
    taker = story.join("staff", VILLAGE) if wrong else 1
    story.begin()
    released = story.release(0, STATION, receiver=story.id(1))
    bad = story.say("store", taker, site=STATION, receiver=story.id(taker))
    return Wrong([released, bad], bad.body.time)


@row("accepted-by-another", "the carrier gives what he brings to another than the release names")
def _(story: Story, wrong: bool) -> Wrong:
    story.policy(two_devices=False)
    carrier = story.join("carrier")
    story.begin()
    released = story.release(0, STATION, receiver=story.id(1), carrier=story.id(carrier))
    bad = story.handover(carrier, story.join("staff", VILLAGE) if wrong else 1, site=STATION)
    return Wrong([released, bad], bad.body.time)


@row("accepted-by-another", "carriers change on the way, and another accepts than the release names")
def _(story: Story, wrong: bool) -> Wrong:
    first, second = story.join("carrier"), story.join("carrier")
    story.begin()
    released = story.release(0, STATION, receiver=story.id(1), carrier=story.id(first))
    story.accept(first, released, site=WAREHOUSE)
    story.handover(first, second, site=WAREHOUSE, device=2)
    bad = story.accept(story.join("staff", VILLAGE) if wrong else 1, released)
    return Wrong([released, bad], bad.body.time)


@row("accepted-by-another", "who released it accepts it himself where it went, in place of his colleague")
def _(story: Story, wrong: bool) -> Wrong:
    story.begin()
    released = story.release(0, STATION, receiver=story.id(1))
    bad = story.accept(0 if wrong else 1, released)
    return Wrong([released, bad], bad.body.time)


@row("accepted-by-another", "somebody of the receiver's site who has another role accepts in his place")
def _(story: Story, wrong: bool) -> Wrong:
    other = story.join("supervisor") if wrong else 1
    story.begin()
    released = story.release(0, STATION, receiver=story.id(1))
    bad = story.accept(other, released)
    return Wrong([released, bad], bad.body.time, others=("wrong-role",))


@row("accepted-by-another", "a colleague of the named receiver accepts elsewhere than it was released to")
def _(story: Story, wrong: bool) -> Wrong:
    story.begin()
    released = story.release(0, STATION, receiver=story.id(1))
    bad = story.accept(2 if wrong else 1, released, site=VILLAGE if wrong else STATION)
    return Wrong([released, bad], bad.body.time, others=("wrong-destination",))


@row("accepted-by-colleague", "a colleague of the named receiver accepts in his place, and gives it to him")
def _(story: Story, wrong: bool) -> Wrong:
    story.begin()
    released = story.release(0, STATION, receiver=story.id(1))
    bad = story.accept(2 if wrong else 1, released)
    given = story.handover(2, 1, site=STATION) if wrong else None
    return Wrong([released, bad], bad.body.time, closed_by=given)


@row("accepted-by-colleague", "the carrier gives what he brings to a colleague of the named receiver")
def _(story: Story, wrong: bool) -> Wrong:
    story.policy(two_devices=False)
    carrier = story.join("carrier")
    story.begin()
    released = story.release(0, STATION, receiver=story.id(1), carrier=story.id(carrier))
    bad = story.handover(carrier, 2 if wrong else 1, site=STATION)
    return Wrong([released, bad], bad.body.time)


@row("accepted-by-colleague", "the named receiver has somebody sign for it on paper")
def _(story: Story, wrong: bool) -> Wrong:
    story.begin()
    released = story.release(0, STATION, receiver=story.id(1))
    taker = Paper(paper="5" * 64) if wrong else story.id(1)
    bad = story.say("accept", 1, receiver=taker, site=STATION, refs=[released.id], device=1)
    return Wrong([released, bad], bad.body.time, others=("paper-receipt",))


@row("released-by-non-custodian", "one gives away what another has")
def _(story: Story, wrong: bool) -> Wrong:
    story.begin()
    story.handover(0, 1)
    bad = story.handover(2 if wrong else 1, 3)
    return Wrong([bad], bad.body.time)


@row("released-by-non-custodian", "one gives away what is put away at an office that is not his")
def _(story: Story, wrong: bool) -> Wrong:
    stranger = story.join("staff", VILLAGE if wrong else OFFICE)
    story.begin()
    bad = story.release(stranger, STATION)
    return Wrong([bad], bad.body.time)


@row("released-by-non-custodian", "what one has is put away without him")
def _(story: Story, wrong: bool) -> Wrong:
    story.begin()
    story.handover(0, 1)
    bad = story.say("store", 2, *(() if wrong else (1,)))
    return Wrong([bad], bad.body.time)


@row("released-by-non-custodian", "what a carrier has is put away without him")
def _(story: Story, wrong: bool) -> Wrong:
    story.policy(two_devices=False)
    carrier = story.join("carrier")
    story.begin()
    story.handover(0, carrier)
    story.say("arrive", carrier, site=STATION)
    bad = story.say("store", 1, *(() if wrong else (carrier,)), site=STATION)
    return Wrong([bad], bad.body.time)


@row("too-few-signatures", "a carrier puts away what he has, and nobody who belongs there takes it")
def _(story: Story, wrong: bool) -> Wrong:
    story.policy(two_devices=False)
    carrier = story.join("carrier")
    story.begin()
    story.handover(0, carrier)
    story.say("arrive", carrier, site=STATION)
    bad = story.say("store", carrier, *(() if wrong else (1,)), site=STATION)
    return Wrong([bad], bad.body.time)


@row("released-by-non-custodian", "what one has goes into a carrier's truck without him")
def _(story: Story, wrong: bool) -> Wrong:
    story.policy(two_devices=False)
    carrier = story.join("carrier")
    story.begin(BOX, CRATE)
    story.handover(0, 1)
    story.handover(0, carrier, items=[CRATE])
    bad = story.say("pack", carrier, *(() if wrong else (1,)), container=CRATE)
    story.say("unpack", carrier, container=CRATE)
    return Wrong([bad], bad.body.time)


@row("released-by-non-custodian", "a carrier leaves with what another has, without him")
def _(story: Story, wrong: bool) -> Wrong:
    carrier = story.join("carrier")
    story.begin()
    story.handover(0, 1)
    bad = story.say("depart", carrier, *(() if wrong else (1,)), to=story.sites[STATION], carrier=story.id(carrier))
    return Wrong([bad], bad.body.time)


@row("released-by-non-custodian", "a stranger leaves with what another has, and names no carrier")
def _(story: Story, wrong: bool) -> Wrong:
    stranger = story.join("staff", VILLAGE)
    story.begin()
    story.handover(0, 1)
    bad = story.say("depart", stranger, *(() if wrong else (1,)), to=story.sites[STATION])
    return Wrong([bad], bad.body.time)


@row("released-by-non-custodian", "a stranger leaves with what is put away at a site that is not his")
def _(story: Story, wrong: bool) -> Wrong:
    stranger = story.join("staff", VILLAGE if wrong else WAREHOUSE)
    story.begin()
    bad = story.say("depart", stranger, to=story.sites[STATION])
    return Wrong([bad], bad.body.time)


@row("released-by-non-custodian", "what one has is packed without him into a container of the warehouse")
def _(story: Story, wrong: bool) -> Wrong:
    story.begin(BOX, OTHER)
    story.handover(0, 1)
    bad = story.say("pack", 2 if wrong else 1, container=OTHER)
    return Wrong([bad], bad.body.time)


@row("released-by-non-custodian", "another office sends elsewhere what nobody has accepted yet")
def _(story: Story, wrong: bool) -> Wrong:
    giver, stranger = story.join("staff", WAREHOUSE), story.join("staff", VILLAGE)
    story.begin()
    story.release(giver, STATION)
    bad = story.release(stranger if wrong else 0, VILLAGE)
    return Wrong([bad], bad.body.time)


@row("released-by-non-custodian", "two who have no part in a release hand over what nobody has accepted yet")
def _(story: Story, wrong: bool) -> Wrong:
    giver, stranger = story.join("staff", WAREHOUSE), story.join("staff", VILLAGE)
    story.begin()
    story.release(giver, STATION)
    bad = story.handover(stranger if wrong else giver, 1, site=STATION)
    return Wrong([bad], bad.body.time)


@row("released-by-non-custodian", "somebody else packs what nobody has accepted yet")
def _(story: Story, wrong: bool) -> Wrong:
    giver, stranger = story.join("staff", WAREHOUSE), story.join("staff", VILLAGE)
    story.begin(BOX, OTHER)
    story.handover(0, stranger, items=[OTHER])
    story.release(giver, STATION)
    bad = story.say("pack", stranger, *(() if wrong else (giver,)), container=OTHER)
    return Wrong([bad], bad.body.time)


@row("accepted-without-release", "an item is taken over that nobody has released")
def _(story: Story, wrong: bool) -> Wrong:
    story.begin()
    given = [] if wrong else [story.release(0, STATION)]
    bad = story.accept(1, *given, site=WAREHOUSE if wrong else STATION)
    return Wrong([bad], bad.body.time)


@row("released-by-non-custodian", "a stranger says afterwards that he released what another had, and one took")
def _(story: Story, wrong: bool) -> Wrong:
    stranger = story.join("staff", VILLAGE)
    story.begin()
    story.handover(0, 2)
    if wrong:
        story.accept(1, site=WAREHOUSE)
    bad = story.release(stranger if wrong else 2, WAREHOUSE, receiver=story.id(1), device=2)
    if not wrong:
        story.accept(1, bad, site=WAREHOUSE)
    return Wrong([bad], bad.body.time, others=("accepted-without-release",))
