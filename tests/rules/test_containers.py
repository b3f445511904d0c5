"""Containers in containers: what happens to the outer happens to the inner."""

from itertools import pairwise

import msgspec
import pytest

from custody.core import histories
from custody.core.acts import Scene
from custody.core.containers import DEEPEST, outermost
from custody.core.event import Part
from custody.core.history import Logged
from custody.core.item import Item
from custody.core.statement import Statement
from tests.rules.comparing import kept, seen
from tests.rules.scene import codes, read
from tests.rules.story import BOX, CRATE, DAY, HOUR, OTHER, STATION, VILLAGE, WAREHOUSE, Story
from tests.world import item_id


def packed() -> Story:
    """BOX in OTHER in CRATE, in the warehouse."""
    story = Story()
    story.begin(BOX, OTHER, CRATE)
    story.say("pack", items=[BOX], container=OTHER)
    story.say("pack", items=[OTHER], container=CRATE)
    return story


def place(story: Story, item: str) -> Item:
    tracks = story.book.memory.tracks
    return outermost(tracks, tracks[item]).item


def item(story: Story, name: str) -> Item:
    return story.book.memory.tracks[name].item


def found(story: Story, now: int | None = None) -> list[str]:
    return codes(story.book.findings(story.now if now is None else now))


def test_what_is_in_a_container_is_where_that_is_and_whose() -> None:
    story = packed()
    story.handover(0, 1, items=[CRATE])
    story.say("depart", items=[CRATE], to=story.sites[STATION])
    story.say("arrive", items=[CRATE], site=STATION)
    assert (place(story, BOX).site, place(story, BOX).custodian) == (story.sites[STATION], story.id(1))
    story.say("unpack", items=[OTHER], container=CRATE, site=STATION)
    assert (item(story, OTHER).site, item(story, OTHER).custodian) == (story.sites[STATION], story.id(1))
    assert (item(story, OTHER).container, item(story, BOX).container) == (None, OTHER)
    assert found(story) == []


def test_a_planned_item_comes_past_the_sites_and_in_time_inside_its_container() -> None:
    story = Story()
    due = story.now + 20 * DAY
    story.plan(due, VILLAGE)
    story.begin(BOX, OTHER, CRATE)
    story.say("pack", items=[BOX], container=OTHER)
    story.say("pack", items=[OTHER], container=CRATE)
    story.say("depart", items=[CRATE], to=story.sites[VILLAGE])
    story.say("arrive", items=[CRATE], site=VILLAGE)
    story.say("depart", items=[CRATE], site=VILLAGE, to=story.sites[STATION])
    assert found(story, due) == ["late", "at-risk"]
    story.say("arrive", items=[CRATE], site=STATION)
    assert item(story, BOX).way == 1
    assert found(story, due) == []


def test_an_item_that_moves_without_its_container_is_out_of_it() -> None:
    story = packed()
    story.say("depart", items=[OTHER], to=story.sites[STATION])
    assert (item(story, OTHER).container, item(story, CRATE).contents) == (None, [])
    assert (item(story, BOX).container, place(story, BOX).to) == (OTHER, story.sites[STATION])


@pytest.mark.parametrize("number", range(4))  # either statement's id may be the less
@pytest.mark.parametrize("as_parts", [True, False])
def test_a_container_whose_content_did_not_fit_beside_it_keeps_that_in_whatever_order_the_parts_came(
    number: int, as_parts: bool
) -> None:
    story, crate = Story(), item_id(20 + number)
    story.begin(BOX, crate)
    story.say("pack", container=crate)
    sides: list[Statement] = []
    for i, name in enumerate((crate, BOX), 1):
        part = {"part": Part(i=i, n=2)} if as_parts else {}
        sides.append(story.make("depart", 0, items=[name], to=story.sites[STATION], **part))
        story.world.time -= 0 if i == 2 else 1000
    for side in reversed(sides):
        story.hear(side, received=story.now)
    assert (item(story, BOX).container == crate) is as_parts
    assert seen(read(story.book.entries, story.world)) == seen(story.book)


def test_what_was_released_and_then_packed_is_accepted_alone() -> None:
    story = packed()
    released = story.release(0, STATION, items=[BOX])
    story.say("pack", items=[BOX], container=CRATE)
    story.accept(1, released, items=[BOX])
    assert (item(story, BOX).site, item(story, BOX).custodian) == (story.sites[STATION], story.id(1))
    assert found(story, released.body.time + 2 * DAY) == []


def test_an_item_that_moves_together_with_its_container_stays_in_it() -> None:
    story = packed()
    story.say("depart", items=[BOX, OTHER], to=story.sites[STATION])
    assert (item(story, BOX).container, item(story, OTHER).container) == (OTHER, None)


def test_an_item_that_is_found_elsewhere_than_its_container_is_out_of_it_and_its_custody_was_broken() -> None:
    story = packed()
    story.say("inspect", items=[BOX], site=STATION)
    assert (item(story, BOX).container, item(story, BOX).site) == (None, story.sites[STATION])
    assert item(story, OTHER).site == story.sites[WAREHOUSE]
    assert found(story) == ["custody-break"]


