"""The people of a whole regency: each has a badge and a PIN, made in process."""

import os
import secrets
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor

from msgspec import Struct

from custody.core import badge, roster
from custody.core.badge import Badge
from custody.core.head import HandlerRole
from custody.core.keys import SigningKey
from custody.core.roster import EnrolmentRequest

PINS = ("141421", "161803", "173205", "223606", "244948", "264575")


class Member(Struct, frozen=True):
    """A handler: `badge` is what a scanner reads of theirs."""

    role: HandlerRole
    site: str
    handler: str
    badge: str
    pin: str
    request: EnrolmentRequest


class Crew:
    """Everybody's badges. The keys that they open are remembered: hundreds of sessions need not each wait for one."""

    def __init__(self, origin: str) -> None:
        self._origin = origin
        self._keys: Mapping[str, SigningKey] = {}

    def recruit(self, wanted: Iterable[tuple[HandlerRole, str]]) -> list[Member]:
        """Members of these roles and sites. Each key takes about 0.2 s of a core."""
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            made = list(pool.map(lambda one: self._make(*one), wanted))
        self._keys = {**self._keys, **{member.handler: key for member, key in made}}
        return [member for member, _ in made]

    def unlock(self, shown: Badge, pin: str, origin: str) -> SigningKey:
        """As `badge.unlock`, of a member's badge and PIN."""
        return self._keys.get(shown.handler) or badge.unlock(shown, pin, origin)

    def _make(self, role: HandlerRole, site: str) -> tuple[Member, SigningKey]:
        handler, pin = badge.handler_id(secrets.token_bytes(10)), secrets.choice(PINS)
        issued, key = badge.issue(handler, secrets.token_bytes(16), pin, self._origin)
        asked = roster.request(key, self._origin, "handler", handler, badge.VERSION)
        return Member(role, site, handler, badge.encode(issued), pin, asked), key
