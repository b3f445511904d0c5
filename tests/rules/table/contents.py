"""What is in items, and how much: right (the twin) and wrong."""

from itertools import pairwise

from custody.core.allowance import SAID
from custody.core.containers import DEEPEST, MOST_MOVED, WIDEST
from tests.rules.story import BOX, CRATE, DAY, OTHER, STATION, Story
from tests.rules.table.rows import Table, Wrong
from tests.world import item_id

CONTENTS = Table()
row = CONTENTS.row


@row("count-differs", "there are fewer ballots in it than were put in")
def _(story: Story, wrong: bool) -> Wrong:
    story.begin(quantity=300)
    bad = story.say("open", 0, 1, purpose="psu", quantity=299 if wrong else 300)
    return Wrong([bad], bad.body.time)


@row("count-differs", "a crate holds fewer items than were packed into it")
def _(story: Story, wrong: bool) -> Wrong:
    story.begin(BOX, OTHER, CRATE)
    bad = story.say("pack", items=[BOX, OTHER], container=CRATE, quantity=1 if wrong else 2)
    return Wrong([bad], bad.body.time)


@row("count-differs", "an item comes out of a crate into which nobody had packed it")
def _(story: Story, wrong: bool) -> Wrong:
    story.begin(BOX, OTHER, CRATE)
    story.say("pack", items=[BOX] if wrong else [BOX, OTHER], container=CRATE)
    bad = story.say("unpack", items=[BOX, OTHER], container=CRATE)
    return Wrong([bad], bad.body.time)


@row("count-differs", "there are fewer of it than the plan says")
def _(story: Story, wrong: bool) -> Wrong:
    story.plan(story.now + 30 * DAY, quantity=300)
    bad = story.begin(quantity=299 if wrong else 300)
    return Wrong([bad], bad.body.time)


@row("container-cycle", "a crate is packed into what is in it")
def _(story: Story, wrong: bool) -> Wrong:
    story.begin(BOX, OTHER, CRATE)
    story.say("pack", items=[BOX], container=OTHER)
    story.say("pack", items=[OTHER], container=CRATE)
    bad = story.say("pack", items=[CRATE if wrong else BOX], container=BOX if wrong else CRATE)
    return Wrong([bad], bad.body.time)


@row("count-differs", "a crate is packed into what is in it, and so counted where it cannot be")
def _(story: Story, wrong: bool) -> Wrong:
    story.begin(BOX, CRATE)
    if wrong:
        story.say("pack", items=[BOX], container=CRATE)
    bad = story.say("pack", items=[CRATE], container=BOX, quantity=1)
    return Wrong([bad], bad.body.time, beneath="container-cycle", others=("container-cycle",))


@row("count-differs", "fewer ballots are in what was packed into itself before")
def _(story: Story, wrong: bool) -> Wrong:
    story.begin(quantity=300)
    story.begin(CRATE)
    story.say("pack", items=[BOX], container=CRATE)
    if wrong:
        story.say("pack", items=[CRATE], container=BOX)
    bad = story.say("inspect", quantity=299 if wrong else 300)
    return Wrong([bad], bad.body.time, others=("container-cycle",))


@row("district-differs", "what began twice is packed with ballots of another district later")
def _(story: Story, wrong: bool) -> Wrong:
    story.begin(CRATE, district="dapil-2")
    story.begin(district="dapil-1" if wrong else "dapil-2")
    if wrong:
        story.begin(district="dapil-1")
    bad = story.say("pack", container=CRATE)
    return Wrong([bad], bad.body.time, others=("commissioned-twice",))


@row("container-too-deep", "there would be seventeen containers around one item")
def _(story: Story, wrong: bool) -> Wrong:
    names = [item_id(number) for number in range(DEEPEST + (2 if wrong else 1))]
    story.begin(*names)
    for inner, outer in pairwise(names):
        bad = story.say("pack", items=[inner], container=outer)
    return Wrong([bad], bad.body.time)


def _fill(story: Story, crate: str, count: int) -> None:
    """So many items begin in a crate."""
    for first in range(0, count, 1000):
        names = [item_id(number) for number in range(1000 + first, 1000 + min(first + 1000, count))]
        story.begin(*names, container=crate)