def test_an_item_that_is_found_where_its_container_is_or_may_be_stays_in_it() -> None:
    story = packed()
    story.say("inspect", items=[BOX])
    story.say("depart", items=[CRATE], to=story.sites[STATION])
    story.say("inspect", items=[BOX], site=VILLAGE)
    assert item(story, BOX).container == OTHER
    assert found(story) == []


def test_a_container_is_where_it_is_packed() -> None:
    story = packed()
    story.begin("8004/952000000009", site=STATION)
    story.say("pack", items=["8004/952000000009"], container=CRATE, site=STATION)
    assert item(story, CRATE).site == story.sites[STATION]
    assert found(story) == ["custody-break"]


def test_a_container_that_nobody_commissioned_is_an_unknown_item() -> None:
    story = Story()
    story.begin()
    story.say("pack", container=CRATE)
    assert found(story) == ["unknown-item"]


def test_what_is_reported_of_an_item_in_a_container_is_found() -> None:
    story = packed()
    story.say("discrepancy", items=[BOX], kind="damaged")
    story.say("open", 0, 1, items=[BOX], purpose="psu")
    assert item(story, BOX).open
    story.say("retire", 0, 1, items=[BOX])
    story.say("inspect", items=[BOX])
    assert found(story) == ["discrepancy-damaged", "after-retirement"]


def test_an_item_that_is_missing_at_a_place_is_not_there() -> None:
    story = Story()
    story.begin()
    story.say("discrepancy", kind="missing", site=STATION)
    assert item(story, BOX).site == story.sites[WAREHOUSE]
    assert found(story) == ["discrepancy-missing"]


def test_a_container_never_is_in_itself() -> None:
    story = packed()
    story.say("pack", items=[CRATE], container=BOX)
    assert (item(story, CRATE).container, item(story, BOX).contents) == (None, [])
    assert place(story, BOX) is item(story, CRATE)


@pytest.mark.parametrize("inner_first", [True, False])
def test_containers_in_containers_have_an_end(inner_first: bool) -> None:
    story = Story()
    names = [item_id(number) for number in range(DEEPEST + 2)]
    story.begin(*names)
    pairs = list(pairwise(names))
    for inner, outer in pairs if inner_first else reversed(pairs):
        story.say("pack", items=[inner], container=outer)
    outside = [name for name in names if item(story, name).container is None]
    assert outside == ([names[-2], names[-1]] if inner_first else [names[0], names[-1]])
    if inner_first:
        story.say("unpack", items=[names[-3]], container=names[-2])
        story.say("pack", items=[names[-2]], container=names[-1])
        assert item(story, names[-2]).container == names[-1]


def test_part_of_what_was_released_in_a_container_is_accepted() -> None:
    story = packed()
    story.begin("8004/952000000009")
    story.say("pack", items=["8004/952000000009"], container=CRATE)
    released = story.release(0, STATION, items=[CRATE])
    story.accept(1, released, items=[OTHER])
    assert (item(story, OTHER).custodian, item(story, OTHER).container) == (story.id(1), None)
    assert (place(story, "8004/952000000009").to, place(story, BOX).custodian) == (story.sites[STATION], story.id(1))
    assert found(story, released.body.time + DAY + HOUR) == ["release-open"]


@pytest.mark.parametrize(
    ("action", "members"),
    [
        ("commission", {"kind": "bag"}),
        ("store", {}),
        ("discrepancy", {"kind": "damaged"}),
        ("correct", {"kind": "box"}),
    ],
)
@pytest.mark.parametrize("late", [False, True])
def test_an_event_by_which_an_item_is_in_itself_is_in_its_history_once(
    action: str, members: dict[str, str], late: bool
) -> None:
    story = Story()
    begun = story.begin()
    refs = [begun.id] if action == "correct" else []
    said = story.make(action, 0, container=BOX, refs=refs, **members)
    if late:
        after = story.say("inspect", device=1)
    story.hear(said)
    history = story.book.memory.tracks[BOX].history
    assert sorted(history) == [story.index(one) for one in ([begun, after, said] if late else [begun, said])]


@pytest.fixture
def four_together(monkeypatch: pytest.MonkeyPatch) -> Story:
    """BOX and OTHER are in CRATE, and of four things that belong together only one is to come."""
    monkeypatch.setattr("custody.core.histories.TOGETHER", 4)
    story = Story()
    story.begin(BOX, OTHER, CRATE, *MORE)
    story.say("pack", items=[BOX, OTHER], container=CRATE)
    return story


MORE = [item_id(number) for number in range(10, 14)]


def test_a_container_takes_no_more_when_too_many_would_belong_together(four_together: Story) -> None:
    story = four_together
    story.say("pack", items=MORE[:2], container=CRATE)
    assert [item(story, name).container for name in MORE[:2]] == [CRATE, None]
    [full] = story.book.findings(story.now)
    assert (full.code, [part.item for part in full.parts]) == ("container-full", [MORE[1]])


