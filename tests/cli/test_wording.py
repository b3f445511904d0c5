import pytest

from custody.cli.wording import local_time


@pytest.mark.parametrize(
    ("milliseconds", "shown"),
    [(1_864_573_200_000, "2029-02-01 00:00:00 WIB (UTC+7)"), (2**53 - 1, "9007199254740991 ms")],
)
def test_every_time_that_the_format_allows_can_be_shown(milliseconds: int, shown: str) -> None:
    assert local_time(milliseconds) == shown
