"""What the log would make of statements that nobody has signed: admission's rules over a state that stays as it is."""

from collections.abc import Iterable
from dataclasses import replace

from custody.core import effect, prepared, roster
from custody.core.head import VERSION
from custody.core.prepared import Prepared
from custody.core.roster import Enrolment, Revoke, RosterStatement, check_possession
from custody.core.trusted import State


class Trial:
    """Prepared statements one after another, as if an authority for every site signed them.

    So it can tell what is wrong with a statement whoever signs it, and not who may. Without such an authority it tells
    of the format alone.
    """

    def __init__(self, state: State, before: Iterable[Prepared] = ()) -> None:
        """Over a state that the caller may go on changing, after those that were prepared `before`."""
        self.state = state.copy()
        self._issuer = _highest_authority(self.state)
        for one in before:
            self.take(one)

    def take(self, one: Prepared) -> str | None:
        """Why the statement would have no effect; None if nothing is known against it, and then what follows builds on
        it. Raises BadKey, BadSignature, Malformed, Oversize.
        """
        body = self._body(one)
        if isinstance(body, Enrolment):
            check_possession(body)
        if self._issuer is None:
            return None
        reason = effect.why_none(self.state, body)
        if reason is None:
            self._apply(body)
        return reason

    def _body(self, one: Prepared) -> RosterStatement:
        issuer = self._issuer or "0" * 64
        head = {"v": VERSION, "log": self.state.origin, "issuer": issuer, "seq": 1, "prev": None, "time": 0}
        return roster.decode(roster.encode(prepared.complete(one, head | {"signers": [issuer]})))

    def _apply(self, body: RosterStatement) -> None:
        if isinstance(body, Revoke):  # which marks the keys themselves
            for key in (body.key, *(self.state.enrolled_under(body.key) if body.enrolled == "revoke" else ())):
                self.state.keys[key] = replace(self.state.keys[key])
        effect.apply(self.state, body, index=0)


def _highest_authority(state: State) -> str | None:
    good = (key for key, known in state.keys.items() if known.role == "authority" and known.revoked is None)
    return next((key for key in good if state.keys[key].site is None), None)
