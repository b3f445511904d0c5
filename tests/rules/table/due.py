"""What stands open for too long, and what comes too late: right (the twin) and wrong."""

from tests.rules.story import BOX, CRATE, DAY, HOUR, OTHER, STATION, Story
from tests.rules.table.rows import Table, Wrong

DUE = Table()
row = DUE.row


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
