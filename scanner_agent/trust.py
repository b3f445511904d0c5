"""What the roster says, as far as it was synced: label issuers, badges, this device."""

import threading
from collections.abc import Iterable

from custody.core import entry, label, statement
from custody.core.admission import State, admit
from custody.core.errors import UnknownIssuer
from custody.core.event import LabelVerdict
from custody.core.head import HandlerRole
from custody.core.roster import Handler
from custody.core.statement import Statement


class Trust:
    """Admission's state, folded from the log's roster statements. The uploader adds, the workflow asks."""

    def __init__(self, origin: str, entries: Iterable[tuple[int, bytes]] = ()) -> None:
        """From (index, entry) of the roster statements, in the log's order."""
        self._state = State(origin)
        self._lock = threading.Lock()
        for index, data in entries:
            self.add(index, data)

    @property
    def known(self) -> bool:
        """Whether anything was synced yet."""
        return self._state.root is not None

    def add(self, index: int, data: bytes) -> None:
        """The roster statement in entry `data`. Raises what parsing and `admit` do."""
        parsed = statement.parse(entry.decode(data)[0])
        with self._lock:
            admit(self._state, parsed, index)

    def judge(self, read: label.Label) -> LabelVerdict:
        """What the roster's label issuers make of a label."""
        with self._lock:
            return label.judge(read, self._state.label_issuers())

    def badge_warning(self, handler: str, keyid: str, now: int) -> str | None:
        """What speaks against a handler's key at `now` (Unix ms); None for nothing, or before the first sync."""
        if not self.known:
            return None
        known = self._state.keys.get(keyid)
        if known is None or not isinstance(known.enrolment, Handler) or known.enrolment.handler != handler:
            return "signer-unknown"
        if known.revoked is not None:
            return "signer-revoked"
        if self._state.handlers[handler] != keyid:
            return "badge-replaced"
        ends = known.enrolment.ends
        return None if known.enrolment.begins <= now and (ends is None or now < ends) else "signer-not-valid"

    def role(self, handler: str) -> HandlerRole | None:
        """What the roster says that a handler is."""
        with self._lock:
            key = self._state.handlers.get(handler)
            enrolment = self._state.keys[key].enrolment if key else None
        return enrolment.role if isinstance(enrolment, Handler) else None

    def check(self, event: Statement) -> bool:
        """Whether the log would take this event as far as we know; False: not before this device is enrolled.

        Raises what `admit` raises for an event that would be refused for good.
        """
        try:
            with self._lock:
                admit(self._state, event, index=1)
        except UnknownIssuer:
            return False
        return True
