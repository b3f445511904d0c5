"""Acts on stores beside the accounts': each stands in the audit trail, or is not done."""

from collections.abc import Iterator
from contextlib import contextmanager

from custody.accounts.store import Work
from custody.web.access import viewer
from custody.web.identity import store


@contextmanager
def recorded(act: str, subject: str) -> Iterator[Work]:
    """What is done in the block is recorded with it; what is raised there records nothing. Raises Malformed."""
    with store().writing() as work:
        work.record(viewer().account, act, subject)
        yield work
