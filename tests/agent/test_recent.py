"""Which reads are new: what was seen a moment ago is not, unless it was refused and something else was taken since."""

from scanner_agent.sources.recent import Recent


def test_a_code_that_stays_in_view_among_others_does_not_come_anew_when_they_go() -> None:
    recent = Recent(3.0)
    assert recent.is_new("alone", 0.0)
    for second in (2.0, 4.0, 6.0):
        recent.renew("alone", second)
    assert not recent.is_new("alone", 8.0)


def test_what_was_not_seen_within_the_window_is_not_renewed() -> None:
    recent = Recent(3.0)
    recent.is_new("alone", 0.0)
    for what, second in (("alone", 3.0), ("never", 3.0)):
        recent.renew(what, second)
        assert recent.is_new(what, second)


def test_what_was_refused_is_new_again_once_something_else_was_taken() -> None:
    recent = Recent(3.0)
    for what, taken in (("seal", False), ("other seal", False), ("item", True)):
        assert recent.is_new(what, 0.0)
        assert not recent.is_new("seal", 0.1)
        recent.judged(what, taken=taken)
    assert [recent.is_new(what, 0.2) for what in ("seal", "other seal", "item")] == [True, True, False]


def test_what_was_taken_stays_seen_when_something_else_is() -> None:
    recent = Recent(3.0)
    for what in ("box", "bag"):
        recent.is_new(what, 0.0)
        recent.judged(what, taken=True)
    assert not recent.is_new("box", 0.1)


def test_it_is_known_what_became_of_each_text_until_it_is_read_anew() -> None:
    recent = Recent(3.0)
    for what, taken in (("box", True), ("menu", False)):
        recent.is_new(what, 0.0)
        assert recent.was_taken(what) is None
        recent.judged(what, taken=taken)
    assert (recent.was_taken("box"), recent.was_taken("menu")) == (True, False)
    assert recent.is_new("box", 3.0)
    assert recent.was_taken("box") is None


def test_a_shorter_window_holds_for_what_it_is_asked_of_alone() -> None:
    recent = Recent(1.0)
    assert recent.is_new("undo", 0.0, 0.5)
    assert [recent.is_new("undo", at, 0.5) for at in (0.4, 0.8, 1.4)] == [False, False, True]
    assert recent.is_new("box", 0.0)
    assert not recent.is_new("box", 0.8)


def test_what_was_seen_is_known_again_and_not_kept() -> None:
    recent = Recent(1.0)
    assert recent.is_new("custody-badge/1/secret", 0.0)
    recent.judged("custody-badge/1/secret", taken=True)
    assert not recent.is_new("custody-badge/1/secret", 0.5)
    assert "secret" not in repr(vars(recent))
