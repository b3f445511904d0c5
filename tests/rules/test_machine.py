"""Random worlds: what was said, and not in what order devices came to say it, makes the state and the findings."""

from random import Random

from hypothesis import HealthCheck, settings

from tests.rules.comparing import again, custody, kept, seen, shuffled
from tests.rules.worlds import Worlds
from tests.world import START


class Orders(Worlds):
    """What the rules say of a world in memory, and of the same one with its devices' statements in another order."""

    def teardown(self) -> None:
        super().teardown()
        entries = self.book.entries
        rebuilt = again(self.world, entries)
        assert seen(rebuilt) == seen(self.book)
        assert kept(rebuilt.memory) == kept(self.book.memory)
        for seed in range(2):
            assert seen(again(self.world, shuffled(entries, Random(seed)))) == seen(self.book)
        ahead = shuffled(entries, Random(2), received=START)
        assert custody(again(self.world, ahead)) == custody(self.book)


Orders.TestCase.settings = settings(
    max_examples=60, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
)
TestOrders = Orders.TestCase
