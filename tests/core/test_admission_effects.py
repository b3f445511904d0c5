"""What auditors, advisors, plans, policies and revocations of an authority with all below it may and may not do."""

import pytest

from custody.core.errors import WrongRole
from custody.core.keys import SigningKey
from custody.core.planning import Plan, Planned, Policy, Way
from custody.core.roster import (
    Advisor,
    Auditor,
    Authority,
    Device,
    Handler,
    LabelIssuer,
    Resolve,
    Revoke,
    Root,
    Site,
)
from custody.core.statement import Statement, sign
from tests.core.statements import BELOW, BESIDE, ITEM, TOP, Issuer, enrolment, event, key
from tests.core.test_admission import ANN_KEY, DEVICE, NATIONAL, PROVINCE, World, authority, device, handler, site

AUDITOR, ADVISOR, REGENCY = key("auditor"), key("advisor"), key("regency")
NOWHERE = "414/9521234567899/254/99"
FINDING = {"finding": "f-" + "a2" * 13, "reason": "found"}


@pytest.fixture
def world() -> World:
    return World()


def with_auditor(world: World) -> Issuer:
    assert world.admit(world.national.sign(Auditor, site=TOP, **enrolment(AUDITOR, "auditor"))) is None
    return Issuer(AUDITOR)


def test_an_auditor_resolves_findings_and_does_nothing_else(world: World) -> None:
    auditor = with_auditor(world)
    assert world.admit(auditor.sign(Resolve, **FINDING)) is None
    others: list[Statement] = [
        auditor.sign(Site, **site(TOP + ".9", TOP)),
        auditor.sign(Device, **device(key("d"))),
        auditor.sign(Auditor, site=TOP, **enrolment(key("another auditor"), "auditor")),
        auditor.sign(Revoke, key=DEVICE.keyid, reason="lost"),
        auditor.sign(Plan, **plan(Way(to=BELOW, due=5))),
        auditor.sign(Policy, site=BELOW, begins=0),
    ]
    assert [world.admit(statement) for statement in others] == ["not-for-auditor-keys"] * len(others)
    with pytest.raises(WrongRole):
        world.admit(sign(event(AUDITOR), [AUDITOR]))


def test_a_finding_is_resolved_by_an_authority_too_but_not_by_root_keys_or_whose_key_is_revoked(world: World) -> None:
    auditor = with_auditor(world)
    assert world.admit(world.national.sign(Resolve, **FINDING)) is None
    assert world.admit(world.root.sign(Resolve, **FINDING)) == "not-for-root-keys"
    assert world.admit(world.national.sign(Revoke, key=AUDITOR.keyid, reason="lost")) is None
    assert world.admit(auditor.sign(Resolve, **FINDING)) == "issuer-revoked"


def test_an_advisor_issues_no_statement(world: World) -> None:
    assert world.admit(world.national.sign(Advisor, **enrolment(ADVISOR, "advisor"))) is None
    with pytest.raises(WrongRole):
        world.admit(Issuer(ADVISOR).sign(Resolve, **FINDING))
    with pytest.raises(WrongRole):
        world.admit(sign(event(ADVISOR), [ADVISOR]))


@pytest.mark.parametrize(("type_", "role"), [(Auditor, "auditor"), (Advisor, "advisor")])
def test_auditors_and_advisors_are_enrolled_for_sites_that_are_there_and_in_scope(
    world: World, type_: type[Auditor | Advisor], role: str
) -> None:
    assert world.admit(world.national.sign(Authority, **authority(PROVINCE, TOP))) is None
    province, members = Issuer(PROVINCE), enrolment(key("new"), role)
    assert world.admit(province.sign(type_, site=NOWHERE, **members)) == "site-unknown"
    assert world.admit(province.sign(type_, site=BESIDE, **members)) == "out-of-scope"
    assert world.admit(province.sign(type_, **members)) == "out-of-scope"
    assert world.admit(province.sign(type_, site=BELOW, **members)) is None
    assert world.admit(province.sign(type_, site=BELOW, **members)) == "key-known"
    assert world.state.keys[key("new").keyid].by == PROVINCE.keyid


def plan(*ways: Way) -> dict[str, object]:
    """Members of a plan for one item that goes all these ways."""
    return {"ways": list(ways), "items": [Planned(item=ITEM, kind="box", ways=list(range(len(ways))))]}


def test_a_plan_leads_to_sites_of_the_issuers_own_by_way_of_any_that_are_there(world: World) -> None:
    assert world.admit(world.national.sign(Authority, **authority(PROVINCE, TOP))) is None
    province = Issuer(PROVINCE)
    here = Way(to=BELOW, due=5, via=[BESIDE])
    assert world.admit(province.sign(Plan, **plan(here))) is None
    assert world.admit(province.sign(Plan, **plan(here, Way(to=NOWHERE, due=5)))) == "site-unknown"
    assert world.admit(province.sign(Plan, **plan(Way(to=BELOW, due=5, via=[NOWHERE])))) == "site-unknown"
    assert world.admit(province.sign(Plan, **plan(here, Way(to=BESIDE, due=5)))) == "out-of-scope"
    assert world.admit(world.root.sign(Plan, **plan(here))) == "not-for-root-keys"


