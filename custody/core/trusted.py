"""What the roster statements so far make of keys, sites and badges (FORMAT.md, "Admission")."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from custody.core.canonical import b64decode
from custody.core.errors import Malformed
from custody.core.keys import keyid
from custody.core.roster import Enrolment, KeyRole, Revoke, Root, RosterStatement, Site
from custody.core.statement import Statement


@dataclass(slots=True)
class EnrolledKey:
    """A key of the roster: enrolled once ever, in one role, by the key `by`. `site` bounds it (None: everywhere).

    `revoked` is the gravest revocation so far; for a key that falls with the authority above it, that authority's.
    """

    public: bytes
    role: KeyRole
    site: str | None
    index: int
    by: str
    enrolment: Enrolment | None = None
    revoked: Revoke | None = None


@dataclass(slots=True)
class RosterChain:
    """An authority's statements so far: the last in its place, and the ids of those that forked off."""

    seq: int = 0
    head: str | None = None
    forked: set[str] = field(default_factory=set)


class State:
    """What admission knows after the entries so far: keys, sites, the current badge of each handler, plans, chains.

    `awaited` are sites that have an authority and no statement of their own yet. `planned`: where the present plan of
    an item leads.
    """

    def __init__(self, origin: str) -> None:
        self.origin = origin
        self.keys: dict[str, EnrolledKey] = {}
        self.root: Root | None = None
        self.sites: dict[str, Site] = {}
        self.awaited: set[str] = set()
        self.handlers: dict[str, str] = {}
        self.planned: dict[str, tuple[str, ...]] = {}
        self.chains: dict[str, RosterChain] = {}

    def copy(self) -> "State":
        """The same by itself, without the chains: what is stated later changes none of it but keys that are revoked."""
        one = State(self.origin)
        one.root = self.root
        one.keys, one.sites, one.handlers = dict(self.keys), dict(self.sites), dict(self.handlers)
        one.planned, one.awaited = dict(self.planned), set(self.awaited)
        return one

    def name_of(self, site: str) -> str:
        """What a site is called; its id if no statement has stated it."""
        known = self.sites.get(site)
        return site if known is None else known.name

    def within(self, site: str | None, scope: str | None) -> bool:
        """Whether `site` is `scope` or lies under it; every site lies under the scope None."""
        if scope is None:
            return True
        while site is not None:
            if site == scope:
                return True
            above = self.sites.get(site)
            site = above.parent if above else None
        return False

    def label_issuers(self) -> Iterator[tuple[str, EnrolledKey]]:
        """(keyid, key) of the label issuers."""
        return ((key, known) for key, known in self.keys.items() if known.role == "label-issuer")

    def enrolled_under(self, authority: str) -> list[str]:
        """The keys that `authority` enrolled, those that they enrolled, and so on."""
        above, found = {authority}, []
        for key, known in self.keys.items():  # who enrols was enrolled before
            if known.by in above:
                above.add(key)
                found.append(key)
        return found

    def whole_keyid(self, beginning: str) -> str:
        """The keyid that begins so. Raises Malformed for less than 8 characters, and where it is not just one."""
        found = [key for key in list(self.keys) if len(beginning) >= 8 and key.startswith(beginning)]
        if len(found) != 1:
            raise Malformed(
                "that names no one key of the roster",
                expected="a keyid, or at least 8 characters of its beginning",
                got=f"{beginning}, {len(found)} keys",
            )
        return found[0]

    def next_link(self, issuer: str) -> tuple[int, str | None]:
        """(seq, prev) of the next roster statement in `issuer`'s chain."""
        chain = self.chains.get(issuer, RosterChain())
        return chain.seq + 1, chain.head

    def known_signers(self, statement: Statement) -> list[tuple[str, bytes]]:
        """(keyid, public key) of the signers whose signatures can be verified now."""
        known = [(key, self.keys[key].public) for key in statement.signatures if key in self.keys]
        if isinstance(statement.body, Root):
            new = {keyid(public): public for public in map(b64decode, statement.body.keys)}
            known += [(key, new[key]) for key in statement.signatures if key in new and key not in self.keys]
        return known


def reaches_threshold(root: Root | None, body: RosterStatement) -> bool:
    """Whether enough of `root`'s keys sign `body`."""
    return root is not None and len(root_ids(root).intersection(body.signers)) >= root.threshold


def root_ids(root: Root) -> set[str]:
    """The keyids of a root statement's keys."""
    return {keyid(b64decode(text)) for text in root.keys}
