"""One-time codes: for one device at one site, once, for ten minutes."""

import pytest

from custody.core.errors import ExpiredCode, Malformed, UnknownCode, UsedCode
from custody.web.admin.codes import GOOD_MS, REMEMBERED, Codes, handle_of

HERE, ELSEWHERE = "414/9521234567899", "414/9521234567899/254/9"


class Time:
    now = 0

    def __call__(self) -> int:
        return self.now


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def codes(time: Time) -> Codes:
    return Codes(time)


def test_a_code_is_good_once_and_again_for_the_key_that_used_it(codes: Codes) -> None:
    code = codes.show(HERE, "a-1")
    for _ in range(2):
        assert codes.use(code, "one", HERE).account == "a-1"
    with pytest.raises(UsedCode):
        codes.use(code, "other", HERE)


def test_a_code_is_good_for_ten_minutes(codes: Codes, time: Time) -> None:
    first, second = codes.show(HERE, None), codes.show(HERE, None)
    time.now = GOOD_MS - 1
    codes.use(first, "one", HERE)
    time.now = GOOD_MS
    with pytest.raises(ExpiredCode):
        codes.use(second, "two", HERE)
    codes.use(first, "one", HERE)  # whose answer was lost


def test_another_site_is_told_and_uses_nothing_up(codes: Codes) -> None:
    code = codes.show(HERE, None)
    with pytest.raises(Malformed, match="another site"):
        codes.use(code, "one", ELSEWHERE)
    looked = codes.look(handle_of(code))
    assert looked is not None
    assert (looked[0].refused, looked[1]) == (ELSEWHERE, True)
    codes.use(code, "one", HERE)
    assert codes.look(handle_of(code)) == (looked[0], False)
    assert looked[0].used_by == "one"


def test_a_code_that_was_not_shown_here_or_is_forgotten_is_unknown(codes: Codes) -> None:
    first = codes.show(HERE, None)
    with pytest.raises(UnknownCode):
        codes.use(first[::-1], "one", HERE)
    for _ in range(REMEMBERED):
        codes.show(HERE, None)
    with pytest.raises(UnknownCode):
        codes.use(first, "one", HERE)
    assert codes.look(handle_of(first)) is None


def test_nothing_is_kept_of_a_code_but_its_hash(codes: Codes) -> None:
    code = codes.show(HERE, None)
    assert code not in repr(vars(codes))
