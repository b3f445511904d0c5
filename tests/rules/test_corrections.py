"""Corrections: how an earlier event should have read. They erase nothing."""

from msgspec.structs import replace

from custody.core.judgement import Finding
from tests.rules.scene import codes
from tests.rules.story import BOX, HOUR, OFFICE, OTHER, SECOND, STATION, VILLAGE, WAREHOUSE, A, B, Story, seals


def only(story: Story, code: str) -> Finding:
    (found,) = [one for one in story.book.findings(story.now) if one.code == code]
    return found


def to(story: Story, item: str = BOX) -> str | None:
    return story.book.memory.tracks[item].item.to


def test_what_a_correction_mends_stays_and_is_closed_by_it() -> None:
    story = Story()
    story.begin()
    wrong = story.say("inspect", site=WAREHOUSE, seals=seals(A, state="broken"))
    mended = story.say("correct", refs=[wrong.id], seals=seals(A))
    found = only(story, "seal-broken")
    assert (found.open, found.closed_by, found.evidence) == (False, [story.index(mended)], [story.index(wrong)])
    assert story.book.memory.tracks[BOX].item.seals == [A]


def test_what_a_correction_mends_stays_though_its_clock_says_that_it_came_first() -> None:
    story = Story()
    story.begin()
    wrong = story.say("inspect", site=WAREHOUSE, seals=seals(A, state="broken"))
    story.world.time = wrong.body.time - SECOND
    mended = story.say("correct", device=1, refs=[wrong.id], seals=seals(A))
    found = only(story, "seal-broken")
    assert (found.since, found.open, found.closed_by) == (wrong.body.time, False, [story.index(mended)])


def test_what_would_have_followed_from_an_event_that_was_corrected_before_never_was() -> None:
    story = Story()
    begun = story.begin(quantity=300)
    story.say("correct", refs=[begun.id], quantity=299)
    story.say("open", 0, 1, purpose="psu", quantity=299)
    assert codes(story.book.findings(story.now)) == []


def test_each_of_two_findings_is_closed_by_the_correction_that_mends_it() -> None:
    story = Story()
    story.begin()
    first = story.say("discrepancy", kind="extra")
    mends_first = story.say("correct", refs=[first.id])
    second = story.say("discrepancy", kind="damaged")
    mends_second = story.say("correct", refs=[second.id])
    assert only(story, "discrepancy-extra").closed_by == [story.index(mends_first)]
    assert only(story, "discrepancy-damaged").closed_by == [story.index(mends_second)]


def test_a_correction_without_members_annuls_the_event_for_the_items_that_it_names_only() -> None:
    story = Story()
    story.begin(BOX, OTHER)
    left = story.say("depart", items=[BOX, OTHER], to=story.sites[STATION])
    story.say("correct", items=[OTHER], refs=[left.id])
    assert (to(story, BOX), to(story, OTHER)) == (story.sites[STATION], None)


def test_a_discrepancy_is_corrected_to_another_one_and_to_nothing_else() -> None:
    for kind, found in (("damaged", "discrepancy-damaged"), ("bag", "discrepancy-extra")):
        story = Story()
        story.begin()
        reported = story.say("discrepancy", kind="extra")
        story.say("correct", refs=[reported.id], kind=kind)
        assert codes(story.book.findings(story.now), open=True) == [found]


def test_of_two_corrections_of_one_event_the_later_counts() -> None:
    story = Story()
    story.begin()
    left = story.say("depart", to=story.sites[STATION])
    story.say("correct", refs=[left.id], to=story.sites[VILLAGE])
    story.say("correct", refs=[left.id], to=story.sites[OFFICE])
    assert to(story) == story.sites[OFFICE]


def test_a_correction_that_is_annulled_has_no_effect() -> None:
    story = Story()
    story.begin()
    left = story.say("depart", to=story.sites[STATION])
    wrong = story.say("correct", refs=[left.id], to=story.sites[VILLAGE])
    story.say("correct", refs=[wrong.id])
    assert to(story) == story.sites[STATION]


def test_a_correction_of_a_correction_replaces_its_members_for_the_items_that_it_names() -> None:
    story = Story()
    story.begin(BOX, OTHER)
    left = story.say("depart", items=[BOX, OTHER], to=story.sites[STATION])
    wrong = story.say("correct", items=[BOX, OTHER], refs=[left.id], to=story.sites[VILLAGE])
    story.say("correct", items=[OTHER], refs=[wrong.id], to=story.sites[OFFICE])
    assert (to(story, BOX), to(story, OTHER)) == (story.sites[VILLAGE], story.sites[OFFICE])


def test_a_correction_by_someone_who_may_not_changes_nothing() -> None:
    story = Story()
    story.begin()
    left = story.say("depart", to=story.sites[STATION])
    story.say("correct", 1, device=1, refs=[left.id])
    assert to(story) == story.sites[STATION]
    assert codes(story.book.findings(story.now)) == ["correction-unauthorised"]


def test_who_signed_the_event_may_correct_it_at_another_device_and_a_supervisor_any() -> None:
    for by in (0, "supervisor"):
        story = Story()
        story.begin()
        left = story.say("depart", to=story.sites[STATION])
        handler = story.join("supervisor") if by == "supervisor" else 0
        story.say("correct", handler, device=1, refs=[left.id])
        assert to(story) is None
        assert codes(story.book.findings(story.now)) == []


def test_a_signature_under_an_unknown_key_is_no_right_to_correct_and_a_spoiled_one_never_becomes_one() -> None:
    for genuine in (True, False):
        story = Story()
        story.begin()
        stranger = story.stranger()
        left = story.say("depart", 0, stranger, to=story.sites[STATION])
        made = story.make("correct", stranger, device=1, refs=[left.id])
        if not genuine:
            made = replace(made, signatures={**made.signatures, story.key(stranger).keyid: bytes(64)})
        story.hear(made)
        assert to(story) == story.sites[STATION]
        story.enrol(stranger, "staff")
        assert to(story) == (None if genuine else story.sites[STATION])
        if not genuine:
            assert "correction-unauthorised" in codes(story.book.findings(story.now))


def test_a_correction_that_comes_before_what_it_corrects_counts_once_that_has_come() -> None:
    story = Story()
    story.begin()
    left = story.make("depart", 0, to=story.sites[STATION], device=1)
    story.say("correct", refs=[left.id], to=story.sites[VILLAGE])
    story.hear(left)
    assert to(story) == story.sites[VILLAGE]


def test_seals_of_a_corrected_event_are_those_of_the_correction() -> None:
    story = Story()
    story.begin(BOX, OTHER)
    sealed = story.say("seal", items=[BOX, OTHER], seals=seals(A))
    story.say("correct", items=[OTHER, BOX], refs=[sealed.id], seals=seals(B))
    tracks = story.book.memory.tracks
    assert (tracks[BOX].item.seals, tracks[OTHER].item.seals) == ([], [B])


def test_no_correction_mends_the_clock_of_an_event_that_is_earlier_than_what_it_refers_to() -> None:
    story = Story()
    story.begin()
    story.wait(2 * HOUR)
    released = story.release(0, STATION)
    story.world.time -= HOUR
    accepted = story.accept(1, released, warnings=["clock-before-cause"])
    story.wait(2 * HOUR)
    story.say("correct", refs=[accepted.id], device=1)
    clock, warned = only(story, "clock-before-cause"), only(story, "warning-overridden")
    assert (clock.open, warned.open, warned.parent) == (True, True, clock.id)
    assert clock.evidence == [story.index(released), story.index(accepted)]
    assert [part.item for part in clock.parts] == [BOX]
