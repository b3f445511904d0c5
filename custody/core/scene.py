"""What an event is judged by."""

from collections.abc import Callable, Mapping

from msgspec import Struct

from custody.core.grounds import Grounds
from custody.core.history import Logged
from custody.core.item import Track
from custody.core.memory import Events
from custody.core.policy import Effective
from custody.core.signing import acting


def _genuine(_logged: Logged, _key: str) -> bool:
    return False


class Scene(Struct, frozen=True):
    """The tracks by item, the policy in force, and who belongs where.

    `spoiled`: whether an event's signature under a key turned out not to be the key's. `log`: where there is none, the
    order is the truth.
    """

    tracks: Mapping[str, Track]
    policy: Effective
    grounds: Grounds
    spoiled: Callable[[Logged, str], bool] = _genuine
    log: Events | None = None

    def acting(self, logged: Logged) -> frozenset[str]:
        """The handlers who act in an event, or in the corrections that it reads by."""
        spoiled = [key for key in logged.event.signers if self.spoiled(logged, key)]
        return frozenset(acting(logged.event, self.grounds.roster, spoiled)) | (logged.agreed or frozenset())
