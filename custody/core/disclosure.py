"""From when what is logged is public: what the policies' `public_delay_ms` come to (FORMAT.md, "Public delay")."""

from bisect import bisect_right, insort
from collections.abc import Iterable
from itertools import groupby
from operator import attrgetter, itemgetter

from msgspec import Struct

from custody.core.planning import Policy
from custody.core.policy import DEFAULT, effective


class Stage(Struct, frozen=True):
    """From `start` to the next stage's start (Unix ms): the delay in ms, and up to when all was public before."""

    start: int
    delay: int
    before: int


class Disclosure:
    """One delay holds for the whole log: the longest that is in force anywhere.

    What is public stays public: a delay that begins, or grows, keeps back what comes from then on.
    """

    def __init__(self) -> None:
        self._rules: list[tuple[int, int, str, int]] = []
        self._stages = _stages(())

    def add(self, index: int, received: int, policy: Policy) -> None:
        """The policy of entry `index`, which has effect and which the log had at `received` (Unix ms)."""
        begins = max(policy.begins, received)
        insort(self._rules, (begins, index, policy.site or "", effective(policy).public_delay_ms))
        self._stages = _stages(self._rules)

    def delay(self, now: int) -> int:
        """How long what is logged is kept back at an instant, in ms."""
        return self._stages[self._at(now)].delay

    def until(self, now: int) -> int:
        """What was received up to then, that millisecond included, is public at `now`."""
        stage = self._stages[self._at(now)]
        return max(stage.before, now - stage.delay)

    def opens(self, received: int, now: int) -> int:
        """When, from `now` on, something received at `received` is public as the policies stand."""
        ends = [*(stage.start for stage in self._stages[1:]), None]
        for stage, end in list(zip(self._stages, ends, strict=True))[self._at(now) :]:
            opens = max(now, stage.start, 0 if received <= stage.before else received + stage.delay)
            if end is None or opens < end:
                break
        return opens

    def _at(self, now: int) -> int:
        return max(bisect_right(self._stages, now, key=attrgetter("start")) - 1, 0)


def _stages(rules: Iterable[tuple[int, int, str, int]]) -> list[Stage]:
    """`rules`: (from when, index, site, delay), ascending. At a site the one counts that began last."""
    stages = [Stage(start=0, delay=DEFAULT.public_delay_ms, before=0)]
    in_force: dict[str, int] = {}
    for start, together in groupby(rules, key=itemgetter(0)):
        in_force |= {site: delay for _, _, site, delay in together}
        last = stages[-1]
        stages.append(Stage(start, max(in_force.values()), max(last.before, start - 1 - last.delay)))
    return stages
