"""Where items are, and where they come to rest: right (the twin) and wrong."""

from tests.rules.story import BOX, CRATE, DAY, OTHER, STATION, VILLAGE, WAREHOUSE, Story
from tests.rules.table.rows import Table, Wrong

PLACES = Table()
row = PLACES.row


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