NEXT = TOP + ".72"


def with_two_regencies(world: World) -> tuple[Issuer, Issuer, Issuer]:
    """PROVINCE at TOP, REGENCY at BELOW, and another regency at NEXT: beside REGENCY, and under PROVINCE as well."""
    assert world.admit(world.national.sign(Authority, **authority(PROVINCE, TOP))) is None
    province = Issuer(PROVINCE)
    assert world.admit(province.sign(Site, **site(NEXT, TOP))) is None
    for one, there in ((REGENCY, BELOW), (key("next"), NEXT)):
        assert world.admit(province.sign(Authority, **authority(one, there))) is None
    return province, Issuer(REGENCY), Issuer(key("next"))


def test_an_item_that_another_regency_has_planned_is_planned_anew_by_that_one_and_by_who_is_above_both(
    world: World,
) -> None:
    province, regency, beside = with_two_regencies(world)
    here, there = plan(Way(to=BELOW, due=5)), plan(Way(to=NEXT, due=5))
    assert world.admit(regency.sign(Plan, **here)) is None
    assert world.admit(beside.sign(Plan, **there)) == "item-out-of-scope"
    assert world.admit(regency.sign(Plan, **here)) is None
    assert world.admit(province.sign(Plan, **here)) is None
    assert world.admit(regency.sign(Plan, **here)) is None
    assert world.admit(world.national.sign(Plan, **here)) is None
    assert world.admit(beside.sign(Plan, **there)) == "item-out-of-scope"


def test_of_two_regencies_that_plan_an_item_the_first_in_the_log_has_it_until_the_province_gives_it_to_the_other(
    world: World,
) -> None:
    province, regency, beside = with_two_regencies(world)
    here, there = plan(Way(to=BELOW, due=5)), plan(Way(to=NEXT, due=5))
    earlier = regency.sign(Plan, **here)
    assert world.admit(beside.sign(Plan, **there)) is None
    assert world.admit(earlier) == "item-out-of-scope"
    assert world.admit(regency.sign(Plan, **here)) == "item-out-of-scope"
    assert world.admit(province.sign(Plan, **here)) is None
    assert world.admit(beside.sign(Plan, **there)) == "item-out-of-scope"
    assert world.admit(regency.sign(Plan, **here)) is None


def test_an_item_that_goes_a_way_out_of_the_regency_is_the_provinces_to_plan_anew(world: World) -> None:
    province, regency, _ = with_two_regencies(world)
    assert world.admit(province.sign(Plan, **plan(Way(to=BELOW, due=5), Way(to=TOP, due=9)))) is None
    assert world.admit(regency.sign(Plan, **plan(Way(to=BELOW, due=5)))) == "item-out-of-scope"
    assert world.admit(province.sign(Plan, **plan(Way(to=BELOW, due=5)))) is None
    assert world.admit(regency.sign(Plan, **plan(Way(to=BELOW, due=6)))) is None


def test_one_item_of_anothers_plan_leaves_the_whole_plan_without_effect(world: World) -> None:
    _, regency, beside = with_two_regencies(world)
    assert world.admit(regency.sign(Plan, **plan(Way(to=BELOW, due=5)))) is None
    ways = [Way(to=NEXT, due=5)]
    own = [Planned(item=ITEM[:-1] + "2", kind="box", ways=[0])]
    assert world.admit(beside.sign(Plan, ways=ways, items=[*own, Planned(item=ITEM, kind="box", ways=[0])])) == (
        "item-out-of-scope"
    )
    assert world.state.planned.keys() == {ITEM}
    assert world.admit(beside.sign(Plan, ways=ways, items=own)) is None


def test_a_policy_is_for_sites_of_the_issuers_own(world: World) -> None:
    assert world.admit(world.national.sign(Authority, **authority(PROVINCE, TOP))) is None
    province = Issuer(PROVINCE)
    assert world.admit(province.sign(Policy, site=BELOW, begins=0)) is None
    assert world.admit(province.sign(Policy, site=NOWHERE, begins=0)) == "site-unknown"
    assert world.admit(province.sign(Policy, site=BESIDE, begins=0)) == "out-of-scope"
    assert world.admit(province.sign(Policy, begins=0)) == "out-of-scope"
    assert world.admit(world.national.sign(Policy, begins=0)) is None


