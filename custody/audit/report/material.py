"""What a report is made from: a verified log as it stood at an instant, and what the rules of custody made of it."""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

from msgspec import Struct
from msgspec.structs import replace

from custody.audit.corrected import Corrections
from custody.audit.judged_log import JudgedLog
from custody.audit.report.scope import Places, Scope
from custody.core.draft import Draft
from custody.core.history import Logged
from custody.core.item import Track
from custody.core.memory import InMemory, signature_name
from custody.core.roster import Handler, Revoke
from custody.core.signing import acting
from custody.core.trusted import State

REMEMBERED = 1024
"""So many events are kept that were asked for by their index: each may name a thousand items."""


class Revoked(Struct, frozen=True):
    """A revocation in entry `index`, which the log had at `received` (Unix ms)."""

    index: int
    received: int
    body: Revoke


class Material:
    """`drafts`: all that holds or has held by `now`, with what was declared of it. `size`: so many entries the log had,
    the last of them at `last`. Unix ms.
    """

    def __init__(
        self,
        *,
        scope: Scope,
        now: int,
        size: int,
        last: int,
        state: State,
        log: JudgedLog,
        memory: InMemory,
        corrections: Corrections,
        drafts: list[Draft],
        resolve: Callable[[Draft], Draft],
        revocations: Mapping[tuple[str, int], Revoked],
    ) -> None:
        self.scope, self.now, self.size, self.last = scope, now, size, last
        self.state, self.log, self.corrections = state, log, corrections
        self.memory = memory
        self.drafts = drafts
        self.resolve = resolve
        self.revocations = revocations
        self.places = Places(scope, state)
        self.event: Callable[[int], Logged] = lru_cache(REMEMBERED)(log.event)

    @property
    def tracks(self) -> dict[str, Track]:
        return self.memory.tracks

    def parts(self, index: int) -> list[Logged]:
        """The event at an index as it reads now: nothing of what was annulled, and of corrections."""
        return self.corrections.parts(self.event(index))

    def find(self, statement_id: str) -> Logged | None:
        """An event by its statement id."""
        index = self.log.find(statement_id)
        return None if index is None else self.event(index)

    def acting(self, logged: Logged) -> Mapping[str, Handler]:
        """The handlers who signed an event and do not only attest, by id."""
        return acting(logged.event, self.state, self._spoiled(logged))

    def signing(self, logged: Logged) -> Mapping[str, Handler]:
        """The handlers who signed an event, by id; who only attests as well."""
        return acting(replace(logged.event, attesters=[]), self.state, self._spoiled(logged))

    def _spoiled(self, logged: Logged) -> Sequence[str]:
        spoiled = self.memory.spoiled
        return [key for key in logged.event.signers if signature_name(logged.index, key) in spoiled] if spoiled else ()

    def badge(self, handler: str) -> Handler | None:
        """The badge that a handler has now."""
        known = self.state.keys.get(self.state.handlers.get(handler, ""))
        return known.enrolment if known is not None and isinstance(known.enrolment, Handler) else None

    def history(self, item: str) -> list[Logged]:
        """What happened to an item, in order, as it reads now: of each event the part that touches it."""
        track = self.tracks.get(item)
        indexes = track.history if track is not None else []
        return [part for index in indexes for part in self.parts(index) if item in part.touches()]
