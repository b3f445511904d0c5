"""Items, custody and what people report: right (the twin) and wrong."""

from custody.core.event import Paper
from tests.rules.scene import FAKE_ROOT
from tests.rules.story import BOX, CRATE, DAY, HOUR, OFFICE, OTHER, STATION, VILLAGE, WAREHOUSE, Story
from tests.rules.table.rows import Table, Wrong
from tests.world import site_id

CUSTODY = Table()
row = CUSTODY.row


@row("unknown-item", "an item is seen that nobody commissioned or planned")
def _(story: Story, wrong: bool) -> Wrong:
    if not wrong:
        story.plan(story.now + 10 * DAY)
    bad = story.say("inspect")
    return Wrong([bad], bad.body.time)


@row("unknown-item", "an item is commissioned only after it was seen")
def _(story: Story, wrong: bool) -> Wrong:
    if not wrong:
        story.begin()
    bad = story.say("inspect")
    return Wrong([bad], bad.body.time, closed_by=story.begin() if wrong else None)


@row("unknown-site", "an item begins at a site that nobody has stated")
def _(story: Story, wrong: bool) -> Wrong:
    new = _new_site(story)
    bad = story.begin(site=new)
    if not wrong:
        story.found_site(new)
    return Wrong([bad], bad.body.time)


@row("unknown-site", "an item is released to a site that nobody has stated")
def _(story: Story, wrong: bool) -> Wrong:
    new = _new_site(story)
    story.begin()
    bad = story.release(0, new)
    if not wrong:
        story.found_site(new)
    return Wrong([bad], bad.body.time)


def _new_site(story: Story) -> int:
    story.sites.append(site_id(len(story.sites)))
    return len(story.sites) - 1


@row("commissioned-twice", "an item begins twice at one place")
def _(story: Story, wrong: bool) -> Wrong:
    begun = story.begin()
    bad = story.begin() if wrong else story.begin(OTHER)
    return Wrong([begun, bad], bad.body.time)


@row("commissioned-twice", "an item begins again elsewhere, where its copied label is")
def _(story: Story, wrong: bool) -> Wrong:
    begun = story.begin()
    bad = story.begin(BOX if wrong else OTHER, site=STATION)
    return Wrong([begun, bad], bad.body.time, beneath="two-places", others=("two-places", "custody-break"))


@row("commissioned-twice", "the label of a retired item begins another one")
def _(story: Story, wrong: bool) -> Wrong:
    begun = story.begin()
    story.say("retire", 0, 1)
    bad = story.begin(BOX if wrong else OTHER)
    return Wrong([begun, bad], bad.body.time, beneath="after-retirement", others=("after-retirement",))


@row("after-retirement", "something happens to an item that was retired")
def _(story: Story, wrong: bool) -> Wrong:
    story.begin()
    if not wrong:
        story.say("inspect")
    story.say("retire", 0, 1)
    bad = story.say("inspect") if wrong else story.make("inspect", 0)
    return Wrong([bad], bad.body.time)


@row("correction-unauthorised", "somebody corrects what neither he nor his device has signed")
def _(story: Story, wrong: bool) -> Wrong:
    begun = story.begin()
    by = 1 if wrong else story.join("supervisor")
    bad = story.say("correct", by, device=1, refs=[begun.id], kind="envelope")
    return Wrong([bad], bad.body.time)


@row("correction-unauthorised", "a supervisor of another place corrects")
def _(story: Story, wrong: bool) -> Wrong:
    begun = story.begin()
    by = story.join("supervisor", VILLAGE if wrong else WAREHOUSE)
    bad = story.say("correct", by, device=1, refs=[begun.id], kind="envelope")
    return Wrong([bad], bad.body.time)


