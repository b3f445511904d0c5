"""The log, the chains, keys and signatures: right (the twin) and wrong."""

from msgspec.structs import replace

from custody.core.event import Paper, Seal
from custody.core.planning import Photographed
from tests.rules.scene import FAKE_ROOT
from tests.rules.story import BOX, HOUR, OTHER, PHOTOGRAPH, STATION, VILLAGE, WAREHOUSE, A, Story, seals
from tests.rules.table.rows import Table, Wrong

SIGNERS = Table()
row = SIGNERS.row


@row("split-view", "a device has seen a checkpoint that is not this log's")
def _(story: Story, wrong: bool) -> Wrong:
    story.begin()
    bad = story.say("inspect", seen=(2, "cd" * 32)) if wrong else story.say("inspect")
    # Whoever shows another log may have been shown it at any time: nothing says when the badge signed.
    return Wrong([bad], bad.body.time, others=("signer-uncertain",))


@row("chain-fork", "a device has two statements at one number")
def _(story: Story, wrong: bool) -> Wrong:
    here = story.world.devices[0].next()
    one = story.begin()
    bad = story.say("inspect", at=here if wrong else None)
    return Wrong([one, bad], bad.body.time)


@row("chain-gap", "a device's statement has not arrived")
def _(story: Story, wrong: bool) -> Wrong:
    story.begin()
    missing = story.make("inspect", 0)
    if not wrong:
        story.hear(missing)
    after = story.say("inspect")
    return Wrong([after], after.body.time)


@row("signature-bad", "a signature logged before its key was enrolled is not the key's")
def _(story: Story, wrong: bool) -> Wrong:
    story.begin()
    late = story.stranger()
    made = story.make("inspect", 0, late)
    spoilt = replace(made, signatures={**made.signatures, story.key(late).keyid: bytes(64)})
    bad = story.hear(spoilt if wrong else made)
    story.enrol(late, "staff")
    return Wrong([bad], bad.body.time)


@row("signer-unknown", "nobody has enrolled the key of someone who signed")
def _(story: Story, wrong: bool) -> Wrong:
    story.begin()
    stranger = story.stranger() if wrong else story.join("staff")
    bad = story.say("inspect", 0, stranger)
    return Wrong([bad], bad.body.time)


