"""What the log would make of statements that nobody has signed: admission's rules over a state that stays as it is."""

from collections.abc import Iterable
from dataclasses import replace

from custody.core import effect, prepared, roster
from custody.core.head import VERSION
from custody.core.keys import keyid
from custody.core.prepared import Prepared
from custody.core.roster import Enrolment, Revoke, RosterStatement, check_possession
from custody.core.trusted import EnrolledKey, State

_NOBODY = keyid(b"")
"""Of no key: those have 32 bytes."""


class Trial:
    """Prepared statements one after another, as if an authority for `scope` and all under it signed them.

    Of the whole roster (None), it tells what is wrong with a statement whoever signs it, and not who may.
    """

    def __init__(self, state: State, before: Iterable[Prepared] = (), scope: str | None = None) -> None:
        """Over a state that the caller may go on changing, after those that were prepared `before`."""
        self.state = state.copy()
        self.state.keys[_NOBODY] = EnrolledKey(b"", "authority", None, 0, _NOBODY)
        for one in before:
            self.take(one)
        self.state.keys[_NOBODY].site = scope

    def take(self, one: Prepared) -> str | None:
        """Why the statement would have no effect; None if nothing is known against it, and then what follows builds on
        it. Raises BadKey, BadSignature, Malformed, Oversize.
        """
        body = self._body(one)
        if isinstance(body, Enrolment):
            check_possession(body)
        reason = effect.why_none(self.state, body)
        if reason is None:
            self._apply(body)
        return reason

    def _body(self, one: Prepared) -> RosterStatement:
        head = {"v": VERSION, "log": self.state.origin, "issuer": _NOBODY, "seq": 1, "prev": None, "time": 0}
        return roster.decode(roster.encode(prepared.complete(one, head | {"signers": [_NOBODY]})))

    def _apply(self, body: RosterStatement) -> None:
        if isinstance(body, Revoke):  # which marks the keys themselves
            for key in (body.key, *(self.state.enrolled_under(body.key) if body.enrolled == "revoke" else ())):
                self.state.keys[key] = replace(self.state.keys[key])
        effect.apply(self.state, body, index=0)
