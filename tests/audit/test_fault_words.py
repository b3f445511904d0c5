"""The words for faults of a log."""

from collections.abc import Iterator

from custody.audit.fault_words import FAULTS
from custody.core.errors import CustodyError

OF_NO_LOG = {
    *("wrong-pin", "quota-exceeded", "unnamed", "erased", "unavailable", "config-fault"),
    *("unknown-code", "used-code", "expired-code", "token-needed", "not-public-yet"),
}
"""Told to who sends, asks or sets something up; none is a fault of what was recorded."""


def kinds(of: type[CustodyError]) -> Iterator[str]:
    for one in of.__subclasses__():
        if one.__module__ == CustodyError.__module__:
            yield one.kind
        yield from kinds(one)


def test_each_fault_that_a_log_may_have_is_named_in_both_languages() -> None:
    assert set(kinds(CustodyError)) - OF_NO_LOG == set(FAULTS)
    assert all(indonesian != english for indonesian, english in FAULTS.values())
