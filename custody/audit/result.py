"""What a verification says: counts of what was proved, findings, and faults. Encodes as the JSON of `--json`."""

from collections.abc import Sequence
from typing import Literal

from msgspec import Struct

from custody.core.cosignature import Cosigned
from custody.core.errors import CustodyError, NewerFormat, Unavailable

MAX_FAULTS = 20
"""How many faults are kept; all are counted."""

# After an entry that this software cannot read, these may follow from what it did not learn there.
_MAY_FOLLOW = frozenset({"unknown-issuer", "wrong-role", "roster-gap"})


_COUNTED = (
    *("judged", "events", "roster_statements", "issuers", "signatures", "unknown_signatures", "spoiled_signatures"),
    *("named_checkpoints", "first_received", "last_received", "forks"),
)


class Fault(Struct, frozen=True, omit_defaults=True):
    """What is wrong: at an entry, or (no index) in a file or the whole. `kind` is that of `custody.core.errors`."""

    kind: str
    message: str
    index: int | None = None
    expected: str | None = None
    got: str | None = None

    @classmethod
    def of(cls, error: CustodyError, index: int | None = None) -> "Fault":
        """Raises `error` itself if it is Unavailable: that a log cannot be read is no fault of its entries."""
        if isinstance(error, Unavailable):
            raise error
        return cls(error.kind, error.message, index, error.expected, error.got)


class Gap(Struct, frozen=True):
    """Statements `first` to `last` (seqs) of an issuer that never reached the log, though later ones did."""

    issuer: str
    first: int
    last: int


class Fork(Struct, frozen=True):
    """Entry `index` stands beside another of its issuer's history, at `seq`."""

    index: int
    issuer: str
    seq: int


class Doubt(Struct):
    """`count` faults of one kind, the first at entry `index`: real, or what follows from one not understood."""

    kind: str
    index: int | None
    count: int = 1


Verdict = Literal["holds", "faulty", "newer-format"]
Over = Literal["this", "earlier", "later", "nothing"]


class Signer(Struct, frozen=True):
    """Whom the certificate of a signature names (RFC 4514), and that certificate's SHA-256 (hex)."""

    subject: str
    certificate: str


class LaidReport(Struct, frozen=True):
    """A report that lies in an archive, as far as it can be held against that.

    `over`: the checkpoint that it names, of `size` entries, is the archive's, or an earlier one, or a later one.
    """

    name: str
    kind: Literal["signed", "json", "unsigned", "unreadable"]
    signers: list[Signer] = []
    over: Over = "nothing"
    size: int = 0


class Archive(Struct):
    """What was found in an archive beside its log. `site`: it is this site's part, with `here` of the entries.

    `unfound`: statements that the events of a part refer to and that are not in it. `photographs` are here, of the
    `photographs_named`; `reports`: so are these. `own_keys`: what of `vkey` and `entry0` was the archive's own.
    """

    site: str | None
    here: int
    unfound: int = 0
    photographs: int = 0
    photographs_named: int = 0
    reports: list[LaidReport] = []
    own_keys: list[str] = []


class Result(Struct, kw_only=True):
    """The outcome for a log of `size` entries under the root (hex) that the log's key signed."""

    origin: str
    vkey: str
    note: str = ""
    """The checkpoint as it was read, with all its signatures."""
    size: int = 0
    root: str = ""
    judged: int = 0
    """Entries that were read and judged, or left out."""
    left_out: int = 0
    """Entries of which an archive has the hashes alone."""
    events: int = 0
    roster_statements: int = 0
    issuers: int = 0
    signatures: int = 0
    """Signatures that verify."""
    unknown_signatures: int = 0
    """Signatures by keys that the log never enrols: nobody can judge them."""
    spoiled_signatures: int = 0
    """Signatures that do not verify, by keys that the log enrolled later: no fault of the log, which could not know.

    A statement's id does not cover its signatures: whoever carried it could spoil one that nobody could judge yet.
    """
    named_checkpoints: int = 0
    """Events that name a checkpoint of this log, whose root is right."""
    witnesses: int = 0
    """How many witnesses the auditor names."""
    cosigned: list[Cosigned] = []
    """Those of them whose cosignatures of the checkpoint verify."""
    other_signatures: int = 0
    """Lines on the checkpoint under names that are neither the log's nor a named witness's: not verified."""
    other_files: int = 0
    """Files in a folder that belong to no tile of this size: not looked at."""
    archive: Archive | None = None
    """Set for an archive; `gaps` of a part are those of its own site's devices."""
    first_received: int | None = None
    last_received: int | None = None
    gaps: list[Gap] = []
    forks: list[Fork] = []
    newer_entries: int = 0
    first_newer: int | None = None
    doubts: list[Doubt] = []
    """What would be faults, had no entry of a newer format come before."""
    resumed_from: int | None = None
    """Entries below this were judged by an earlier verification, and are counted here, but were not read again."""
    unheld: int | None = None
    """So many entries were verified before, and this copy has fewer: it was not held against them."""
    state_fault: str | None = None
    """Why the next verification cannot go on from this one."""
    fault_count: int = 0
    faults: list[Fault] = []

    @property
    def verdict(self) -> Verdict:
        """`newer-format`: entries that this software is too old to judge, and no fault but perhaps in `doubts`."""
        if self.fault_count:
            return "faulty"
        return "newer-format" if self.newer_entries else "holds"

    def count_from(self, earlier: "Result") -> None:
        """Goes on from what an earlier verification counted; what is said of the log as it is now stays."""
        for name in _COUNTED:
            setattr(self, name, getattr(earlier, name))

    def add(self, error: CustodyError | Fault, index: int | None = None) -> None:
        """Notes a fault; an entry of a newer format is none, and what may follow from one is a doubt."""
        fault = error if isinstance(error, Fault) else Fault.of(error, index)
        if fault.kind == NewerFormat.kind:
            self.newer_entries += 1
            self.first_newer = fault.index if self.first_newer is None else self.first_newer
        elif self.newer_entries and fault.kind in _MAY_FOLLOW:
            self._doubt(fault)
        else:
            self.fault_count += 1
            if len(self.faults) < MAX_FAULTS:
                self.faults.append(fault)

    def put_first(self, faults: Sequence[Fault]) -> None:
        """Notes faults before those that are noted."""
        self.fault_count += len(faults)
        self.faults = [*faults, *self.faults][:MAX_FAULTS]

    def _doubt(self, fault: Fault) -> None:
        for doubt in self.doubts:
            if doubt.kind == fault.kind:
                doubt.count += 1
                return
        self.doubts.append(Doubt(fault.kind, fault.index))
