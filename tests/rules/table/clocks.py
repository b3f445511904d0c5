"""Clocks, and how labels were read: right (the twin) and wrong."""

from custody.core.event import LabelVerdict, Read, ReadingOf
from tests.rules.story import BOX, DAY, HOUR, MINUTE, OTHER, SECOND, STATION, Story
from tests.rules.table.rows import Table, Wrong
from tests.world import START

CLOCKS = Table()
row = CLOCKS.row
BOOTS = ["0" * 32, "1" * 32]


@row("clock-ahead", "a device's clock is ahead of the log's by more than five minutes")
def _(story: Story, wrong: bool) -> Wrong:
    story.wait(HOUR)
    bad = story.make("commission", 0, kind="bag")
    received = bad.body.time - 5 * MINUTE - (1 if wrong else 0)
    story.hear(bad, received=received)
    return Wrong([bad], received, now=received)


@row("clock-before-cause", "a statement is earlier than the one before it")
def _(story: Story, wrong: bool) -> Wrong:
    begun = story.begin()
    mono = story.now - START
    story.world.time = begun.body.time - (1 if wrong else 0)
    bad = story.say("inspect", mono=mono)
    return Wrong([begun, bad], bad.body.time, now=begun.body.time)


@row("clock-before-cause", "an acceptance is earlier than the release to which it refers")
def _(story: Story, wrong: bool) -> Wrong:
    story.begin()
    story.wait(HOUR)
    released = story.release(0, STATION)
    story.world.time = released.body.time - 5 * MINUTE - (1 if wrong else 0)
    bad = story.accept(1, released, received=released.body.time + SECOND)
    return Wrong([released, bad], bad.body.time, now=released.body.time)


@row("clock-before-cause", "a correction is earlier than the event that it corrects")
def _(story: Story, wrong: bool) -> Wrong:
    story.wait(HOUR)
    target = story.begin()
    story.world.time = target.body.time - 5 * MINUTE - (1 if wrong else 0)
    received = target.body.time + SECOND
    bad = story.say("correct", refs=[target.id], kind="parcel", device=1, received=received)
    return Wrong([target, bad], bad.body.time, now=received)


@row("clock-before-cause", "an event is earlier than another to which it refers, and comes to the log before it")
def _(story: Story, wrong: bool) -> Wrong:
    story.begin()
    story.wait(HOUR)
    target = story.make("inspect", 0)
    story.world.time = target.body.time - 5 * MINUTE - (1 if wrong else 0)
    bad = story.say("inspect", refs=[target.id], device=1)
    story.hear(target, received=target.body.time)
    return Wrong([target, bad], bad.body.time, now=target.body.time)


@row("clock-before-cause", "an event is earlier than what its device had seen of the log, by more than five minutes")
def _(story: Story, wrong: bool) -> Wrong:
    story.wait(HOUR)
    seen = story.begin()
    story.world.time = seen.body.time - 5 * MINUTE - (1 if wrong else 0)
    bad = story.begin(OTHER, device=1, seen=story.up_to(seen))
    return Wrong([seen, bad], seen.body.time, now=seen.body.time)


@row("clock-jump", "a device's clock moves an hour while its monotonic clock moves a second")
def _(story: Story, wrong: bool) -> Wrong:
    begun = story.begin(mono=0)
    story.wait(HOUR)
    bad = story.say("inspect", mono=SECOND if wrong else HOUR)
    return Wrong([begun, bad], bad.body.time)


@row("clock-mono-back", "the monotonic clock goes back within one boot")
def _(story: Story, wrong: bool) -> Wrong:
    begun = story.begin(mono=MINUTE)
    bad = story.say("inspect", mono=MINUTE - 1 if wrong else MINUTE)
    return Wrong([begun, bad], bad.body.time)


@row("boot-returned", "a boot that another had followed goes on")
def _(story: Story, wrong: bool) -> Wrong:
    story.begin(boot=BOOTS[0])
    before = story.say("inspect", boot=BOOTS[1])
    bad = story.say("inspect", boot=BOOTS[0 if wrong else 1])
    return Wrong([before, bad], bad.body.time)


@row("late-entry", "an event reaches the log more than seven days after it happened")
def _(story: Story, wrong: bool) -> Wrong:
    bad = story.make("commission", 0, kind="bag")
    story.hear(bad, received=bad.body.time + 7 * DAY + (1 if wrong else 0))
    return Wrong([bad], bad.body.time)


@row("manual-entry", "an id was typed, and not read")
def _(story: Story, wrong: bool) -> Wrong:
    typed = ReadingOf(source="manual" if wrong else "camera", items=[1])
    bad = story.begin(BOX, OTHER, read=Read(source="serial", others=[typed]))
    return Wrong([bad], bad.body.time)


@row("warning-overridden", "the device warned of what the log cannot judge, not of what it does not bear out")
def _(story: Story, wrong: bool) -> Wrong:
    bad = story.begin(warnings=["badge-replaced" if wrong else "wrong-destination"])
    return Wrong([bad], bad.body.time)


@row("warning-overridden", "the device warned of what then was found")
def _(story: Story, wrong: bool) -> Wrong:
    if not wrong:
        story.begin()
    bad = story.say("inspect", warnings=["unknown-item"] if wrong else [])
    return Wrong([bad], bad.body.time, beneath="unknown-item", others=("unknown-item",))


def _bad_label(verdict: LabelVerdict, sentence: str) -> None:
    @row("label-bad", sentence)
    def _(story: Story, wrong: bool) -> Wrong:
        bad = story.begin(read=Read(source="camera", label=verdict if wrong else "valid"))
        return Wrong([bad], bad.body.time)


_bad_label("forged", "a label is a forgery")
_bad_label("unknown-issuer", "nobody knows the issuer of a label")
_bad_label("out-of-range", "a label's issuer has no right to its id")


@row("label-foreign-host", "a label leads to a host that its issuer does not have")
def _(story: Story, wrong: bool) -> Wrong:
    bad = story.begin(read=Read(source="camera", label="foreign-host" if wrong else "unsigned"))
    return Wrong([bad], bad.body.time)
