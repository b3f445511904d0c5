"""Admission: what is authentic is taken, what is not ours is refused by its kind; no right, no effect."""

import json
from typing import Any

import pytest

from custody.core.admission import State, admit
from custody.core.canonical import b64encode
from custody.core.errors import BadSignature, Malformed, RosterGap, UnknownIssuer, WrongLog, WrongRole
from custody.core.keys import SigningKey
from custody.core.roster import Authority, Device, Handler, LabelIssuer, Revoke, Root, Site
from custody.core.statement import Statement, parse, sign
from tests.core.statements import ANN, BELOW, BESIDE, BUDI, LOG, TOP, Issuer, enrolment, event, head, key

ROOT, ROOT2, NATIONAL, PROVINCE, DEVICE, ANN_KEY = map(key, ("root", "root2", "national", "province", "device", "ann"))


def authority(new: SigningKey, site: str | None = None) -> dict[str, Any]:
    """Members of an authority statement."""
    return {"site": site, **enrolment(new, "authority")}


def device(new: SigningKey, site: str = BELOW) -> dict[str, Any]:
    """Members of a device statement."""
    return {"site": site, **enrolment(new, "device")}


def handler(new: SigningKey, who: str = ANN, site: str = BELOW) -> dict[str, Any]:
    """Members of a handler statement."""
    return {"handler": who, "badge": 1, "role": "staff", "site": site, "begins": 0, **enrolment(new, "handler", who)}


def site(code: str, parent: str | None = None) -> dict[str, Any]:
    """Members of a site statement."""
    return {"site": code, "category": "office", "name": "Kota Yogyakarta", "parent": parent}


class World:
    """A log so far: the state, and the issuers that go on."""

    def __init__(self, threshold: int = 1) -> None:
        self.state, self.size = State(LOG), 0
        self.root, self.national = Issuer(ROOT), Issuer(NATIONAL)
        keys = [b64encode(ROOT.public), b64encode(ROOT2.public)]
        others = [ROOT2] if threshold == 2 else []
        assert self.admit(self.root.sign(Root, *others, keys=keys, threshold=threshold)) is None
        assert self.admit(self.root.sign(Authority, *others, **authority(NATIONAL))) is None
        for code, parent in ((TOP, None), (BELOW, TOP), (BESIDE, None)):
            assert self.admit(self.national.sign(Site, **site(code, parent))) is None
        assert self.admit(self.national.sign(Device, **device(DEVICE))) is None

    def admit(self, statement: Statement) -> str | None:
        """Admits the parsed bytes of a statement; the reason why it has no effect, or None."""
        verdict = admit(self.state, parse(statement.envelope), self.size)
        self.size += 1
        return verdict.effect


@pytest.fixture
def world() -> World:
    return World()


def test_an_enrolled_devices_event_is_admitted_and_a_strangers_is_refused_for_now(world: World) -> None:
    assert world.admit(sign(event(DEVICE), [DEVICE])) is None
    stranger = sign(event(key("stranger")), [key("stranger")])
    with pytest.raises(UnknownIssuer) as caught:
        world.admit(stranger)
    assert caught.value.retry
    assert world.admit(world.national.sign(Device, **device(key("stranger")))) is None
    assert world.admit(stranger) is None


def test_a_statement_for_another_log_is_refused(world: World) -> None:
    replayed = sign(event(DEVICE, log="drill.example"), [DEVICE])
    with pytest.raises(WrongLog):
        world.admit(replayed)


def test_a_key_may_do_only_what_its_role_covers(world: World) -> None:
    with pytest.raises(WrongRole):
        world.admit(sign(event(NATIONAL), [NATIONAL]))
    with pytest.raises(WrongRole):
        world.admit(Issuer(DEVICE).sign(Site, **site("414/9521234567899/254/1", TOP)))


def with_signature(statement: Statement, signer: SigningKey, signature: bytes) -> Statement:
    """`statement` with one signature exchanged."""
    outer = json.loads(statement.envelope)
    for one in outer["signatures"]:
        if one["keyid"] == signer.keyid:
            one["sig"] = b64encode(signature)
    return parse(json.dumps(outer, sort_keys=True, separators=(",", ":")).encode())


def test_a_false_signature_of_any_known_signer_is_refused(world: World) -> None:
    assert world.admit(world.national.sign(Handler, **handler(ANN_KEY))) is None
    good = sign(event(DEVICE, 1, None, ANN_KEY), [DEVICE, ANN_KEY])
    for signer in (DEVICE, ANN_KEY):
        with pytest.raises(BadSignature):
            world.admit(with_signature(good, signer, signer.sign(b"something else")))
    assert world.admit(good) is None


def test_signatures_that_the_caller_verified_are_not_verified_again(world: World) -> None:
    false = with_signature(sign(event(DEVICE), [DEVICE]), DEVICE, DEVICE.sign(b"something else"))
    with pytest.raises(BadSignature):
        admit(world.state, false, world.size)
    assert admit(world.state, false, world.size, verified={DEVICE.keyid}).effect is None