@row("signer-not-valid", "a badge signs after its last day")
def _(story: Story, wrong: bool) -> Wrong:
    story.begin()
    ends = story.now + HOUR
    guest = story.join("staff", ends=ends)
    story.wait(2 * HOUR if wrong else HOUR // 2)
    story.say("inspect")
    size = len(story.book.entries)
    bad = story.say("inspect", guest, seen=(size, FAKE_ROOT))
    return Wrong([bad], bad.body.time)


@row("signer-revoked", "a badge signs after it was reported lost")
def _(story: Story, wrong: bool) -> Wrong:
    story.begin()
    if wrong:
        story.revoke(1, "lost")
    size = len(story.book.entries)
    bad = story.say("inspect", 1, seen=(size, FAKE_ROOT))
    if not wrong:
        story.revoke(1, "lost")
    return Wrong([bad], bad.body.time)


@row("signer-compromised", "a key signs after the time since which a thief may have had it")
def _(story: Story, wrong: bool) -> Wrong:
    begun = story.begin()
    since = story.now
    size = len(story.book.entries)
    bad = story.say("inspect", 1, seen=(size, FAKE_ROOT))
    story.revoke(1, "compromised", since=begun.body.time if wrong else since + HOUR)
    return Wrong([bad], bad.body.time)


@row("signer-uncertain", "a device that was offline signs, and a badge was reported lost meanwhile")
def _(story: Story, wrong: bool) -> Wrong:
    story.begin()
    made = story.make("inspect", 1)
    if not wrong:
        story.hear(made)
    story.revoke(1, "lost")
    if wrong:
        story.hear(made, received=story.now)
    return Wrong([made], made.body.time)


@row("too-few-signatures", "one handler alone takes off a seal")
def _(story: Story, wrong: bool) -> Wrong:
    story.begin()
    story.say("seal", seals=seals(A))
    bad = story.say("unseal", *((0,) if wrong else (0, 1)), seals=seals(A))
    return Wrong([bad], bad.body.time)


@row("too-few-signatures", "somebody else signs in the receiver's place")
def _(story: Story, wrong: bool) -> Wrong:
    story.begin()
    bad = story.say("handover", 0, 2 if wrong else 1, releaser=story.id(0), receiver=story.id(1))
    return Wrong([bad], bad.body.time)


@row("too-few-signatures", "somebody is named as attesting who has not signed")
def _(story: Story, wrong: bool) -> Wrong:
    agent = story.join("party-agent")
    story.begin()
    signing = () if wrong else (agent,)
    bad = story.say("handover", 0, 1, *signing, releaser=story.id(0), receiver=story.id(1), attesters=[story.id(agent)])
    return Wrong([bad], bad.body.time)


@row("too-few-signatures", "an item is stored with somebody who does not sign")
def _(story: Story, wrong: bool) -> Wrong:
    story.begin()
    bad = story.say("store", 0, *(() if wrong else (1,)), receiver=story.id(1))
    return Wrong([bad], bad.body.time)


@row("too-few-signatures", "an item is put away at a site to which nobody who signs belongs")
def _(story: Story, wrong: bool) -> Wrong:
    stranger = story.join("staff", VILLAGE if wrong else WAREHOUSE)
    story.begin()
    story.handover(0, stranger)
    bad = story.say("store", stranger)
    return Wrong([bad], bad.body.time)


@row("too-few-signatures", "an item leaves with a carrier who does not sign")
def _(story: Story, wrong: bool) -> Wrong:
    carrier = story.join("carrier")
    story.begin()
    signing = () if wrong else (carrier,)
    bad = story.say("depart", 0, *signing, to=story.sites[STATION], carrier=story.id(carrier))
    return Wrong([bad], bad.body.time)


@row("too-few-signatures", "an item is packed into a container of somebody who does not sign")
def _(story: Story, wrong: bool) -> Wrong:
    story.begin(BOX, OTHER)
    story.handover(0, 1, items=[OTHER])
    bad = story.say("pack", 0, *(() if wrong else (1,)), container=OTHER)
    return Wrong([bad], bad.body.time)


@row("too-few-signatures", "who gave an item says afterwards that another has received it")
def _(story: Story, wrong: bool) -> Wrong:
    story.begin()
    given = story.handover(0, 1)
    story.say("correct", 0, *(() if wrong else (2,)), refs=[given.id], receiver=story.id(2))
    return Wrong([given], given.body.time)


@row("too-few-signatures", "who received an item says afterwards that another has given it")
def _(story: Story, wrong: bool) -> Wrong:
    story.begin()
    given = story.handover(0, 1)
    story.say("correct", 1, *(() if wrong else (2,)), refs=[given.id], releaser=story.id(2))
    return Wrong([given], given.body.time)


@row("too-few-signatures", "who received an item says afterwards that there was no handover")
def _(story: Story, wrong: bool) -> Wrong:
    story.begin()
    given = story.handover(0, 1)
    bad = story.say("correct", 1, device=1, refs=[given.id])
    if not wrong:
        story.say("correct", 0, device=2, refs=[given.id])
    return Wrong([bad], bad.body.time)


@row("too-few-signatures", "a device says afterwards, without any badge, that there was no handover")
def _(story: Story, wrong: bool) -> Wrong:
    supervisor = story.join("supervisor")
    story.begin()
    given = story.handover(0, 1)
    bad = story.hear(story.make("correct", *(() if wrong else (supervisor,)), refs=[given.id]))
    return Wrong([bad], bad.body.time)


@row("too-few-signatures", "a carrier says afterwards that he did not leave with an item")
def _(story: Story, wrong: bool) -> Wrong:
    carrier = story.join("carrier")
    story.begin()
    left = story.say("depart", 0, carrier, to=story.sites[STATION], carrier=story.id(carrier))
    bad = story.say("correct", carrier, *(() if wrong else (0,)), refs=[left.id])
    return Wrong([bad], bad.body.time)


@row("wrong-role", "a party agent begins an item")
def _(story: Story, wrong: bool) -> Wrong:
    agent = story.join("party-agent")
    bad = story.say("commission", 0, agent, kind="bag", attesters=[] if wrong else [story.id(agent)])
    return Wrong([bad], bad.body.time)


@row("paper-receipt", "a receiver without a badge signs on paper")
def _(story: Story, wrong: bool) -> Wrong:
    story.begin()
    if wrong:
        bad = story.say("handover", 0, releaser=story.id(0), receiver=Paper(paper="aa" * 32))
    else:
        bad = story.handover(0, 1)
    return Wrong([bad], bad.body.time)


@row("one-device", "staff hand over to a carrier at one device, and policy asks for two")
def _(story: Story, wrong: bool) -> Wrong:
    carrier = story.join("carrier")
    story.begin()
    if wrong:
        bad = story.handover(0, carrier)
    else:
        bad = story.release(0, STATION)
        story.accept(carrier, bad, site=WAREHOUSE)
    return Wrong([bad], bad.body.time)


@row("photograph-missing", "a seal is taken off, and nobody takes a photograph of it")
def _(story: Story, wrong: bool) -> Wrong:
    story.begin()
    story.say("seal", seals=seals(A))
    bad = story.say("unseal", 0, 1, seals=seals(A), photos=[] if wrong else [PHOTOGRAPH])
    return Wrong([bad], bad.body.time)


@row("photograph-missing", "seals without a number are put on, which only a photograph tells apart from others")
def _(story: Story, wrong: bool) -> Wrong:
    story.begin()
    bad = story.say("seal", seals=[Seal(item=0, count=2)] if wrong else seals(A), photos=[])
    return Wrong([bad], bad.body.time)


@row("photograph-missing", "seals without a number are looked at, and nobody takes a photograph of them")
def _(story: Story, wrong: bool) -> Wrong:
    story.begin()
    story.say("seal", seals=[Seal(item=0, count=2)])
    bad = story.say("inspect", seals=[Seal(item=0, count=2)], photos=[] if wrong else [PHOTOGRAPH])
    return Wrong([bad], bad.body.time)


@row("photograph-missing", "policy asks for a photograph of each departure")
def _(story: Story, wrong: bool) -> Wrong:
    if wrong:
        story.policy(photographs=[Photographed(action="depart", of="always")])
    story.begin()
    bad = story.say("depart", to=story.sites[STATION])
    return Wrong([bad], bad.body.time)


@row("photograph-missing", "a device warned that there was no photograph, and the seal was taken off all the same")
def _(story: Story, wrong: bool) -> Wrong:
    story.begin()
    story.say("seal", seals=seals(A))
    photos = [] if wrong else [PHOTOGRAPH]
    bad = story.say("unseal", 0, 1, seals=seals(A), photos=photos, warnings=["photograph-missing"])
    return Wrong([bad], bad.body.time, others=("warning-overridden",))


@row("one-device", "staff release and a carrier accepts at one device, and policy asks for two")
def _(story: Story, wrong: bool) -> Wrong:
    carrier = story.join("carrier")
    story.begin()
    released = story.release(0, STATION, carrier=story.id(carrier))
    bad = story.accept(carrier, released, site=WAREHOUSE, device=0 if wrong else 1)
    return Wrong([released, bad], bad.body.time)
