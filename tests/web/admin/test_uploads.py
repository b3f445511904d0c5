"""What is handed in waits for the next click of who handed it in, and for nobody else's."""

from custody.web.admin.uploads import GOOD_MS, MOST, Staged, Upload

LIST, OTHER = Upload("a.csv", b"1"), Upload("b.csv", b"2")


class Time:
    now = 0

    def __call__(self) -> int:
        return self.now


def test_a_file_is_found_by_its_sender_alone_and_by_its_token() -> None:
    staged = Staged(Time())
    token = staged.keep("ann", LIST)
    assert staged.find("ann", token) == LIST
    assert (staged.find("budi", token), staged.find("ann", "x"), staged.find("ann", "")) == (None, None, None)
    assert staged.find("budi", "") is None


def test_a_new_file_takes_the_place_of_the_one_before() -> None:
    staged = Staged(Time())
    first = staged.keep("ann", LIST)
    second = staged.keep("ann", OTHER)
    assert (staged.find("ann", first), staged.find("ann", second)) == (None, OTHER)
    staged.drop("ann")
    assert staged.find("ann", second) is None


def test_a_file_waits_for_an_hour() -> None:
    time = Time()
    staged = Staged(time)
    token = staged.keep("ann", LIST)
    time.now = GOOD_MS - 1
    assert staged.find("ann", token) == LIST
    time.now = GOOD_MS
    assert staged.find("ann", token) is None


def test_of_too_many_the_oldest_goes() -> None:
    staged = Staged(Time())
    tokens = [staged.keep(f"a-{number}", LIST) for number in range(MOST + 1)]
    assert [staged.find(f"a-{number}", token) is not None for number, token in enumerate(tokens)] == [
        False,
        *[True] * MOST,
    ]