def test_an_unknown_handlers_key_never_refuses(world: World) -> None:
    assert world.admit(sign(event(DEVICE, 1, None, ANN_KEY), [DEVICE, ANN_KEY])) is None
    assert world.state.known_signers(sign(event(DEVICE, 1, None, ANN_KEY), [DEVICE, ANN_KEY])) == [
        (DEVICE.keyid, DEVICE.public)
    ]


def test_a_revoked_devices_event_is_still_admitted(world: World) -> None:
    assert world.admit(world.national.sign(Revoke, key=DEVICE.keyid, reason="lost")) is None
    revoked = world.state.keys[DEVICE.keyid].revoked
    assert revoked is not None
    assert revoked.reason == "lost"
    assert world.admit(sign(event(DEVICE), [DEVICE])) is None


def test_a_revoked_authoritys_statement_is_admitted_without_effect(world: World) -> None:
    assert world.admit(world.root.sign(Revoke, key=NATIONAL.keyid, reason="compromised", since=5)) is None
    assert world.admit(world.national.sign(Device, **device(key("late")))) == "issuer-revoked"
    assert key("late").keyid not in world.state.keys


def test_entry_0_is_a_root_statement_with_enough_signatures() -> None:
    keys = [b64encode(ROOT.public), b64encode(ROOT2.public)]
    with pytest.raises(Malformed):
        admit(State(LOG), sign(event(DEVICE), [DEVICE]), 0)
    with pytest.raises(BadSignature):
        admit(State(LOG), Issuer(ROOT).sign(Root, keys=keys, threshold=2), 0)
    with pytest.raises(BadSignature):
        admit(State(LOG), Issuer(ROOT).sign(Root, DEVICE, keys=keys, threshold=1), 0)
    with pytest.raises(BadSignature):
        admit(State(LOG), Issuer(DEVICE).sign(Root, keys=keys, threshold=1), 0)
    assert admit(State(LOG), Issuer(ROOT).sign(Root, ROOT2, keys=keys, threshold=2), 0).effect is None


def test_new_root_keys_need_the_threshold_of_the_old_and_of_the_new() -> None:
    world = World(threshold=2)
    new = {"keys": [b64encode(key("root3").public)], "threshold": 1}
    state, seq, prev = world.state, world.root.seq, world.root.prev

    def attempt(*others: SigningKey) -> Statement:
        world.root.seq, world.root.prev = seq, prev
        return world.root.sign(Root, *others, **new)

    for others in ([key("root3")], [ROOT2], []):
        with pytest.raises(BadSignature):
            world.admit(attempt(*others))
    assert world.admit(attempt(ROOT2, key("root3"))) is None
    assert state.root is not None
    assert state.root.keys == new["keys"]
    assert world.admit(world.root.sign(Authority, ROOT2, **authority(PROVINCE))) == "below-threshold"


def test_root_keys_enrol_authorities_only_by_their_threshold_and_nothing_else() -> None:
    world = World(threshold=2)
    assert world.admit(world.root.sign(Authority, **authority(PROVINCE))) == "below-threshold"
    assert world.admit(world.root.sign(Device, ROOT2, **device(key("d")))) == "not-for-root-keys"
    assert world.admit(world.root.sign(Authority, ROOT2, **authority(PROVINCE))) is None


def test_an_authority_acts_in_its_own_subtree_and_nowhere_else(world: World) -> None:
    assert world.admit(world.national.sign(Authority, **authority(PROVINCE, TOP))) is None
    province = Issuer(PROVINCE)
    district = "414/9521234567899/254/34.71.01"
    assert world.admit(province.sign(Site, **site(district, BELOW))) is None
    assert world.admit(province.sign(Device, **device(key("d1"), district))) is None
    assert world.admit(province.sign(Device, **device(key("d2"), BESIDE))) == "out-of-scope"
    assert world.admit(province.sign(Site, **site("414/9521234567899/254/33.01", BESIDE))) == "out-of-scope"
    assert world.admit(province.sign(Site, **site("414/9521234567899/254/35"))) == "out-of-scope"
    assert world.admit(province.sign(Authority, **authority(key("a2"), BESIDE))) == "out-of-scope"
    assert world.admit(province.sign(Authority, **authority(key("a3"), None))) == "out-of-scope"
    assert world.admit(world.national.sign(Device, **device(key("d3"), BESIDE))) is None
    assert world.admit(province.sign(Revoke, key=key("d3").keyid, reason="lost")) == "out-of-scope"
    assert world.admit(province.sign(Revoke, key=NATIONAL.keyid, reason="lost")) == "out-of-scope"
    assert world.admit(province.sign(Revoke, key=key("d1").keyid, reason="lost")) is None


def test_a_key_is_enrolled_once_ever_and_in_one_role(world: World) -> None:
    assert world.admit(world.national.sign(Device, **device(DEVICE))) == "key-known"
    assert world.admit(world.national.sign(Handler, **handler(DEVICE))) == "key-known"
    keys = [b64encode(ROOT.public), b64encode(DEVICE.public)]
    assert world.admit(world.root.sign(Root, keys=keys, threshold=1)) == "key-known"


