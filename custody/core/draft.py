"""Drafts: what the rules note about one item or one statement. Findings are made of them (`judgement`)."""

from msgspec import Struct

Facts = dict[str, str | int]
"""What a finding's text names. Times in Unix ms, durations in ms."""


class Resolution(Struct, frozen=True, gc=False):
    """What an authority or an auditor, key `issuer`, has declared of a finding in entry `index`: its reason, a word.

    What began later than `time`, the earlier of the issuer's clock and the ledger's, is not meant. `received` is when
    the log had it. Unix ms.
    """

    index: int
    time: int
    received: int
    issuer: str
    reason: str


class Draft(Struct, omit_defaults=True, gc=False):
    """One thing wrong with one item (None: with a statement or a chain), from the instant `since` (Unix ms) on.

    Drafts of one code and subject are one finding. `evidence` are entry indexes, the cause first; `closed_by` is the
    entry that mended it, at `closed_at`. `within`: the containers in which the item was while it was owed. `resolved`:
    what was declared of it, by who may; `void`: the entries that declared it and do not count. Both are told of the
    drafts that the rules give, and not of those that they keep. `known_to`: the issuers who have named the
    cause since, or a statement of one to whom it was known.
    """

    code: str
    subject: str
    since: int
    evidence: list[int]
    item: str | None = None
    closed_by: int | None = None
    closed_at: int | None = None
    facts: Facts = {}
    within: list[str] = []
    known_to: list[str] = []
    resolved: Resolution | None = None
    void: list[int] = []

    @property
    def stands(self) -> bool:
        """Whether nothing has mended or resolved it."""
        return self.closed_by is None and self.resolved is None

    def close(self, by: int, at: int) -> None:
        """Entry `by`, which happened at `at` (Unix ms), has mended it; not before it began, whatever a clock says."""
        self.closed_by, self.closed_at = by, max(at, self.since)

    @property
    def key(self) -> tuple[str, str, str | None, str | int | None]:
        """What tells it from others of the same fold: of the seals that one event finds broken each is one."""
        return self.code, self.subject, self.item, self.facts.get("seal")
