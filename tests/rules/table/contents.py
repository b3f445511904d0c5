"""Seals, contents and due times: right (the twin) and wrong."""

from itertools import pairwise

from custody.core.allowance import SAID
from custody.core.containers import DEEPEST, MOST_MOVED, WIDEST
from custody.core.event import Part, Seal
from tests.rules.story import BOX, CRATE, DAY, HOUR, OTHER, SECOND, STATION, A, B, Story, seals
from tests.rules.table.rows import Table, Wrong
from tests.world import item_id

CONTENTS = Table()
row = CONTENTS.row


def _sealed(story: Story) -> None:
    story.begin()
    story.say("seal", seals=seals(A))


@row("unsealed", "a box leaves without a seal, and is sealed then")
def _(story: Story, wrong: bool) -> Wrong:
    story.begin(kind="ballot-box")
    if not wrong:
        story.say("seal", seals=[Seal(item=0, count=1)])
    bad = story.say("depart", to=story.sites[STATION])
    return Wrong([bad], bad.body.time, closed_by=story.say("seal", seals=seals(A)))


@row("unsealed", "a box is handed over without a seal, and is sealed in the same instant by the clock")
def _(story: Story, wrong: bool) -> Wrong:
    story.begin(kind="ballot-box")
    if not wrong:
        story.say("seal", seals=seals(A))
    bad = story.handover(0, 1, to=story.sites[STATION])
    story.world.time = bad.body.time
    return Wrong([bad], bad.body.time, closed_by=story.say("seal", seals=seals(B)))


@row("unsealed", "a box leaves inside a container, and is without a seal")
def _(story: Story, wrong: bool) -> Wrong:
    story.begin(kind="ballot-box")
    story.begin(CRATE)
    if not wrong:
        story.say("seal", seals=seals(A))
    story.say("pack", container=CRATE)
    bad = story.release(0, STATION, items=[CRATE])
    story.accept(1, bad, items=[CRATE])
    return Wrong([bad], bad.body.time)


@row("too-few-seals", "one of two planned numbers is not on when a bag leaves, and is put on later")
def _(story: Story, wrong: bool) -> Wrong:
    story.plan(story.now + 30 * DAY, seals=[A, B])
    story.begin()
    story.say("seal", seals=seals(A, B)[: 1 if wrong else 2])
    bad = story.release(0, STATION)
    return Wrong([bad], bad.body.time, closed_by=story.say("seal", seals=seals(B)) if wrong else None)


@row("too-few-seals", "a bag leaves inside a container, without the seal that is planned for it")
def _(story: Story, wrong: bool) -> Wrong:
    story.plan(story.now + 30 * DAY, seals=[A])
    story.begin(BOX, CRATE)
    if not wrong:
        story.say("seal", seals=seals(A))
    story.say("pack", container=CRATE)
    bad = story.say("depart", items=[CRATE], to=story.sites[STATION])
    return Wrong([bad], bad.body.time)


@row("too-few-seals", "fewer seals without a number are put on than planned, and the others later")
def _(story: Story, wrong: bool) -> Wrong:
    story.plan(story.now + 30 * DAY, seals=[A], unnumbered=3)
    story.begin()
    bad = story.say("seal", seals=[*seals(A), Seal(item=0, count=2 if wrong else 3)])
    return Wrong([bad], bad.body.time, closed_by=story.say("seal", seals=[Seal(item=0, count=1)]) if wrong else None)


@row("too-few-seals", "only the numbered ones of the planned seals are put on")
def _(story: Story, wrong: bool) -> Wrong:
    story.plan(story.now + 30 * DAY, seals=[A], unnumbered=2 if wrong else 0)
    story.begin()
    bad = story.say("seal", seals=seals(A))
    return Wrong([bad], bad.body.time)


@row("too-few-seals", "a box leaves without any of the seals that are planned for it")
def _(story: Story, wrong: bool) -> Wrong:
    story.plan(story.now + 30 * DAY, kind="ballot-box", unnumbered=2)
    story.begin(kind="ballot-box")
    if not wrong:
        story.say("seal", seals=[Seal(item=0, count=2)])
    bad = story.say("depart", to=story.sites[STATION])
    return Wrong([bad], bad.body.time, beneath="unsealed", others=("unsealed",))


@row("seal-missing", "of two seals that are recorded only one is read")
def _(story: Story, wrong: bool) -> Wrong:
    story.begin()
    story.say("seal", seals=seals(A, B))
    bad = story.say("inspect", seals=seals(A, B)[: 1 if wrong else 2])
    return Wrong([bad], bad.body.time)


