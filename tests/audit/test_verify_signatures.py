"""Who signed what with which key: each fault is found at its entry, also where a key is enrolled only later."""

from pathlib import Path
from typing import Any

import pytest

from custody.audit.source import FolderSource
from custody.audit.verify import verify
from custody.core.errors import Unavailable
from custody.core.roster import Authority, Device, Handler
from tests.audit.logs import altered, entries_of, faults, judge, publish, spoilt, spoilt_signature
from tests.world import Chain, World, handler_id, key_of


@pytest.mark.parametrize("position", [0, 1, 2])
def test_a_bad_signature_is_found_whoever_seems_to_have_made_it(tmp_path: Path, world: World, position: int) -> None:
    good = world.handover()

    def spoil(envelope: dict[str, Any]) -> None:
        envelope["signatures"][position] = spoilt_signature(envelope["signatures"][position])

    assert judge(tmp_path / "good", world, [*world.roster, good]).verdict == "holds"
    result = judge(tmp_path / "bad", world, [*world.roster, altered(good, spoil)])
    assert faults(result) == [(len(world.roster), "bad-signature")]


def test_a_bad_signature_of_an_authority_is_found_and_its_statement_has_no_effect(tmp_path: Path, world: World) -> None:
    enrolment = world.enrol_device(key_of("new"))

    def spoil(envelope: dict[str, Any]) -> None:
        envelope["signatures"][0] = spoilt_signature(envelope["signatures"][0])

    result = judge(
        tmp_path / "log", world, [*world.roster, altered(enrolment, spoil), world.event("inspect", device=2)]
    )

    at = len(world.roster)
    assert faults(result) == [(at, "bad-signature"), (at + 1, "unknown-issuer")]


def test_a_stripped_signature_and_swapped_ones_are_found(tmp_path: Path, world: World) -> None:
    good = world.handover()

    def strip(envelope: dict[str, Any]) -> None:
        envelope["signatures"].pop()

    def swap(envelope: dict[str, Any]) -> None:
        one, other, _ = envelope["signatures"]
        one["sig"], other["sig"] = other["sig"], one["sig"]

    for name, change in (("stripped", strip), ("swapped", swap)):
        result = judge(tmp_path / name, world, [*world.roster, altered(good, change)])
        assert faults(result) == [(len(world.roster), "bad-signature")]


def test_a_statement_for_another_log_is_found_among_those_for_this_one(tmp_path: Path, world: World) -> None:
    elsewhere = World(origin="ledger.test/old")

    result = judge(tmp_path / "log", world, [*world.roster, elsewhere.handover()])

    assert faults(result) == [(len(world.roster), "wrong-log")]


def test_an_issuer_is_unknown_before_its_enrolment_and_known_after(tmp_path: Path, world: World) -> None:
    enrolment = world.enrol_device(key_of("late"))
    first, second = world.event("inspect", device=2), world.event("inspect", device=2)

    assert judge(tmp_path / "after", world, [*world.roster, enrolment, first, second]).verdict == "holds"
    result = judge(tmp_path / "before", world, [*world.roster, first, enrolment, second])
    assert faults(result) == [(len(world.roster), "unknown-issuer")]


def test_a_key_of_another_role_issues_no_event(tmp_path: Path, world: World) -> None:
    world.devices.append(world.authority)

    result = judge(tmp_path / "log", world, [*world.roster, world.event("inspect", device=2)])

    assert faults(result) == [(len(world.roster), "wrong-role")]


def test_a_roster_statement_whose_predecessor_is_left_out_is_found(tmp_path: Path, world: World) -> None:
    left_out, kept = world.enrol_device(key_of("a")), world.enrol_device(key_of("b"))

    assert judge(tmp_path / "whole", world, [*world.roster, left_out, kept]).verdict == "holds"
    assert faults(judge(tmp_path / "log", world, [*world.roster, kept])) == [(len(world.roster), "roster-gap")]


def test_an_enrolment_without_possession_of_its_key_is_found(tmp_path: Path, world: World) -> None:
    enrolled, stranger = key_of("new"), key_of("stranger")
    members = world.possession(enrolled, "device") | {"proof": world.possession(stranger, "device")["proof"]}
    bad = world.sign(Device, world.authority, **members, site=world.sites[1])

    assert faults(judge(tmp_path / "log", world, [*world.roster, bad])) == [(len(world.roster), "bad-signature")]


