"""Items, what people report of them, and who corrects it: right (the twin) and wrong."""

from tests.rules.scene import FAKE_ROOT
from tests.rules.story import BOX, DAY, HOUR, OTHER, STATION, VILLAGE, WAREHOUSE, Story
from tests.rules.table.rows import Table, Wrong
from tests.world import site_id

ITEMS = Table()
row = ITEMS.row


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
