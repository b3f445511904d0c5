"""Two readers of different kinds at one agent, at once: nothing is lost, and nothing counts twice."""

from pathlib import Path

from tests.agent import shift


def test_a_serial_scanner_and_a_camera_read_at_once_and_each_label_is_signed_once(tmp_path: Path) -> None:
    outcome = shift.run(reads=60, session=30, folder=tmp_path)
    assert sorted(outcome.signed) == sorted(outcome.read)
    assert len(outcome.read) == 60
    assert min(outcome.kinds["serial"], outcome.kinds["camera"]) >= 20
    assert len(outcome.memory) == 2


def test_what_is_lost_or_counted_twice_is_told() -> None:
    outcome = shift.Outcome(read=["a", "b", "c"], signed=["a", "a", "c"])
    assert dict(outcome.missing) == {"b": 1}
    assert dict(outcome.doubled) == {"a": 1}


def test_memory_grows_where_the_least_of_it_does() -> None:
    assert shift.Outcome(memory=[90, 95, 120, 100, 101, 130, 100, 125]).growth == 0
    assert shift.Outcome(memory=[90, 95, 100, 120, 101, 130, 118, 125]).growth == 18
    assert shift.Outcome(memory=[90, 95]).growth == 5
