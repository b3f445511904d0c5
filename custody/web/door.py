"""How often strangers may bring something: all together, and from one address."""

from msgspec import Struct

from custody.core.errors import QuotaExceeded
from custody.ledger.quota import Quota

_ALL = "all"


class Door(Struct, frozen=True):
    """`what` comes through it, in words for who is turned away."""

    what: str
    of_all: Quota
    of_peer: Quota

    def count(self, peer: str) -> None:
        """Raises QuotaExceeded; what is refused for it counts for nothing."""
        for quota, key in ((self.of_peer, peer), (self.of_all, _ALL)):
            if not quota.left(key):
                raise QuotaExceeded(f"too many {self.what} come at once", got=f"from {key}", remedy="Send it later.")
        self.of_peer.take(peer, 1)
        self.of_all.take(_ALL, 1)