@row("correction-unauthorised", "a supervisor corrects after his badge's last day")
def _(story: Story, wrong: bool) -> Wrong:
    ends = story.now + HOUR
    by = story.join("supervisor", ends=ends)
    begun = story.begin()
    story.wait(2 * HOUR if wrong else HOUR // 2)
    story.begin(OTHER)
    seen = (len(story.book.entries), FAKE_ROOT)
    bad = story.say("correct", by, device=1, refs=[begun.id], kind="envelope", seen=seen)
    return Wrong([bad], bad.body.time, others=("signer-not-valid",))


@row("correction-unauthorised", "whoever has stolen a device's key corrects what the device has recorded")
def _(story: Story, wrong: bool) -> Wrong:
    begun = story.begin()
    bad = story.say("correct", 1, refs=[begun.id], kind="envelope", seen=story.up_to(begun))
    since = begun.body.time if wrong else story.now
    story.hear(story.world.revoke(story.world.devices[0].key.keyid, "compromised", since=since))
    return Wrong([bad], bad.body.time, others=("signer-compromised", "signer-uncertain"))


@row("correction-unauthorised", "a third person makes himself the receiver, at the device of the handover")
def _(story: Story, wrong: bool) -> Wrong:
    third = story.join("staff", VILLAGE)
    story.begin()
    given = story.handover(0, 1)
    bad = story.say("correct", third, *(() if wrong else (1,)), refs=[given.id], receiver=story.id(third))
    return Wrong([bad], bad.body.time)


@row("correction-unauthorised", "a third person makes himself the receiver, by a correction that was of something else")
def _(story: Story, wrong: bool) -> Wrong:
    third = story.join("staff", VILLAGE)
    story.begin()
    given = story.handover(0, 1)
    first = story.say("correct", third, *(() if wrong else (1,)), refs=[given.id], condition="wet")
    story.say("correct", third, refs=[first.id], receiver=story.id(third))
    return Wrong([first], first.body.time)


@row("discrepancy-missing", "people report an item missing, and it comes later")
def _(story: Story, wrong: bool) -> Wrong:
    story.begin()
    released = story.release(0, STATION)
    if not wrong:
        story.accept(1, released)
    bad = story.say("discrepancy", site=STATION, kind="missing") if wrong else released
    return Wrong([bad], bad.body.time, closed_by=story.accept(1, released) if wrong else None)


def _reported(kind: str) -> None:
    @row(f"discrepancy-{kind}", "people at the place report it")
    def _(story: Story, wrong: bool) -> Wrong:
        story.begin()
        bad = story.say("discrepancy", kind=kind) if wrong else story.say("inspect")
        return Wrong([bad], bad.body.time)


for kind in ("missing", "extra", "damaged", "swapped", "wrong-data"):
    _reported(kind)


@row("discrepancy-short", "people at the place report that a bundle holds too little")
def _(story: Story, wrong: bool) -> Wrong:
    story.begin()
    bad = story.say("discrepancy", kind="missing", quantity=5) if wrong else story.say("inspect", quantity=5)
    return Wrong([bad], bad.body.time)


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


@row("custody-break", "an item is somewhere else, and nobody had moved it")
def _(story: Story, wrong: bool) -> Wrong:
    begun = story.begin()
    bad = story.say("inspect", site=STATION if wrong else WAREHOUSE)
    return Wrong([begun, bad], bad.body.time)


@row("two-places", "an item is here, there and here again, and nobody had moved it")
def _(story: Story, wrong: bool) -> Wrong:
    story.begin()
    if not wrong:
        story.say("depart", to=story.sites[STATION])
    there = story.say("inspect", site=STATION, device=1)
    if not wrong:
        story.say("depart", site=STATION, to=story.sites[WAREHOUSE])
    here = story.say("inspect")
    return Wrong([there, here], here.body.time, others=("custody-break", "custody-break"))


@row("two-places", "an item begins here, and begins there while nobody had moved it")
def _(story: Story, wrong: bool) -> Wrong:
    begun = story.begin()
    there = story.begin(BOX if wrong else OTHER, site=STATION, device=1)
    return Wrong([begun, there], there.body.time, others=("custody-break", "commissioned-twice"))


@row("release-open", "nobody accepts a release within a day")
def _(story: Story, wrong: bool) -> Wrong:
    story.begin()
    released = story.release(0, STATION)
    due = released.body.time + DAY
    if not wrong:
        story.accept(1, released)
    return Wrong([released], due, now=due, not_yet=due - 1)


@row("release-open", "the carrier accepts what he has brought, in place of the receiver whom the release names")
def _(story: Story, wrong: bool) -> Wrong:
    carrier = story.join("carrier")
    story.begin()
    released = story.release(0, STATION, receiver=story.id(1), carrier=story.id(carrier))
    due = released.body.time + DAY
    story.accept(carrier if wrong else 1, released)
    return Wrong([released], due, now=due, not_yet=due - 1)


@row("release-open", "a release is accepted an hour too late")
def _(story: Story, wrong: bool) -> Wrong:
    story.begin()
    released = story.release(0, STATION)
    story.wait(DAY + HOUR if wrong else HOUR)
    accepted = story.accept(1, released)
    return Wrong([released], released.body.time + DAY, closed_by=accepted)


@row("release-open", "what was taken out of a released container is not accepted with it")
def _(story: Story, wrong: bool) -> Wrong:
    story.begin(BOX, CRATE)
    story.say("pack", container=CRATE)
    released = story.release(0, STATION, items=[CRATE])
    due = released.body.time + DAY
    if wrong:
        story.say("unpack", container=CRATE)
    story.accept(1, released, items=[CRATE])
    return Wrong([released], due, now=due, not_yet=due - 1)


@row("release-open", "a released item is packed into a container, and that is released and not accepted")
def _(story: Story, wrong: bool) -> Wrong:
    story.begin(BOX, CRATE)
    story.release(0, STATION)
    story.say("pack", container=CRATE)
    released = story.release(0, STATION, items=[CRATE])
    due = released.body.time + DAY
    if not wrong:
        story.accept(1, released, items=[CRATE])
    story.say("unpack", 1, site=STATION, container=CRATE)
    return Wrong([released], due, now=due, not_yet=due - 1)


@row("release-open", "an acceptance that was too late is dated back to when it was not")
def _(story: Story, wrong: bool) -> Wrong:
    story.begin()
    released = story.release(0, STATION)
    story.wait(DAY + HOUR)
    known = story.begin(OTHER, device=2)
    story.world.time = released.body.time + HOUR
    accepted = story.accept(1, released, **({"seen": story.up_to(known)} if wrong else {}))
    others = ("clock-before-cause",)
    return Wrong([released], released.body.time + DAY, closed_by=accepted, others=others, now=known.body.time)


@row("release-open", "a release is dated ahead, so that it would stand for longer")
def _(story: Story, wrong: bool) -> Wrong:
    story.begin()
    received = story.now
    story.wait(HOUR if wrong else 0)
    released = story.release(0, STATION, received=received)
    now = received + DAY - (0 if wrong else 1)
    return Wrong([released], received + DAY, now=now, others=("clock-ahead",))


@row("wrong-destination", "an item comes to rest elsewhere than where it was released to")
def _(story: Story, wrong: bool) -> Wrong:
    story.begin()
    released = story.release(0, STATION)
    bad = story.accept(1, released, site=VILLAGE if wrong else STATION)
    return Wrong([bad], bad.body.time)


@row("wrong-destination", "an item leaves for a site that is not on its way, and comes back to it")
def _(story: Story, wrong: bool) -> Wrong:
    story.plan(story.now + 30 * DAY)
    story.begin()
    bad = story.say("depart", to=story.sites[VILLAGE if wrong else STATION])
    return Wrong([bad], bad.body.time, closed_by=story.say("arrive", site=STATION))


@row("wrong-destination", "a carrier puts an item down at a site that is not on its way, and nobody had said where to")
def _(story: Story, wrong: bool) -> Wrong:
    story.policy(two_devices=False)
    carrier = story.join("carrier")
    story.plan(story.now + 30 * DAY)
    story.begin()
    story.handover(0, carrier)
    bad = story.handover(carrier, 1, site=VILLAGE if wrong else STATION)
    story.say("store", 1, site=VILLAGE if wrong else STATION)
    return Wrong([bad], bad.body.time)


@row("wrong-destination", "the container of an item is put down at a site that is not on the item's way")
def _(story: Story, wrong: bool) -> Wrong:
    story.policy(two_devices=False)
    carrier = story.join("carrier")
    story.plan(story.now + 30 * DAY)
    story.begin(BOX, CRATE)
    story.say("pack", container=CRATE)
    story.handover(0, carrier, items=[CRATE])
    bad = story.handover(carrier, 1, items=[CRATE], site=VILLAGE if wrong else STATION)
    return Wrong([bad], bad.body.time)


@row("wrong-destination", "an item is put down elsewhere on its way back")
def _(story: Story, wrong: bool) -> Wrong:
    story.policy(two_devices=False)
    carrier = story.join("carrier")
    story.plan(story.now + 30 * DAY, back=story.now + 60 * DAY)
    story.begin()
    story.say("store")
    story.handover(0, carrier)
    story.handover(carrier, 1, site=STATION)
    story.handover(1, 2, site=STATION)
    story.handover(2, carrier, site=STATION)
    bad = story.handover(carrier, 1, site=VILLAGE if wrong else WAREHOUSE)
    return Wrong([bad], bad.body.time)


@row("site-skipped", "an item does not come past a site of its way")
def _(story: Story, wrong: bool) -> Wrong:
    story.plan(story.now + 30 * DAY, VILLAGE)
    story.begin()
    story.say("depart", to=story.sites[VILLAGE])
    if not wrong:
        story.say("arrive", site=VILLAGE)
        story.say("depart", site=VILLAGE, to=story.sites[STATION])
    bad = story.say("arrive", site=STATION)
    return Wrong([bad], bad.body.time)
