"""Seals: right (the twin) and wrong."""

from custody.core.event import Part, Seal
from tests.rules.story import BOX, CRATE, DAY, OTHER, SECOND, STATION, A, B, Story, seals
from tests.rules.table.rows import Table, Wrong

SEALS = Table()
row = SEALS.row


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