@row("container-full", "more is packed into a crate than what moves it can look at")
def _(story: Story, wrong: bool) -> Wrong:
    story.begin(BOX, OTHER, CRATE)
    story.say("pack", items=[OTHER], container=CRATE)
    _fill(story, OTHER, WIDEST - (1 if wrong else 2))
    bad = story.say("pack", container=CRATE, quantity=2)
    others = ("count-differs",) if wrong else ()
    return Wrong([bad], bad.body.time, others=others)


@row("too-many-events", "a device says more of an item than is judged")
def _(story: Story, wrong: bool) -> Wrong:
    story.begin()
    for _ in range(SAID - 1):
        story.say("inspect")
    bad = story.say("inspect", device=0 if wrong else 1)
    return Wrong([bad], bad.body.time)


@row("moved-too-many", "a full crate leaves together with many other items")
def _(story: Story, wrong: bool) -> Wrong:
    beside = [item_id(number) for number in range(3, 3 + 51 - (1 if wrong else 2))]
    story.begin(CRATE, *beside)
    _fill(story, CRATE, MOST_MOVED // 50)
    bad = story.say("depart", items=[CRATE, *beside], to=story.sites[STATION])
    return Wrong([bad], bad.body.time)


@row("kind-differs", "what begins again under the same label is of another kind")
def _(story: Story, wrong: bool) -> Wrong:
    story.begin()
    bad = story.begin(kind="envelope") if wrong else story.begin(OTHER, kind="envelope")
    return Wrong([bad], bad.body.time, beneath="commissioned-twice", others=("commissioned-twice",))


@row("kind-differs", "an item is of another kind than the plan says")
def _(story: Story, wrong: bool) -> Wrong:
    story.plan(story.now + 30 * DAY, kind="envelope" if wrong else "bag")
    bad = story.begin()
    return Wrong([bad], bad.body.time)


@row("district-differs", "ballots of one district are packed with those of another")
def _(story: Story, wrong: bool) -> Wrong:
    story.begin(CRATE, district="dapil-1")
    story.begin(BOX, district="dapil-2" if wrong else "dapil-1")
    bad = story.say("pack", container=CRATE)
    return Wrong([bad], bad.body.time)


@row("district-differs", "ballots of one district are packed with those of another, and taken out again")
def _(story: Story, wrong: bool) -> Wrong:
    story.begin(CRATE, district="dapil-1")
    story.begin(BOX, district="dapil-2" if wrong else "dapil-1")
    bad = story.say("pack", container=CRATE)
    return Wrong([bad], bad.body.time, closed_by=story.say("unpack", container=CRATE))


@row("district-differs", "a bag with ballots goes into a crate of another district, and then into the right one")
def _(story: Story, wrong: bool) -> Wrong:
    right = item_id(3)
    story.begin(CRATE, district="dapil-1")
    story.begin(right, district="dapil-2" if wrong else "dapil-1")
    story.begin(OTHER)
    story.begin(BOX, district="dapil-2" if wrong else "dapil-1", container=OTHER)
    bad = story.say("pack", items=[OTHER], container=CRATE)
    return Wrong([bad], bad.body.time, closed_by=story.say("pack", items=[OTHER], container=right))


@row("district-differs", "what is taken out of a crate of another district goes into one that is no better")
def _(story: Story, wrong: bool) -> Wrong:
    story.begin(CRATE, OTHER, district="dapil-1")
    story.begin(BOX, district="dapil-2" if wrong else "dapil-1")
    bad = story.say("pack", container=CRATE)
    mended = story.say("unpack", container=CRATE)
    story.say("inspect")
    story.say("pack", container=OTHER)
    return Wrong([bad], bad.body.time, closed_by=mended, others=("district-differs",))


@row("district-differs", "ballots are of another type than the plan says")
def _(story: Story, wrong: bool) -> Wrong:
    story.plan(story.now + 30 * DAY, ballot_type="dpr")
    bad = story.begin(ballot_type="dpd" if wrong else "dpr")
    return Wrong([bad], bad.body.time)


@row("district-differs", "ballots go into an unmarked bag in a crate of another district")
def _(story: Story, wrong: bool) -> Wrong:
    story.begin(CRATE, district="dapil-1")
    story.begin(OTHER, container=CRATE)
    story.begin(BOX, district="dapil-2" if wrong else "dapil-1")
    bad = story.say("pack", container=OTHER)
    return Wrong([bad], bad.body.time)


@row("district-differs", "an unmarked bag of ballots goes into a crate of another district")
def _(story: Story, wrong: bool) -> Wrong:
    story.begin(CRATE, ballot_type="dpr", district="dapil-1")
    story.begin(OTHER)
    story.begin(BOX, district="dapil-2" if wrong else "dapil-1", container=OTHER)
    bad = story.say("pack", items=[OTHER], container=CRATE)
    return Wrong([bad], bad.body.time)


@row("district-differs", "a crate turns out to be for another type of ballots than are in it")
def _(story: Story, wrong: bool) -> Wrong:
    story.plan(story.now + 30 * DAY, item=CRATE)
    story.begin(BOX, ballot_type="dpd")
    story.say("pack", container=CRATE)
    bad = story.begin(CRATE, ballot_type="dpr" if wrong else "dpd")
    return Wrong([bad], bad.body.time)


@row("district-differs", "what is in a crate turns out to be of another district than that")
def _(story: Story, wrong: bool) -> Wrong:
    story.plan(story.now + 30 * DAY)
    story.begin(CRATE, district="dapil-1")
    story.say("pack", container=CRATE)
    bad = story.begin(BOX, district="dapil-2" if wrong else "dapil-1")
    return Wrong([bad], bad.body.time)


@row("district-differs", "people report which district's ballots they found in the place of those recorded")
def _(story: Story, wrong: bool) -> Wrong:
    story.begin(district="dapil-1")
    if not wrong:
        story.begin(OTHER, district="dapil-2")
        return Wrong([], story.now)
    bad = story.say("discrepancy", kind="swapped", district="dapil-2")
    return Wrong([bad], bad.body.time, beneath="discrepancy-swapped", others=("discrepancy-swapped",))


@row("count-differs", "a crate is opened, and fewer items are in it than were packed into it")
def _(story: Story, wrong: bool) -> Wrong:
    story.begin(BOX, OTHER, CRATE)
    story.say("pack", items=[BOX, OTHER], container=CRATE)
    bad = story.say("open", 0, 1, items=[CRATE], purpose="psu", quantity=1 if wrong else 2)
    return Wrong([bad], bad.body.time)


@row("count-differs", "a box is inspected, and fewer ballots are in it than in the bundles that were packed into it")
def _(story: Story, wrong: bool) -> Wrong:
    story.begin(BOX, OTHER, quantity=300)
    story.begin(CRATE)
    story.say("pack", items=[BOX, OTHER], container=CRATE)
    bad = story.say("inspect", items=[CRATE], quantity=599 if wrong else 600)
    return Wrong([bad], bad.body.time)


@row("count-differs", "more ballots are reported missing than were recorded")
def _(story: Story, wrong: bool) -> Wrong:
    story.begin(quantity=300)
    if not wrong:
        return Wrong([], story.now)
    bad = story.say("discrepancy", kind="missing", quantity=301)
    return Wrong([bad], bad.body.time, beneath="discrepancy-short", others=("discrepancy-short",))


@row("contents-differ", "a crate leaves with fewer items in it than the plan says, and later with all")
def _(story: Story, wrong: bool) -> Wrong:
    story.plan(story.now + 30 * DAY, item=CRATE, quantity=2)
    story.begin(BOX, OTHER, CRATE)
    story.say("pack", items=[BOX] if wrong else [BOX, OTHER], container=CRATE)
    bad = story.handover(0, 1, items=[CRATE])
    story.say("pack", 0, 1, items=[OTHER], container=CRATE)
    whole = story.say("depart", items=[CRATE], to=story.sites[STATION])
    return Wrong([bad], bad.body.time, closed_by=whole)


@row("contents-differ", "a box leaves with fewer ballots in its bundles than are said to be in it")
def _(story: Story, wrong: bool) -> Wrong:
    story.begin(BOX, OTHER, quantity=150)
    story.begin(CRATE, quantity=300)
    story.say("pack", items=[BOX] if wrong else [BOX, OTHER], container=CRATE)
    bad = story.say("depart", items=[CRATE], to=story.sites[STATION])
    return Wrong([bad], bad.body.time)
