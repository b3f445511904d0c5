"""Who is told what the agent does: the handler by notices, tests by steps."""

from collections.abc import Callable
from dataclasses import dataclass

from scanner_agent.texts import Words


@dataclass(frozen=True)
class Notice:
    """What the handler is told of the background; `wrong` needs someone to act."""

    words: Words
    detail: str = ""
    wrong: bool = False


def ignore(_: object) -> None:
    """Tells nobody."""


@dataclass(frozen=True)
class Observer:
    """`hook` gets the name of each step between a read and its receipt, so that tests can stop there:

    read, draft-durable, signed, committed, beeped, sent, answered, receipt-stored, photograph-sent.
    """

    notify: Callable[[Notice], None] = ignore
    hook: Callable[[str], None] = ignore
