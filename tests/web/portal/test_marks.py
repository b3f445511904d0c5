"""An item's page is good, within the minute, until something of what it shows changes: however the log grows."""

import re
from collections.abc import Callable, Iterator

import pytest
from flask import g

from custody.core.event import Seal
from custody.core.roster import Handler
from custody.core.statement import Statement
from custody.web.access import PUBLIC, Viewer
from custody.web.portal.kept_pages import KeptPages
from custody.web.portal.pages import MINUTE_MS
from tests.web.portal.opened import BROWSER, Opened, opened
from tests.world import START, World, item_id, key_of

BOX, CRATE, TRUCK, OTHER = map(item_id, range(4))
SEAL = "seal/kpu/A1"
EARLIER, FAR_OFF = START + MINUTE_MS, START + 10**12
NOTHING_FOUND = "Tidak ada ketidaksesuaian tentang barang ini."
Step = Callable[[World], Statement]


def new_badge(world: World) -> Statement:
    handler = world.handler_ids[0]
    possession = world.possession(key_of("new badge"), "handler", handler)
    return world.sign(
        Handler, world.authority, **possession, handler=handler, badge=1, role="carrier", site=world.sites[2], begins=0
    )


OF_OTHERS: dict[str, Step] = {
    "another item is inspected": lambda world: world.event("inspect", items=[OTHER], by=[0]),
    "another item is handed over": lambda world: world.handover(items=[OTHER]),
    "another seal is put on another item": lambda world: world.event(
        "seal", items=[OTHER], by=[0], seals=[Seal(item=0, id="seal/kpu/A9")]
    ),
}
ITS_OWN: dict[str, Step] = {
    "it is inspected": lambda world: world.event("inspect", items=[BOX], by=[0], condition="wet"),
    "what it is in is handed over": lambda world: world.handover(items=[CRATE], releaser=0, receiver=2),
    "what it is in is packed": lambda world: world.event("pack", items=[CRATE], container=TRUCK, by=[0]),
    "what it is in is in something that departs": lambda world: world.event(
        "depart", items=[TRUCK], by=[0], to=world.sites[2], carrier=world.handler_ids[0]
    ),
    "who has it is given another badge": new_badge,
}
OF_THE_ROSTER: dict[str, Step] = {
    "a badge is revoked": lambda world: world.revoke(world.handlers[0].keyid),
    "the public is to learn of it later": lambda world: world.policy(begins=FAR_OFF, public_delay_ms=MINUTE_MS),
}


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    """The minute changes only where a test says so."""
    world = World()
    with opened(tmp_path_factory.mktemp("log"), world) as portal, pytest.MonkeyPatch.context() as patch:
        now = portal.ledger._clock.now()
        patch.setattr(portal.ledger._clock, "now", lambda: now)
        world.time = EARLIER + MINUTE_MS
        portal.submit(
            [
                world.event("commission", items=[BOX, CRATE, TRUCK, OTHER], by=[0], kind="ballot-box"),
                world.event("seal", items=[BOX], by=[0], seals=[Seal(item=0, id=SEAL)]),
                world.event("pack", items=[BOX], container=CRATE, by=[0]),
            ]
        )
        yield portal


def ask(portal: Opened, language: str = "id", tag: str = "") -> tuple[int, str, str]:
    """(status, tag, what the page shows beside how far it has looked), of a page that nobody has made yet."""
    portal.app.extensions["custody.pages"] = KeptPages()
    answer = portal.client(language).get(f"/{BOX}", headers={**BROWSER, "If-None-Match": tag})
    shown = answer.text.partition("<main")[2].partition('<section id="verify"')[0]
    return answer.status_code, answer.headers["ETag"], shown


def words(page: str) -> str:
    return re.sub("<[^>]*>", " ", page)


@pytest.mark.parametrize("step", OF_OTHERS)
def test_what_happens_to_others_leaves_it_good(portal: Opened, step: str) -> None:
    _, tag, shown = ask(portal)
    portal.submit([OF_OTHERS[step](portal.world)])
    assert ask(portal, tag=tag)[:2] == (304, tag)
    assert ask(portal)[1:] == (tag, shown)


@pytest.mark.parametrize("step", ITS_OWN)
def test_it_is_good_no_more_once(portal: Opened, step: str) -> None:
    _, tag, shown = ask(portal)
    portal.submit([ITS_OWN[step](portal.world)])
    status, other, then = ask(portal, tag=tag)
    assert (status, other != tag, words(then) != words(shown)) == (200, True, True)


@pytest.mark.parametrize("step", OF_THE_ROSTER)
def test_whatever_the_roster_says_it_is_looked_at_anew(portal: Opened, step: str) -> None:
    _, tag, _ = ask(portal)
    portal.submit([OF_THE_ROSTER[step](portal.world)])
    assert ask(portal, tag=tag)[0] == 200


def test_it_is_good_no_more_once_something_is_found_of_it_by_an_event_of_another(portal: Opened) -> None:
    """Logged late: the seal was on another item before, and nothing of this one's own has changed."""
    _, tag, shown = ask(portal)
    world = portal.world
    now, world.time = world.time, EARLIER
    portal.submit([world.event("seal", device=1, items=[OTHER], by=[1], seals=[Seal(item=0, id=SEAL)])])
    world.time = now
    status, _, then = ask(portal, tag=tag)
    assert (status, NOTHING_FOUND in shown, NOTHING_FOUND in then) == (200, True, False)


def test_it_is_good_no_more_once_a_minute_has_passed(portal: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    _, tag, _ = ask(portal)
    later = portal.ledger._clock.now() + MINUTE_MS
    monkeypatch.setattr(portal.ledger._clock, "now", lambda: later)
    assert ask(portal, tag=tag)[0] == 200


def test_each_language_has_its_own(portal: Opened) -> None:
    assert ask(portal, "en", tag=ask(portal)[1])[0] == 200


def test_what_was_made_before_the_log_grew_is_not_made_again_for_who_comes(portal: Opened) -> None:
    first = portal.client().get(f"/{BOX}", headers=BROWSER).text
    portal.submit([OF_OTHERS["another item is inspected"](portal.world)])
    assert portal.client().get(f"/{BOX}", headers=BROWSER).text == first


def test_who_is_signed_in_sees_how_far_the_log_has_grown(portal: Opened) -> None:
    """For them names and photographs are on it as well, of which the log says nothing."""
    tags = {viewer: [_tag_for(portal, viewer)] for viewer in (PUBLIC, Viewer("a-1", ("operator",)))}
    portal.submit([OF_OTHERS["another item is inspected"](portal.world)])
    for viewer, seen in tags.items():
        seen.append(_tag_for(portal, viewer))
    assert [len(set(seen)) for seen in tags.values()] == [1, 2]


def _tag_for(portal: Opened, viewer: Viewer) -> str:
    portal.app.extensions["custody.pages"] = KeptPages()
    with portal.app.test_request_context(f"/{BOX}"):
        g.viewer = viewer
        answer = portal.app.view_functions["item.show"](namespace="8004", rest=BOX.partition("/")[2])
        return str(answer.headers["ETag"])