def test_what_once_shared_a_container_counts_also_when_it_is_out_of_it(four_together: Story) -> None:
    story = four_together
    story.say("unpack", items=[BOX, OTHER], container=CRATE)
    story.say("pack", items=[MORE[0]], container=MORE[1])
    story.say("pack", items=[MORE[1]], container=CRATE)
    assert item(story, MORE[1]).container is None
    story.say("pack", items=[BOX], container=CRATE)
    assert (item(story, BOX).container, item(story, MORE[0]).container) == (CRATE, MORE[1])


def test_what_stays_apart_is_judged_the_same_when_it_happens_again(four_together: Story) -> None:
    story = four_together
    late = story.make("inspect", 0, device=1, items=[*MORE[:2], CRATE])
    story.say("pack", items=MORE[:3], container=CRATE, quantity=3)
    story.say("depart", items=[CRATE], to=story.sites[STATION])
    story.say("unpack", items=MORE[:3], container=CRATE)
    before = seen(story.book)
    assert codes(story.book.findings(story.now)) == ["container-full"]
    in_turn = {name: msgspec.json.encode(track) for name, track in story.book.memory.tracks.items()}
    story.book.rules.histories.again([*MORE, CRATE])  # as what comes late would
    assert {name: msgspec.json.encode(track) for name, track in story.book.memory.tracks.items()} == in_turn
    story.hear(late, received=story.now)
    assert kept(read(story.book.entries, story.world).memory) == kept(story.book.memory)
    assert seen(story.book) != before


@pytest.mark.parametrize("bound", [4, 5])
def test_only_where_too_many_would_belong_together_does_the_order_of_devices_decide_which_stays_apart(
    four_together: Story, monkeypatch: pytest.MonkeyPatch, bound: int
) -> None:
    monkeypatch.setattr("custody.core.histories.TOGETHER", bound)
    story = four_together
    packed = [story.make("pack", 0, device=device, items=[MORE[device]], container=CRATE) for device in (0, 1)]

    def told(order: list[Statement]) -> dict[str, str]:
        """By item what was found of it; nothing of those that are in the crate."""
        book = read([*story.book.entries, *((story.now, one) for one in order)], story.world)
        inside = {name for name, track in book.memory.tracks.items() if track.item.container == CRATE}
        assert inside >= {BOX, OTHER}
        found = {str(part.item): one.code for one in book.findings(story.now) for part in one.parts}
        assert found.keys() == {*MORE[:2]} - inside
        return found

    full = [{MORE[1]: "container-full"}, {MORE[0]: "container-full"}]
    assert [told(packed), told(packed[::-1])] == (full if bound == 4 else [{}, {}])


def test_a_hostile_device_makes_no_event_cost_more_than_the_bounds_allow(monkeypatch: pytest.MonkeyPatch) -> None:
    """However much it has sent: what is counted is what the rules look at for a late event, and for a move."""
    monkeypatch.setattr("custody.core.histories.TOGETHER", 40)
    monkeypatch.setattr("custody.core.containers.WIDEST", 10)
    monkeypatch.setattr("custody.core.containers.MOST_MOVED", 20)
    looked: list[int] = []
    happen = histories.happen

    def counted(scene: Scene, logged: Logged) -> None:
        looked.append(len(scene.tracks) + len(logged.event.items))
        happen(scene, logged)

    monkeypatch.setattr(histories, "happen", counted)

    def cost(story: Story, statement: Statement) -> int:
        looked.clear()
        story.hear(statement, received=story.now)
        story.book.rules.settle()
        return sum(looked)

    def attack(rounds: int) -> tuple[int, int]:
        story, names = Story(), [item_id(number) for number in range(rounds)]
        held_back = story.make("inspect", 0, device=1, items=names[:1])
        for inner, outer in pairwise(names):  # each crate holds what held the one before, in a chain without end
            story.say("pack", items=[inner], container=outer)
            story.say("unpack", items=[inner], container=outer)
        crates = [f"plain/x/{number}" for number in range(rounds)]
        for number, crate in enumerate(crates):
            story.say("pack", items=[f"plain/x/{number}.{inner}" for inner in range(15)], container=crate)
        moved = story.make("depart", 0, items=crates[:50], to=story.sites[STATION])
        assert max(item(story, crate).holds for crate in crates) == 10
        assert max(track.together for track in story.book.memory.tracks.values()) <= 40
        return cost(story, held_back), cost(story, moved)

    late, move = attack(60)
    assert (late, move) == attack(120)
    assert late <= 2 * 40 * 2 * 3
    assert move <= 50 + 50


def test_an_event_of_many_items_that_happens_again_costs_each_item_only_its_own_part(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Else a device that names the same thousand in each event makes each late one cost a million times its history."""
    looked: list[int] = []
    happen = histories.happen
    monkeypatch.setattr(
        histories, "happen", lambda scene, one: looked.append(len(one.event.items)) or happen(scene, one)
    )
    story, names = Story(), [item_id(number) for number in range(50)]
    held_back = story.make("inspect", 0, device=1, items=names)
    for _ in range(4):
        story.say("inspect", items=names)
    looked.clear()
    story.hear(held_back, received=story.now)
    assert codes(story.book.findings(story.now), open=True) == ["unknown-item"]
    assert sum(looked) == 5 * 50
