"""The log from its first entry to its last: admission as it stood then, order, chains, named checkpoints.

One entry after another, from what `bundle` saw; whatever is wrong is noted and the replay goes on.
"""

from array import array
from collections.abc import Callable, Container
from typing import TYPE_CHECKING, Generic, TypeVar

from custody.audit.bundle import Report, Seen
from custody.audit.chains import Chains, Named
from custody.audit.result import Fork, Result
from custody.audit.tree import Tree
from custody.audit.verified import Judged, Roster, indexes
from custody.core import entry, statement
from custody.core.admission import State, admit, check_event_issuer
from custody.core.canonical import b64decode
from custody.core.chain import Link
from custody.core.errors import BadHistory, CustodyError, SplitView
from custody.core.event import Event
from custody.core.keys import keyid, verifies
from custody.core.roster import RosterStatement, public_keys
from custody.core.statement import Statement, verify_signature

if TYPE_CHECKING:
    from custody.audit.recording import Recording

Reread = Callable[[int], bytes]
"""Gives an entry that was judged before, once more."""
Recorder = TypeVar("Recorder", bound="Recording")
Record = Callable[[State, Tree, Reread], Recorder]
"""Makes what is told of each statement beside a replay, from admission's state, the tree and the entries."""
Restore = Callable[[State, Recorder], None]
"""Makes of both, just made, what they were after the entries of a `Judged`."""