@row("opened-sealed", "the lid is opened, and nobody has taken off the seal")
def _(story: Story, wrong: bool) -> Wrong:
    _sealed(story)
    if not wrong:
        story.say("unseal", 0, 1, seals=seals(A))
    bad = story.say("open", 0, 1, purpose="rekapitulasi")
    story.say("close", 0, 1, purpose="rekapitulasi")
    return Wrong([bad], bad.body.time)


@row("seal-reused", "one number is put on two boxes")
def _(story: Story, wrong: bool) -> Wrong:
    story.begin(BOX, OTHER)
    first = story.say("seal", seals=seals(A))
    bad = story.say("seal", items=[OTHER], seals=seals(A if wrong else B))
    return Wrong([bad, first], bad.body.time)


@row("seal-reused", "a number is read on a box of which nobody recorded a seal, and was put on another")
def _(story: Story, wrong: bool) -> Wrong:
    story.begin(BOX, OTHER)
    first = story.say("seal", seals=seals(A))
    bad = story.say("inspect", device=1, items=[OTHER], seals=seals(A if wrong else "seal/b/1"))
    return Wrong([bad, first], bad.body.time)


@row("seal-reused", "one event records one number on two boxes")
def _(story: Story, wrong: bool) -> Wrong:
    story.begin(BOX, OTHER)
    on_both = [Seal(item=0, id=A), Seal(item=1, id=A if wrong else B)]
    bad = story.say("seal", items=[BOX, OTHER], seals=on_both)
    return Wrong([bad], bad.body.time)


@row("seal-reused", "a seal that was taken off is put on again")
def _(story: Story, wrong: bool) -> Wrong:
    story.begin()
    first = story.say("seal", seals=seals(A))
    story.say("unseal", 0, 1, seals=seals(A))
    bad = story.say("seal", seals=seals(A if wrong else B))
    return Wrong([bad, first], bad.body.time)


@row("seal-reused", "another number is read than was recorded, and is the one on another box")
def _(story: Story, wrong: bool) -> Wrong:
    story.begin(BOX, OTHER)
    first = story.say("seal", seals=seals(A))
    story.say("seal", items=[OTHER], seals=seals(B))
    bad = story.say("inspect", items=[OTHER], seals=seals(A if wrong else B))
    return Wrong([bad, first], bad.body.time, beneath="seal-changed", others=("seal-changed",))


@row("opened-sealed", "something is packed into a container that is sealed")
def _(story: Story, wrong: bool) -> Wrong:
    story.begin(BOX, OTHER, CRATE)
    if wrong:
        story.say("seal", items=[CRATE], seals=[*seals(A), Seal(item=0, count=2)])
    bad = story.say("pack", items=[BOX, OTHER], container=CRATE)
    return Wrong([bad], bad.body.time)


@row("opened-sealed", "something is accepted alone out of a container that is sealed")
def _(story: Story, wrong: bool) -> Wrong:
    story.begin(BOX, CRATE)
    story.say("pack", container=CRATE)
    story.say("seal", items=[CRATE], seals=seals(A))
    released = story.release(0, STATION, items=[CRATE])
    bad = story.accept(1, released, items=[BOX] if wrong else [CRATE])
    return Wrong([bad], bad.body.time)


@row("opened-sealed", "the rest of a session gives another what is in a sealed container of its first part")
def _(story: Story, wrong: bool) -> Wrong:
    story.begin(BOX, OTHER, CRATE)
    story.say("pack", items=[BOX, OTHER], container=CRATE)
    story.say("seal", items=[CRATE], seals=seals(A))
    parts = [Part(i=number, n=2) for number in (1, 2)]
    story.handover(0, 1, items=[CRATE, BOX], part=parts[0])
    story.world.time -= SECOND  # both are signed at once
    bad = story.handover(1 if wrong else 0, 2 if wrong else 1, items=[OTHER], part=parts[1])
    return Wrong([bad], bad.body.time)


@row("opened-sealed", "something is unpacked from a container that is sealed")
def _(story: Story, wrong: bool) -> Wrong:
    story.begin(BOX, CRATE)
    story.say("pack", container=CRATE)
    story.say("seal", items=[CRATE], seals=seals(A))
    if not wrong:
        story.say("unseal", 0, 1, items=[CRATE], seals=seals(A))
    bad = story.say("unpack", container=CRATE)
    return Wrong([bad], bad.body.time)


@row("seal-missing", "a seal is not there any more")
def _(story: Story, wrong: bool) -> Wrong:
    _sealed(story)
    bad = story.say("inspect", seals=seals(A, state="missing" if wrong else "intact"))
    return Wrong([bad], bad.body.time)