class Latecomer:
    """A world in which the second handler's badge is enrolled after its first handover."""

    def __init__(self) -> None:
        self.world = World(handlers=2)
        *self.roster, self.enrolment = self.world.roster
        self.handover = self.world.handover()
        self.index = len(self.roster)

    def spoilt(self) -> bytes:
        return spoilt(self.handover, self.world.handlers[1].keyid)


def test_a_signature_by_a_key_enrolled_later_is_judged_then_and_a_spoiled_one_is_no_fault_of_the_log(
    tmp_path: Path,
) -> None:
    late = Latecomer()

    good = judge(tmp_path / "good", late.world, [*late.roster, late.handover, late.enrolment])
    assert (good.verdict, good.unknown_signatures, good.spoiled_signatures) == ("holds", 0, 0)
    assert good.signatures == len(late.roster) + 3 + 1
    bad = judge(tmp_path / "bad", late.world, [*late.roster, late.spoilt(), late.enrolment])
    assert (bad.verdict, bad.unknown_signatures, bad.spoiled_signatures) == ("holds", 0, 1)
    assert bad.signatures == good.signatures - 1


def test_a_log_that_answers_otherwise_when_asked_again_is_caught(tmp_path: Path) -> None:
    """It would show a good signature in place of the spoiled one that it committed to, once that can be judged."""
    late = Latecomer()
    bad = entries_of([*late.roster, late.spoilt(), late.enrolment])
    good = entries_of([*late.roster, late.handover, late.enrolment])
    config = publish(tmp_path / "log", bad, late.world.origin)
    publish(tmp_path / "other", good, late.world.origin)

    class Fickle(FolderSource):
        asked = 0

        def read(self, path: str, limit: int) -> bytes:
            self.asked += "entries" in path
            return super().read(path, limit) if self.asked < 2 else FolderSource(tmp_path / "other").read(path, limit)

    result = verify(Fickle(tmp_path / "log"), config)

    assert (late.index, "storage-fault") in faults(result)
    assert "between two readings" in result.faults[0].message


@pytest.mark.parametrize("lost_after", range(5))
def test_a_log_that_stops_answering_is_unavailable_and_not_at_fault(tmp_path: Path, lost_after: int) -> None:
    late = Latecomer()
    config = publish(tmp_path / "log", entries_of([*late.roster, late.handover, late.enrolment]), late.world.origin)

    class Failing(FolderSource):
        reads = 0

        def read(self, path: str, limit: int) -> bytes:
            self.reads += 1
            if self.reads > lost_after:
                raise Unavailable("the log cannot be reached")
            return super().read(path, limit)

    if lost_after < 4:  # checkpoint, bundle, bundle again, tile
        with pytest.raises(Unavailable):
            verify(Failing(tmp_path / "log"), config)
    else:
        assert verify(Failing(tmp_path / "log"), config).verdict == "holds"


def test_a_signature_by_a_key_never_enrolled_is_counted_as_not_judged(tmp_path: Path) -> None:
    late = Latecomer()

    for number, handover in enumerate((late.handover, late.spoilt())):
        result = judge(tmp_path / str(number), late.world, [*late.roster, handover])
        assert (result.verdict, result.unknown_signatures) == ("holds", 1)


def test_a_key_that_a_statement_without_effect_offers_is_no_enrolled_one(tmp_path: Path) -> None:
    """Whichever process has met it there, and wherever a verification goes on."""
    late = Latecomer()
    below = Chain(key_of("authority of another site"))
    members = late.world.possession(below.key, "authority")
    authority = late.world.sign(Authority, late.world.authority, at=(late.enrolment.body.seq, late.enrolment.body.prev),
                                site=late.world.sites[2], **members)  # fmt: skip
    proof = late.world.possession(late.world.handlers[1], "handler", handler_id(9))
    offered = late.world.sign(Handler, below, handler=handler_id(9), badge=1, role="staff", site=late.world.sites[1],
                              begins=0, **proof)  # fmt: skip
    statements = [*late.roster, authority, offered, late.handover]

    result = judge(tmp_path / "log", late.world, statements)

    assert (result.verdict, result.unknown_signatures) == ("holds", 1)
    assert result.signatures == len(statements) - 1 + 2