class Replay(Generic[Recorder]):
    """Fills a `Result`. The tree must hold a bundle's hashes before the bundle is fed."""

    def __init__(
        self,
        result: Result,
        tree: Tree,
        reread: Reread,
        *,
        record: Record[Recorder] | None = None,
        judged: Judged | None = None,
        restore: Restore[Recorder] | None = None,
    ) -> None:
        """With `record`, what is seen of events must include them. `judged`: what to go on from; with a record it
        takes a `restore`.
        """
        self._result = result
        self._tree = tree
        self._publish_key: Callable[[bytes], object] = lambda _: None
        self._reread = reread
        self._state = judged.roster.state(result.origin) if judged and not restore else State(result.origin)
        self.recorder = record(self._state, tree, reread) if record else None
        if restore and self.recorder is not None:
            restore(self._state, self.recorder)
        self.begins = judged.result.judged if judged else 0
        """So many entries were judged before this began."""
        self._chains = Chains(self.begins, judged.links if judged else None, self._named)
        self._waiting = {key: indexes(data) for key, data in judged.waiting.items()} if judged else {}
        """Entries with a signature that nobody can judge until its key is enrolled, by keyid."""

    def begin(self, publish_key: Callable[[bytes], object], workers: int = 0) -> None:
        """More is to come, perhaps after `finish`. `publish_key` gets each key that is enrolled, and once enrolled.

        `workers`: how many processes may work beside this one.
        """
        self._publish_key = publish_key
        for known in self._state.keys.values():
            publish_key(known.public)
        if self.recorder is not None:
            self.recorder.begin(workers)

    def feed(self, first: int, report: Report) -> None:
        """The entries of a bundle from `first` on: those after what was fed before."""
        self._chains.record([(seen.id, seen.prev) if seen else None for seen in report.seen])
        for index, (received, seen) in enumerate(zip(report.received, report.seen, strict=True), first):
            if received is not None:
                self._check_received(index, received)
            if seen is None or received is None:
                if fault := report.faults.get(index):
                    self._result.add(fault)
                else:
                    self._result.left_out += 1
                    if self.recorder is not None:
                        self.recorder.leave_out(index)
                continue
            try:
                self._judge(index, received, seen)
            except CustodyError as error:
                self._result.add(error, index)
        self._result.judged = first + len(report.seen)

    def judged(self) -> Judged:
        """What a later replay can go on from; shares what it is made of with this one."""
        waiting = {key: found.tobytes() for key, found in self._waiting.items()}
        return Judged(self._result, Roster.of(self._state), self._chains.links(), waiting)

    def finish(self) -> None:
        """Notes what only the whole log shows, as far as it has come."""
        self._result.issuers = len(self._chains)
        if self.recorder is not None:
            self.recorder.settle()
        self._result.gaps = list(self._chains.gaps())
        self._result.unknown_signatures = sum(map(len, self._waiting.values()))

    def close(self) -> None:
        self._chains.close()
        if self.recorder is not None:
            self.recorder.close()

    def _named(self, index: int) -> Named:
        """Id and prev of a statement that was judged before."""
        found = statement.parse(entry.decode(self._reread(index))[0])
        return bytes.fromhex(found.id), bytes.fromhex(found.body.prev) if found.body.prev else None

    def _check_received(self, index: int, received: int) -> None:
        last = self._result.last_received
        if last is None:
            self._result.first_received = received
        elif received < last:
            error = BadHistory("received goes back", expected=f"{last} or later", got=received)
            self._result.add(error, index)
            return
        self._result.last_received = received

    def _judge(self, index: int, received: int, seen: Seen) -> None:
        effective = None
        if self.recorder is not None:
            self.recorder.reach(index, received)
        if seen.named is None:
            effective = self._admit_roster(index, seen)
        else:
            self._admit_event(index, seen)
        link = self._chains.add(index, seen.issuer, seen.seq, seen.id, seen.prev)
        if link is Link.FORK:
            self._result.forks.append(Fork(index, seen.issuer, seen.seq))
        if self.recorder is not None:
            self.recorder.add(index, received, seen, effective)
        if seen.named is not None:
            self._check_named(index, *seen.named)

    def _admit_event(self, index: int, seen: Seen) -> None:
        check_event_issuer(self._state, seen.log, seen.issuer)
        if seen.envelope is not None:
            found = statement.parse(seen.envelope)
            known = dict(self._state.known_signers(found))
            for key in known.keys() & seen.unverified:
                verify_signature(found, key, known[key])
        self._result.events += 1
        self._count_signatures(index, seen, self._state.keys)

    def _admit_roster(self, index: int, seen: Seen) -> RosterStatement | None:
        """The statement, if it takes effect."""
        found = statement.parse(seen.envelope or b"")
        known = dict(self._state.known_signers(found))
        verified = found.signatures.keys() - seen.unverified
        verdict = admit(self._state, found, index, verified, possession_verified=seen.possession)
        self._result.roster_statements += 1
        self._count_signatures(index, seen, known)
        for public in _enrolled(self._state, found, index):
            self._publish_key(public)
            self._judge_waiting(keyid(public), public)
        return None if verdict.effect or isinstance(found.body, Event) else found.body

    def _count_signatures(self, index: int, seen: Seen, known: Container[str]) -> None:
        unknown = [key for key in seen.unpublished if key not in known]
        self._result.signatures += seen.signers - len(unknown)
        for key in unknown:
            self._waiting.setdefault(key, array("Q")).append(index)

    def _judge_waiting(self, key: str, public: bytes) -> None:
        for index in self._waiting.pop(key, ()):
            try:
                envelope, _ = entry.decode(self._reread(index))
                found = statement.parse(envelope)
                if verifies(public, found.message, found.signatures[key]):
                    self._result.signatures += 1
                else:
                    self._result.spoiled_signatures += 1
            except CustodyError as error:
                self._result.add(error, index)

    def _check_named(self, index: int, size: int, root: str) -> None:
        if size > index:
            raise SplitView("an event names a checkpoint from after its entry", expected=f"size <= {index}", got=size)
        right = self._tree.root(size).hex()
        if root != right:
            raise SplitView(
                f"an event names a checkpoint of size {size} that is not this log's", expected=right, got=root
            )
        self._result.named_checkpoints += size > 0


def _enrolled(state: State, found: Statement, index: int) -> list[bytes]:
    """The public keys that a roster statement, entry `index`, has enrolled."""
    offered = () if isinstance(found.body, Event) else map(b64decode, public_keys(found.body))
    return [public for public in offered if (key := state.keys.get(keyid(public))) and key.index == index]