@row("seal-broken", "a seal is broken")
def _(story: Story, wrong: bool) -> Wrong:
    _sealed(story)
    bad = story.say("inspect", seals=seals(A, state="broken" if wrong else "intact"))
    return Wrong([bad], bad.body.time)


@row("seal-differs", "the number read is another than the one expected")
def _(story: Story, wrong: bool) -> Wrong:
    _sealed(story)
    bad = story.say("inspect", seals=seals(B if wrong else A, expected=A))
    return Wrong([bad], bad.body.time)


@row("seal-differs", "a box is sealed with a number that the plan does not give it")
def _(story: Story, wrong: bool) -> Wrong:
    story.plan(story.now + 30 * DAY, seals=[A])
    story.begin()
    bad = story.say("seal", seals=seals(B if wrong else A))
    return Wrong([bad], bad.body.time)


@row("seal-differs", "a vehicle arrives with another seal on its compartment")
def _(story: Story, wrong: bool) -> Wrong:
    story.begin()
    story.say("depart", to=story.sites[STATION], compartment=[A])
    bad = story.say("arrive", site=STATION, compartment=[B if wrong else A])
    return Wrong([bad], bad.body.time)


@row("seal-changed", "another seal is on the box, and nobody recorded that one was taken off")
def _(story: Story, wrong: bool) -> Wrong:
    _sealed(story)
    if not wrong:
        story.say("unseal", 0, 1, seals=seals(A))
        story.say("seal", seals=seals(B))
    bad = story.say("inspect", seals=seals(B))
    return Wrong([bad], bad.body.time)


@row("seal-changed", "there are fewer seals without a number than before")
def _(story: Story, wrong: bool) -> Wrong:
    story.begin()
    story.say("seal", seals=[Seal(item=0, count=3)])
    bad = story.say("inspect", seals=[Seal(item=0, count=2 if wrong else 3)])
    return Wrong([bad], bad.body.time)


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


@row("late", "an item is not where it should be when it was due")
def _(story: Story, wrong: bool) -> Wrong:
    due = story.now + 40 * DAY
    plan = story.plan(due)
    story.begin()
    if not wrong:
        story.say("depart", to=story.sites[STATION])
        story.say("arrive", site=STATION)
    return Wrong([plan], due, now=due, not_yet=due - 1, others=("at-risk",))


@row("late", "an item comes an hour after it was due")
def _(story: Story, wrong: bool) -> Wrong:
    due = story.now + 40 * DAY
    plan = story.plan(due)
    story.begin()
    story.say("depart", to=story.sites[STATION])
    story.wait(40 * DAY + HOUR if wrong else HOUR)
    arrived = story.say("arrive", site=STATION)
    return Wrong([plan], due, closed_by=arrived, others=("at-risk",))


@row("late", "an item that comes an hour after it was due is said to have come before")
def _(story: Story, wrong: bool) -> Wrong:
    due = story.now + 3 * DAY
    plan = story.plan(due)
    story.begin()
    story.say("depart", to=story.sites[STATION])
    left = story.now
    story.wait(3 * DAY + HOUR)
    known = story.begin(OTHER, device=2)
    story.world.time = left + HOUR
    arrived = story.say("arrive", site=STATION, device=1, **({"seen": story.up_to(known)} if wrong else {}))
    others = ("at-risk", "clock-before-cause")
    return Wrong([plan], due, closed_by=arrived, others=others, now=known.body.time)


@row("at-risk", "an item has not left a day before it is due, and the way takes a day")
def _(story: Story, wrong: bool) -> Wrong:
    due = story.now + 40 * DAY
    plan = story.plan(due)
    story.begin()
    if not wrong:
        story.wait(38 * DAY)
        story.say("depart", to=story.sites[STATION])
    return Wrong([plan], due - DAY, now=due - DAY, not_yet=due - DAY - 1)


@row("at-risk", "an item leaves at a time from which it cannot come when it is due")
def _(story: Story, wrong: bool) -> Wrong:
    due = story.now + 30 * HOUR
    plan = story.plan(due)
    story.begin()
    story.wait(10 * HOUR if wrong else HOUR)
    story.say("depart", to=story.sites[STATION])
    return Wrong([plan], due - DAY, now=due - 1)


@row("at-risk", "an item has not left when the way would take too long, and comes in time after all")
def _(story: Story, wrong: bool) -> Wrong:
    due = story.now + 30 * HOUR
    plan = story.plan(due)
    story.begin()
    story.wait(10 * HOUR if wrong else HOUR)
    story.say("depart", to=story.sites[STATION])
    return Wrong([plan], due - DAY, closed_by=story.say("arrive", site=STATION))
