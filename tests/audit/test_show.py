"""One entry, with what the log said of its signers then."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from custody.audit.show import Shown, look_up
from custody.audit.source import FolderSource
from custody.core.chain import Link
from custody.core.errors import BadHistory, BadProof, BadSignature, CustodyError, NewerFormat, WrongLog
from custody.core.statement import Statement
from tests.audit.logs import altered, entries_of, flip, publish, rewritten
from tests.world import World, key_of


def shown(folder: Path, world: World, statements: list[Statement | bytes], index: int) -> Shown:
    config = publish(folder, entries_of(statements), world.origin)
    return look_up(FolderSource(folder), config, index)


def test_roles_are_those_of_then_and_a_later_revocation_is_not_seen(tmp_path: Path) -> None:
    world = World()
    first = world.handover()
    revocation = world.revoke(world.handlers[1].keyid)
    second = world.handover()
    statements = [*world.roster, first, revocation, second]

    config = publish(tmp_path / "log", entries_of(statements), world.origin)

    before, after = (look_up(FolderSource(tmp_path / "log"), config, statements.index(one)) for one in (first, second))

    roles = {key: known.role for key, known in before.signers.items() if known}
    device, *handlers = world.devices[0].key.keyid, world.handlers[0].keyid, world.handlers[1].keyid
    assert roles == {device: "device"} | dict.fromkeys(handlers, "handler")
    revoked = [[key for key, known in one.signers.items() if known and known.revoked] for one in (before, after)]
    assert revoked == [[], [world.handlers[1].keyid]]


def test_a_signer_enrolled_later_is_not_known_yet(tmp_path: Path) -> None:
    world = World(handlers=2)
    *roster, late = world.roster

    found = shown(tmp_path / "log", world, [*roster, world.handover(), late], len(roster))

    assert [key for key, known in found.signers.items() if known is None] == [world.handlers[1].keyid]


def test_the_link_and_the_effect_are_those_of_then(tmp_path: Path) -> None:
    world = World()
    first, second, third = world.handovers(3, devices=1)
    beside = world.handover(at=(3, second.id))
    again = world.sign(
        type(world.roster[2].body), world.authority, site=world.sites[0], category="office", name="Again"
    )
    statements = [*world.roster, first, third, second, beside, again]
    config = publish(tmp_path / "log", entries_of(statements), world.origin)

    found = [look_up(FolderSource(tmp_path / "log"), config, index) for index in range(len(statements))]

    at = len(world.roster)
    assert [one.link for one in found[at:]] == [Link.OK, Link.GAP, Link.OK, Link.FORK, Link.OK]
    assert [one.effect for one in found] == [None] * (at + 4) + ["site-known"]
    assert [one.statement.id for one in found] == [one.id for one in statements]


def test_an_entry_of_a_later_bundle_is_found_with_its_chain(tmp_path: Path) -> None:
    world = World()
    statements = [*world.roster, *world.handovers(300, devices=2)]

    found = shown(tmp_path / "log", world, list(statements), 290)

    assert (found.statement.id, found.link) == (statements[290].id, Link.OK)
    assert found.checkpoint.size == len(statements)


@pytest.mark.parametrize("index", [-1, 99])
def test_an_entry_that_the_log_does_not_have_is_refused(tmp_path: Path, index: int) -> None:
    world = World()
    with pytest.raises(BadProof, match="no such entry"):
        shown(tmp_path / "log", world, list(world.roster), index)


def test_an_entry_that_is_not_the_one_under_the_signed_root_is_not_shown(tmp_path: Path) -> None:
    world = World()
    entries = entries_of([*world.roster, world.handover()])
    other = entries_of([*world.roster, world.handover()])
    config = publish(tmp_path / "log", entries, world.origin)
    publish(tmp_path / "other", other, world.origin)
    bundle = f"tile/entries/000.p/{len(entries)}"
    (tmp_path / "log" / bundle).write_bytes((tmp_path / "other" / bundle).read_bytes())

    with pytest.raises(BadProof, match="not those"):
        look_up(FolderSource(tmp_path / "log"), config, len(entries) - 1)


def test_a_roster_that_does_not_hold_lends_nobody_a_role(tmp_path: Path) -> None:
    world = World()

    def spoil(envelope: dict[str, list[dict[str, str]]]) -> None:
        sig = envelope["signatures"][0]["sig"]
        envelope["signatures"][0]["sig"] = sig[:-8] + "AAAAAA=="

    bad = [*world.roster[:3], altered(world.roster[3], spoil), *world.roster[4:], world.handover()]
    with pytest.raises(BadHistory, match="entry 3 does not hold"):
        shown(tmp_path / "log", world, bad, len(bad) - 1)


def test_another_entry_0_another_key_and_a_newer_format_are_told_apart(tmp_path: Path) -> None:
    world = World()
    newer = rewritten(world, world.handover(), v=2)
    config = publish(tmp_path / "log", entries_of([*world.roster, newer, world.handover()]), world.origin)
    stolen = publish(tmp_path / "stolen", entries_of(world.roster), world.origin, key=key_of("thief"))
    at = len(world.roster)

    def kind(folder: str, index: int, entry0: str = config.entry0) -> type[CustodyError] | None:
        try:
            look_up(FolderSource(tmp_path / folder), replace(config, entry0=entry0), index)
        except CustodyError as error:
            return type(error)
        return None

    assert kind("log", at - 1) is None
    assert kind("log", at) is NewerFormat
    assert kind("log", at + 1) is None
    assert kind("log", 0, "0" * 64) is WrongLog
    assert kind("stolen", 0, stolen.entry0) is BadSignature
    flip(tmp_path / "log" / f"tile/0/000.p/{at + 2}", 32)
    assert kind("log", 0) is BadProof
