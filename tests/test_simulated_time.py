"""The simulation's clock beside a real one."""

import time

from custody.simulation.simulated_time import Time


def test_what_is_sent_has_happened_also_where_the_story_was_turned_back_since() -> None:
    story = Time(hour_ms=50)
    story.begin(0)
    story.turn_to(0, 6)
    latest = story.ms
    story.turn_to(0, 1)
    story.let_pass()
    assert time.time_ns() // 1_000_000 >= latest
