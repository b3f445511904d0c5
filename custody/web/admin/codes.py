"""One-time codes by which devices ask to be enrolled; in memory, by their hash: a restart forgets them all."""

import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256

from custody.core.enrolment import CODE_BYTES, new_code
from custody.core.errors import ExpiredCode, Malformed, UnknownCode, UsedCode

GOOD_MS = 10 * 60 * 1000
REMEMBERED = 1000
"""The oldest are forgotten first; each was shown by somebody who is signed in."""
_REMEDY = "Show a new one in the portal, under Devices."


@dataclass
class Shown:
    """A code as it stands, without itself: for which site, shown by which account, good until (monotonic ms).

    `used_by`: the keyid that has asked by it. `refused`: why the last device that tried could not.
    """

    site: str
    account: str | None
    until: int
    used_by: str | None = None
    refused: str | None = None


class Codes:
    """Thread-safe; `now_ms` is monotonic."""

    def __init__(self, now_ms: Callable[[], int]) -> None:
        self._now = now_ms
        self._shown: OrderedDict[str, Shown] = OrderedDict()
        self._lock = threading.Lock()

    def show(self, site: str, account: str | None) -> str:
        """A new code for a device at a site."""
        code = new_code(secrets.token_bytes(CODE_BYTES))
        with self._lock:
            self._shown[handle_of(code)] = Shown(site, account, self._now() + GOOD_MS)
            if len(self._shown) > REMEMBERED:
                self._shown.popitem(last=False)
        return code

    def use(self, code: str, keyid: str, site: str) -> Shown:
        """Uses a code up, for a key at a site; again for the same key, since an answer can be lost on its way.

        Raises UnknownCode, UsedCode, ExpiredCode, and Malformed for another site, which uses nothing up.
        """
        with self._lock:
            shown = self._shown.get(handle_of(code))
            if shown is None:
                raise UnknownCode("this ledger has not given out this enrolment code", remedy=_REMEDY)
            if shown.used_by not in (None, keyid):
                raise UsedCode("another device has asked by this enrolment code", remedy=_REMEDY)
            if shown.used_by is None and self._now() >= shown.until:
                raise ExpiredCode("this enrolment code has expired", remedy=_REMEDY)
            if shown.site != site:
                shown.refused = site
                raise Malformed(
                    "this enrolment code is for a device at another site",
                    expected=shown.site,
                    got=site,
                    remedy="Show a code for the device's site, or mend `site` in its settings.",
                )
            shown.used_by, shown.refused = keyid, None
            return shown

    def look(self, handle: str) -> tuple[Shown, bool] | None:
        """The code of a handle, and whether it can still be used; None if it is not known."""
        with self._lock:
            shown = self._shown.get(handle)
            return None if shown is None else (shown, shown.used_by is None and self._now() < shown.until)


def handle_of(code: str) -> str:
    """By what a code is known here: SHA-256, hex."""
    return sha256(code.encode()).hexdigest()
