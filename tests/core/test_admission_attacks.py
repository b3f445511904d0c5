"""Admission against authorities and thieves who want more than they were given."""

from custody.core.roster import Authority, Revoke, Site
from tests.core.statements import BESIDE, TOP, Issuer, key
from tests.core.test_admission import NATIONAL, PROVINCE, World, authority, site

AWAITED = "414/9521234567899/254/99"
OTHER = key("another province")


def world_with_two_authorities() -> tuple[World, Issuer, Issuer]:
    """PROVINCE has the sites under TOP; OTHER is enrolled for a site that is not stated yet."""
    world = World()
    assert world.admit(world.national.sign(Authority, **authority(PROVINCE, TOP))) is None
    assert world.admit(world.national.sign(Authority, **authority(OTHER, AWAITED))) is None
    return world, Issuer(PROVINCE), Issuer(OTHER)


def test_nobody_draws_a_site_whose_authority_waits_for_it_under_a_site_of_his_own() -> None:
    world, province, _ = world_with_two_authorities()
    assert world.admit(province.sign(Site, **site(AWAITED, TOP))) == "out-of-scope"
    assert world.admit(province.sign(Site, **site(AWAITED + ".1", TOP))) is None
    assert world.admit(province.sign(Revoke, key=OTHER.keyid, reason="lost")) == "out-of-scope"


def test_a_site_whose_authority_waits_for_it_is_stated_by_that_authority_or_by_one_for_everywhere() -> None:
    world, _, other = world_with_two_authorities()
    assert world.admit(other.sign(Site, **site(AWAITED, BESIDE))) is None
    assert world.state.awaited == set()
    world, _, _ = world_with_two_authorities()
    assert world.admit(world.national.sign(Site, **site(AWAITED))) is None
    assert world.state.awaited == set()


def test_who_stole_a_key_cannot_forestall_its_being_called_compromised() -> None:
    world = World()
    thief = world.national
    assert world.admit(thief.sign(Revoke, key=NATIONAL.keyid, reason="retired")) is None
    assert world.admit(world.root.sign(Revoke, key=NATIONAL.keyid, reason="compromised", since=9)) is None
    revoked = world.state.keys[NATIONAL.keyid].revoked
    assert revoked is not None
    assert (revoked.reason, revoked.since) == ("compromised", 9)
    assert world.admit(world.root.sign(Revoke, key=NATIONAL.keyid, reason="compromised", since=5)) is None


def test_a_revocation_is_never_taken_back_or_made_milder() -> None:
    world = World()
    assert world.admit(world.root.sign(Revoke, key=NATIONAL.keyid, reason="compromised", since=5)) is None
    milder = [{"reason": "compromised", "since": 9}, {"reason": "compromised", "since": 5}, {"reason": "lost"}]
    for members in [*milder, {"reason": "retired"}]:
        assert world.admit(world.root.sign(Revoke, key=NATIONAL.keyid, **members)) == "already-revoked"
    revoked = world.state.keys[NATIONAL.keyid].revoked
    assert revoked is not None
    assert revoked.since == 5