def with_three_levels(world: World) -> tuple[Issuer, Issuer]:
    """PROVINCE enrols REGENCY and a label issuer, REGENCY a device and a handler; NATIONAL has DEVICE beside them."""
    assert world.admit(world.national.sign(Authority, **authority(PROVINCE, TOP))) is None
    province, regency = Issuer(PROVINCE), Issuer(REGENCY)
    assert world.admit(province.sign(Authority, **authority(REGENCY, BELOW))) is None
    labels = {"site": TOP, "hosts": ["id.example"], "ranges": ["8003/"], **enrolment(key("l"), "label-issuer")}
    assert world.admit(province.sign(LabelIssuer, **labels)) is None
    assert world.admit(regency.sign(Device, **device(key("d")))) is None
    assert world.admit(regency.sign(Handler, **handler(ANN_KEY))) is None
    return province, regency


def revoked(world: World, *keys: SigningKey) -> list[str | None]:
    """The reasons why these keys are revoked."""
    held = (world.state.keys[one.keyid].revoked for one in keys)
    return [one.reason if one else None for one in held]


UNDER_PROVINCE = (REGENCY, key("l"), key("d"), ANN_KEY)


@pytest.mark.parametrize("enrolled", [None, "keep"])
def test_a_revoked_authoritys_keys_stay_good_unless_it_is_said_that_they_fall(
    world: World, enrolled: str | None
) -> None:
    _, regency = with_three_levels(world)
    assert world.admit(world.national.sign(Revoke, key=PROVINCE.keyid, reason="lost", enrolled=enrolled)) is None
    assert revoked(world, PROVINCE, *UNDER_PROVINCE) == ["lost", None, None, None, None]
    assert world.admit(regency.sign(Device, **device(key("d2")))) is None


def test_with_an_authority_falls_all_that_it_enrolled_and_so_on_downward_and_nothing_else(world: World) -> None:
    _, regency = with_three_levels(world)
    compromised = {"reason": "compromised", "since": 7, "enrolled": "revoke"}
    assert world.admit(world.national.sign(Revoke, key=PROVINCE.keyid, **compromised)) is None
    assert revoked(world, PROVINCE, *UNDER_PROVINCE) == ["compromised"] * 5
    assert revoked(world, NATIONAL, DEVICE, key("root")) == [None, None, None]
    fallen = world.state.keys[ANN_KEY.keyid].revoked
    assert fallen is not None
    assert fallen.since == 7
    assert world.admit(regency.sign(Device, **device(key("d2")))) == "issuer-revoked"
    assert world.admit(sign(event(key("d")), [key("d")])) is None


def test_the_last_good_statement_of_an_authority_is_not_that_of_the_keys_that_fall_with_it(world: World) -> None:
    with_three_levels(world)
    retired = {"reason": "retired", "final": "0" * 64, "enrolled": "revoke"}
    assert world.admit(world.national.sign(Revoke, key=PROVINCE.keyid, **retired)) is None
    held = [world.state.keys[one.keyid].revoked for one in (PROVINCE, REGENCY)]
    assert [one.final if one else "good" for one in held] == ["0" * 64, None]


def test_what_is_revoked_more_gravely_already_stays_so_and_what_is_under_it_falls_too(world: World) -> None:
    with_three_levels(world)
    assert world.admit(world.national.sign(Revoke, key=REGENCY.keyid, reason="compromised", since=3)) is None
    assert world.admit(world.national.sign(Revoke, key=PROVINCE.keyid, reason="lost", enrolled="revoke")) is None
    assert revoked(world, REGENCY, key("d"), ANN_KEY) == ["compromised", "lost", "lost"]


def test_that_an_authoritys_keys_fall_may_be_said_later_and_is_not_taken_back(world: World) -> None:
    with_three_levels(world)
    lost = {"key": PROVINCE.keyid, "reason": "lost"}
    assert world.admit(world.national.sign(Revoke, **lost)) is None
    assert world.admit(world.national.sign(Revoke, **lost, enrolled="revoke")) is None
    assert world.admit(world.national.sign(Revoke, **lost, enrolled="keep")) == "already-revoked"
    assert revoked(world, *UNDER_PROVINCE) == ["lost"] * 4


def test_only_an_authority_has_enrolled_anything(world: World) -> None:
    for enrolled in ("keep", "revoke"):
        lost = world.national.sign(Revoke, key=DEVICE.keyid, reason="lost", enrolled=enrolled)
        assert world.admit(lost) == "not-an-authority"
    assert world.admit(world.national.sign(Revoke, key=DEVICE.keyid, reason="lost")) is None


def test_root_keys_do_not_fall_with_an_authority(world: World) -> None:
    new_root = [world.state.root.keys[0]] if world.state.root else []
    assert world.admit(world.root.sign(Root, keys=new_root, threshold=1)) is None
    fall = {"reason": "compromised", "since": 0, "enrolled": "revoke"}
    assert world.admit(world.root.sign(Revoke, key=NATIONAL.keyid, **fall)) is None
    assert revoked(world, key("root"), key("root2"), DEVICE) == [None, None, "compromised"]
