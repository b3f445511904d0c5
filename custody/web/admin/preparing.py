"""Preparing statements for an authority to sign: tried first, kept until the log has them, each act in the trail."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager

from custody.accounts.store import unix_ms
from custody.accounts.trail import LONGEST_SUBJECT
from custody.core import entry, prepared, statement
from custody.core.canonical import b64decode
from custody.core.errors import NoEffect, OutOfReach
from custody.core.event import Event
from custody.core.keys import fingerprint, keyid
from custody.core.prepared import Prepared, kind_of
from custody.core.roster_words import NO_EFFECT
from custody.core.trial import Trial
from custody.ledger import lookup_findings
from custody.preparations import PREPARATIONS, Preparations, open_preparations
from custody.web.access import viewer
from custody.web.current import ledger, looking
from custody.web.identity import store

PAGE = 1000
OUT_OF_SCOPE = {"out-of-scope", "handler-out-of-scope", "item-out-of-scope"}
"""Of the reasons why a statement has no effect: it is another authority's to make."""


def preparations() -> AbstractContextManager[Preparations]:
    """The store of the app that answers this request. Raises ConfigFault, StorageFault."""
    return open_preparations(ledger().config.private / PREPARATIONS)


def record(act: str, subject: str) -> None:
    """Who is signed in did `act` to `subject`: into the audit trail."""
    shown = "".join(c if c.isprintable() else "?" for c in subject)[:LONGEST_SUBJECT]
    store().record(viewer().account, act, shown)


class Proposing:
    """Statements that are tried one after another, and kept together or not at all."""

    def __init__(self, kept: Preparations) -> None:
        scope = viewer().site
        self._store = kept
        self._trial = Trial(ledger().trusted(), [one.said for one in kept.open()], scope)
        self._proposed: list[Prepared] = []
        self.state = self._trial.state
        """The roster with what is prepared."""

    def propose(self, one: Prepared) -> None:
        """Raises NoEffect, whose `got` is admission's word, for what would change nothing; and what `Trial.take` does.

        Of an account for a site and all under it, what lies elsewhere is `out-of-scope`.
        """
        if reason := self._trial.take(one) or why_beyond(one):
            raise NoEffect(NO_EFFECT[reason][1], expected="a statement that changes the roster", got=reason)
        self._proposed.append(one)

    @property
    def count(self) -> int:
        """How many were proposed."""
        return len(self._proposed)

    def drop(self) -> None:
        """Keeps nothing of what was proposed."""
        self._proposed.clear()

    def keep(self) -> None:
        """Keeps what was proposed."""
        if not self._proposed:
            return
        size = ledger().status().size
        self._store.add(self._proposed, viewer().account, unix_ms(), size)
        first, *others = self._proposed
        more = f" + {len(others)}" if others else ""
        record("statement-prepared", f"{kind_of(first)} {line(first)}{more}")


@contextmanager
def proposing() -> Iterator[Proposing]:
    """What is proposed in the block is kept at its end; where something is raised, nothing is."""
    with preparations() as kept:
        these = Proposing(kept)
        yield these
        these.keep()


def prepare(statements: Sequence[Prepared]) -> None:
    """Keeps these for an authority to sign, all or none. Raises as `Proposing.propose`."""
    with proposing() as these:
        for one in statements:
            these.propose(one)


def check_withdrawal(kept: Preparations, number: int) -> None:
    """Raises OutOfReach if who asks is there for one site, and no authority for that site could sign this statement."""
    open_ = kept.open()
    found = next((one for one in open_ if one.id == number), None)
    if viewer().site is None or found is None:
        return
    trial = Trial(ledger().trusted(), [one.said for one in open_ if one.id < number], viewer().site)
    if (trial.take(found.said) or why_beyond(found.said)) in OUT_OF_SCOPE:
        raise OutOfReach("this statement is about sites beyond those of this account")


def why_beyond(one: Prepared) -> str | None:
    """`out-of-scope` for what an account would declare of a finding that it does not answer for: admission takes what
    anybody declares.
    """
    finding = getattr(one, "finding", None)
    return None if finding is None or answers_for(finding) else "out-of-scope"


def answers_for(finding: str) -> bool:
    """Whether an account does: one for all sites for every finding, one for a site for those that are there and for
    which an authority for that site could answer. One that was found elsewhere too is not its own.
    """
    scope, state = viewer().site, ledger().trusted()
    if scope is None:
        return True
    with looking() as tables:
        sites = lookup_findings.answered_for(tables, finding, state)
    return bool(sites) and all(state.within(site, scope) for site in sites)


def look_in_log(kept: Preparations) -> None:
    """Notes what the log has by now of what is prepared, whoever signed and sent it."""
    after = kept.unseen()
    while after is not None:
        found = ledger().roster_entries(after - 1, PAGE)
        logged = [(digest, index, effect) for index, effect, data in found if (digest := _digest(data))]
        after = found[-1][0] + 1 if len(found) == PAGE else None
        kept.note(logged, ledger().status().size if after is None else after)


def line(one: Prepared) -> str:
    """What tells a prepared statement from others of its kind, in ids, names and words of code lists."""
    members = {name: getattr(one, name) for name in one.__struct_fields__}
    where = members.get("site") or "*"
    match kind_of(one):
        case "site":
            return f"{members['site']} {members['name']}"
        case "handler":
            return f"{members['handler']} {members['role']} @ {where}"
        case "revoke":
            return f"{fingerprint(members['key'])} {members['reason']}"
        case "plan":
            return f"{len(members['items'])} × {len(members['ways'])}"
        case "policy":
            return f"@ {where}"
        case "resolve":
            return f"{members['finding']} {members['reason']}"
        case _:
            return f"{fingerprint(keyid(b64decode(members['key'])))} @ {where}"


def _digest(data: bytes) -> str | None:
    body = statement.parse(entry.decode(data)[0]).body
    said = None if isinstance(body, Event) else prepared.without_head(body)
    return None if said is None else prepared.digest(said)
