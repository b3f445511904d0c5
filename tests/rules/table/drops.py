"""A truck with drops for several stations: right (the twin) and wrong."""

from custody.core.planning import Planned, Way
from tests.rules.story import BOX, CRATE, DAY, OFFICE, OTHER, STATION, VILLAGE, WAREHOUSE, Story
from tests.rules.table.rows import Table, Wrong

DROPS = Table()
row = DROPS.row


def _loaded(story: Story) -> None:
    """BOX is for the station, OTHER for the village; both are in CRATE, the truck."""
    ways = [Way(to=story.sites[site], due=story.now + 30 * DAY) for site in (STATION, VILLAGE)]
    planned = [Planned(item=item, kind="bag", ways=[way]) for way, item in enumerate((BOX, OTHER))]
    story.hear(story.world.plan(ways, planned))
    story.begin(BOX, OTHER, CRATE)
    story.say("pack", items=[BOX, OTHER], container=CRATE)


def _drive(story: Story, start: int, end: int) -> None:
    story.say("depart", items=[CRATE], site=start, to=story.sites[end])
    story.say("arrive", items=[CRATE], site=end)


@row("wrong-destination", "a truck leaves for a site that is no drop of anything in it")
def _(story: Story, wrong: bool) -> Wrong:
    _loaded(story)
    to = OFFICE if wrong else VILLAGE
    bad = story.say("depart", items=[CRATE], to=story.sites[to])
    story.say("arrive", items=[CRATE], site=to)
    if not wrong:
        story.handover(0, 1, items=[OTHER], site=VILLAGE)
        _drive(story, VILLAGE, STATION)
        story.handover(0, 1, site=STATION)
    return Wrong([bad], bad.body.time)


@row("wrong-destination", "at the first drop of a truck what is for the next one is unloaded too")
def _(story: Story, wrong: bool) -> Wrong:
    _loaded(story)
    _drive(story, WAREHOUSE, VILLAGE)
    bad = story.say("unpack", items=[BOX, OTHER] if wrong else [OTHER], container=CRATE, site=VILLAGE)
    return Wrong([bad], bad.body.time)


@row("wrong-destination", "at the first drop of a truck somebody takes what is for the next one")
def _(story: Story, wrong: bool) -> Wrong:
    _loaded(story)
    _drive(story, WAREHOUSE, VILLAGE)
    bad = story.handover(0, 1, items=[BOX if wrong else OTHER], site=VILLAGE)
    return Wrong([bad], bad.body.time)


@row("wrong-destination", "at the first drop of a truck it is put away with what is for the next one")
def _(story: Story, wrong: bool) -> Wrong:
    _loaded(story)
    _drive(story, WAREHOUSE, VILLAGE)
    story.handover(0, 1, items=[OTHER], site=VILLAGE)
    if not wrong:
        _drive(story, VILLAGE, STATION)
    bad = story.say("store", items=[CRATE], site=VILLAGE if wrong else STATION)
    return Wrong([bad], bad.body.time)


@row("wrong-destination", "a truck comes back with what it should have brought to its second drop")
def _(story: Story, wrong: bool) -> Wrong:
    _loaded(story)
    _drive(story, WAREHOUSE, VILLAGE)
    story.handover(0, 1, items=[OTHER], site=VILLAGE)
    if not wrong:
        _drive(story, VILLAGE, STATION)
        story.handover(0, 1, site=STATION)
    bad = story.say("depart", items=[CRATE], site=VILLAGE if wrong else STATION, to=story.sites[WAREHOUSE])
    return Wrong([bad], bad.body.time)


@row("wrong-destination", "what has a destination of its own comes out at another drop of the carrier's truck")
def _(story: Story, wrong: bool) -> Wrong:
    story.policy(two_devices=False)
    carrier = story.join("carrier")
    story.begin(BOX, to=story.sites[STATION if wrong else VILLAGE])
    story.begin(CRATE)
    story.handover(0, carrier, items=[CRATE])
    story.say("pack", 0, carrier, container=CRATE)
    story.say("depart", carrier, items=[CRATE], to=story.sites[OFFICE])
    story.say("arrive", carrier, items=[CRATE], site=VILLAGE)
    bad = story.handover(carrier, 1, site=VILLAGE)
    return Wrong([bad], bad.body.time)