def test_a_proof_of_possession_is_not_judged_twice_for_a_caller_who_has_judged_it(world: World) -> None:
    members = {"site": BELOW, **enrolment(key("x"), "device"), "proof": enrolment(key("x"), "authority")["proof"]}
    bad = world.national.sign(Device, **members)
    with pytest.raises(BadSignature, match="possession"):
        admit(world.state, bad, world.size)
    assert admit(world.state, bad, world.size, possession_verified=True).effect is None


def test_a_key_that_nobody_showed_to_have_is_refused(world: World) -> None:
    for proof in (
        enrolment(key("x"), "authority"),
        enrolment(key("x"), "device", log="drill.example"),
        enrolment(key("y"), "device"),
    ):
        members = {"site": BELOW, **enrolment(key("x"), "device"), "proof": proof["proof"]}
        with pytest.raises(BadSignature, match="possession"):
            admit(world.state, sign(Device(**head(NATIONAL, 5, "0" * 64), **members), [NATIONAL]), world.size)
    with pytest.raises(BadSignature, match="possession"):
        world.admit(world.national.sign(Handler, **handler(ANN_KEY) | {"handler": BUDI}))


def test_a_second_badge_takes_the_place_of_the_first(world: World) -> None:
    assert world.admit(world.national.sign(Handler, **handler(ANN_KEY))) is None
    assert world.admit(world.national.sign(Handler, **handler(key("ann 2")))) is None
    assert world.state.handlers[ANN] == key("ann 2").keyid
    assert ANN_KEY.keyid in world.state.keys


def test_an_authority_cannot_take_a_handler_of_another_subtree(world: World) -> None:
    assert world.admit(world.national.sign(Authority, **authority(PROVINCE, TOP))) is None
    assert world.admit(world.national.sign(Handler, **handler(ANN_KEY, site=BESIDE))) is None
    assert world.admit(Issuer(PROVINCE).sign(Handler, **handler(key("ann 2")))) == "handler-out-of-scope"


def test_sites_and_keys_must_be_there_and_be_new(world: World) -> None:
    nowhere = "414/9521234567899/254/99"
    assert world.admit(world.national.sign(Device, **device(key("d"), nowhere))) == "site-unknown"
    assert world.admit(world.national.sign(Site, **site(nowhere, nowhere + ".1"))) == "parent-unknown"
    assert world.admit(world.national.sign(Site, **site(BELOW, TOP))) == "site-known"
    assert world.admit(world.national.sign(Revoke, key="0" * 64, reason="lost")) == "key-unknown"
    assert world.admit(world.national.sign(Revoke, key=DEVICE.keyid, reason="retired")) is None
    assert world.admit(world.national.sign(Revoke, key=DEVICE.keyid, reason="retired")) == "already-revoked"
    assert world.admit(world.national.sign(Revoke, key=ROOT.keyid, reason="lost")) == (
        "root-keys-change-by-root-statement"
    )
    issuer = {"site": TOP, "hosts": ["id.example"], "ranges": ["8003/"], **enrolment(key("l"), "label-issuer")}
    assert world.admit(world.national.sign(LabelIssuer, **issuer)) is None
    assert [found for found, _ in world.state.label_issuers()] == [key("l").keyid]


def test_a_roster_chain_has_no_gap(world: World) -> None:
    first = world.national.sign(Device, **device(key("d1")))
    second = world.national.sign(Device, **device(key("d2")))
    with pytest.raises(RosterGap) as caught:
        world.admit(second)
    assert caught.value.retry
    assert world.admit(first) is None
    assert world.admit(second) is None


def test_a_forked_roster_statement_and_what_follows_it_have_no_effect(world: World) -> None:
    seq, prev = world.national.seq, world.national.prev
    assert world.admit(world.national.sign(Device, **device(key("d1")))) is None
    twin = Issuer(NATIONAL)
    twin.seq, twin.prev = seq, prev
    assert world.admit(twin.sign(Device, **device(key("d2")))) == "fork"
    assert world.admit(twin.sign(Device, **device(key("d3")))) == "fork"
    assert {key("d2").keyid, key("d3").keyid}.isdisjoint(world.state.keys)
    assert world.admit(world.national.sign(Device, **device(key("d4")))) is None


def test_a_refused_statement_leaves_the_state_as_it_was(world: World) -> None:
    before = (set(world.state.keys), world.state.next_link(NATIONAL.keyid))
    bad = world.national.sign(Device, **(device(key("d1")) | {"proof": enrolment(key("d1"), "handler")["proof"]}))
    with pytest.raises(BadSignature):
        world.admit(bad)
    assert (set(world.state.keys), world.state.next_link(NATIONAL.keyid)) == before


def test_the_next_link_of_a_chain_is_what_admission_takes(world: World) -> None:
    seq, prev = world.state.next_link(NATIONAL.keyid)
    assert (seq, prev) == (world.national.seq + 1, world.national.prev)
    assert world.state.next_link("0" * 64) == (1, None)
