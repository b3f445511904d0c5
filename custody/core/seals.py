"""What an event says of an item's seals, against what was recorded (Appel 2011: expected, read, and by whom)."""

from collections.abc import Sequence

from custody.core.event import Seal
from custody.core.history import Logged
from custody.core.item import Track


def put_on(track: Track, logged: Logged, seals: Sequence[Seal]) -> None:
    """`seal`: the seals are on the item from now on."""
    item = track.item
    planned = track.plan.planned.seals if track.plan else []
    for seal in seals:
        if seal.id is None:
            item.unnumbered += seal.count or 0
        elif seal.id not in item.seals:
            if planned and not item.was_unsealed and seal.id not in planned:
                track.note("seal-differs", logged, recorded=", ".join(planned), read=seal.id)
            item.seals = [*item.seals, seal.id]


def take_off(track: Track, logged: Logged, seals: Sequence[Seal]) -> None:
    """`unseal`: they are read, judged, and off."""
    read(track, logged, seals)
    item = track.item
    gone = {seal.id for seal in seals}
    item.seals = [number for number in item.seals if number not in gone]
    item.unnumbered = max(0, item.unnumbered - sum(seal.count or 0 for seal in seals))
    item.was_unsealed = True


def read(track: Track, logged: Logged, seals: Sequence[Seal]) -> None:
    """Any other event: what is read is held against what was recorded, and takes its place."""
    item = track.item
    before = list(item.seals)
    seen = {seal.id for seal in seals if seal.id is not None}
    for seal in seals:
        number = seal.expected or seal.id
        if seal.state in ("missing", "broken"):
            track.note(f"seal-{seal.state}", logged, seal=number or f"× {seal.count}")
            item.seals = [known for known in item.seals if known != number]
            item.unnumbered = max(0, item.unnumbered - (seal.count or 0))
        elif seal.id is None:
            _compare_counts(track, logged, seal.count or 0)
        elif seal.id not in item.seals:
            _compare(track, logged, seal, before, seen)


def _compare(track: Track, logged: Logged, seal: Seal, before: Sequence[str], seen: set[str]) -> None:
    """A number that is not recorded: the first on this item, or another in place of one that is not there any more."""
    item = track.item
    assert seal.id is not None  # noqa: S101  # the caller looked
    unseen = [number for number in item.seals if number not in seen]
    if seal.expected in item.seals:
        track.note("seal-differs", logged, recorded=seal.expected, read=seal.id)
        item.seals = [number for number in item.seals if number != seal.expected]
    elif before:
        track.note("seal-changed", logged, recorded=", ".join(before), read=seal.id)
        item.seals = [number for number in item.seals if number not in unseen[:1]]
    item.seals = [*item.seals, seal.id]


def _compare_counts(track: Track, logged: Logged, count: int) -> None:
    item = track.item
    if item.unnumbered and item.unnumbered != count:
        track.note("seal-changed", logged, recorded=f"× {item.unnumbered}", read=f"× {count}")
    item.unnumbered = count
