"""`watch`: follows a log step by step, and says of each step what somebody has to know.

The journal has what was seen and told; the log is judged under the very checkpoint that was seen: whole at first, then
as far as it has grown.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Literal

from custody.audit.compare import Comparison, View, compare, keep
from custody.audit.config import AuditorConfig
from custody.audit.fault_words import told
from custody.audit.following import Following
from custody.audit.journal import Journal, Verdict
from custody.audit.result import Fault, Result
from custody.audit.source import Source, read_checkpoint
from custody.core.checkpoint import Checkpoint, open_checkpoint
from custody.core.errors import ConfigFault, CustodyError, Unavailable
from custody.core.findings import Severity
from custody.core.judgement import Finding
from custody.core.split_view import Relation
from custody.readable import finding_text

AlertKind = Literal["fork", "rollback", "no-proof", "bad-checkpoint", "stale", "faulty", "finding"]
NAMED = 50
"""Findings that one alert names."""


@dataclass(frozen=True)
class Alert:
    """Something that somebody has to know once, and again if it was well in between: `keys` tell it from others."""

    kind: AlertKind
    keys: tuple[str, ...]
    facts: dict[str, str]


@dataclass
class Step:
    """What one look at the log came to. `new`: how many entries were read for what was `judged`.

    `trouble`: why it could not be looked at whole, or judged. `broken`: why the watch cannot go on, once it has told
    what it saw.
    """

    grown: Checkpoint | None = None
    judged: Result | None = None
    new: int = 0
    trouble: CustodyError | None = None
    broken: OSError | None = None
    alerts: list[Alert] = field(default_factory=list)


class Watch:
    """Follows one log. `evidence` is the folder for pairs of checkpoints; times in ms."""

    def __init__(
        self,
        source: Source,
        config: AuditorConfig,
        journal: Journal,
        evidence: Path,
        *,
        begun: int,
        stale_ms: int,
        judge_ms: int,
        workers: int | None = None,
    ) -> None:
        """`begun`: now. `judge_ms`: the log is judged at most so often, and only once it has grown."""
        self._source = source
        self._following = Following(source, config, workers=workers)
        self._verifier = config.verifier
        self._journal = journal
        self._evidence = evidence
        self._begun = begun
        self._stale_ms = stale_ms
        self._judge_ms = judge_ms
        self._judged: tuple[int, Checkpoint] | None = None

    def step(self, now: int) -> Step:
        """One look at the log, at an instant (Unix ms). What was told before is no alert."""
        step = Step()
        try:
            for looks in (self._look, self._stale, self._judge):
                self._add(step, looks(step, now))
        except OSError as error:
            step.broken = error
        step.alerts = [alert for alert in step.alerts if not all(map(self._journal.has_told, alert.keys))]
        return step

    def close(self) -> None:
        self._following.close()

    @staticmethod
    def _add(step: Step, alerts: Iterator[Alert]) -> None:
        """Raises OSError; what came before it is added."""
        try:
            for alert in alerts:
                step.alerts.append(alert)
        except Unavailable as error:
            step.trouble = error

    def _look(self, step: Step, now: int) -> Iterator[Alert]:
        held = self._journal.held
        try:
            note = read_checkpoint(self._source)
            checkpoint = open_checkpoint(note, self._verifier)
        except Unavailable:
            raise
        except CustodyError as error:
            size = held[0].size if held else 0
            yield Alert("bad-checkpoint", (f"bad-checkpoint:{size}:{error.kind}",), _reasons(error))
            return
        self._journal.well(self._journal.told_of("bad-checkpoint"), now)
        if held is None:
            self._journal.see(note, "goes-on", now)
            step.grown = checkpoint
        elif note != held[1] or self._journal.last is None or self._journal.last.verdict != "goes-on":
            found = compare(View(held[1], self._source), View(note, self._source), self._verifier)
            verdict = _verdict(found, checkpoint, held[0])
            lacking = found.doubt if verdict == "no-proof" and isinstance(found.doubt, Unavailable) else None
            if verdict != "goes-on" and lacking is None:
                yield self._differs(verdict, found, checkpoint, held[0])  # told also if the journal takes no more
            self._journal.see(note, verdict, now)
            if lacking is not None:
                raise lacking
            if verdict == "goes-on":
                self._journal.well(self._journal.told_of("rollback") | self._journal.told_of("no-proof"), now)
                step.grown = checkpoint if checkpoint.size > held[0].size else None

    def _differs(self, verdict: AlertKind, found: Comparison, checkpoint: Checkpoint, held: Checkpoint) -> Alert:
        facts = _named("held_", held) | _named("", checkpoint)
        if found.doubt is not None:
            facts |= _reasons(found.doubt)
        if found.relation is not Relation.SAME:
            try:
                facts["file"] = str(keep(found.pair, self._evidence))
            except ConfigFault as error:
                facts["unwritten_id"], facts["unwritten"] = told(error)
        return Alert(verdict, (f"{verdict}:{checkpoint.size}:{checkpoint.root.hex()}",), facts)

    def _stale(self, _: Step, now: int) -> Iterator[Alert]:
        held, since = self._journal.held, self._journal.since
        since = self._begun if since is None else since
        if now - since > self._stale_ms:
            size = held[0].size if held else 0
            facts = {"since": str(since)} | (_named("held_", held[0]) if held else {})
            yield Alert("stale", (f"stale:{size}",), facts)

    def _judge(self, step: Step, now: int) -> Iterator[Alert]:
        held = self._journal.held
        if held is None or not self._is_due(held[0], now):
            return
        begun = self._following.size
        result, judging = self._following.judge(held[1])
        self._judged = now, held[0]
        step.judged, step.new = result, result.judged - begun
        if result.faults:
            first = result.faults[0]
            key = sha256(f"{first.index} {first.kind} {first.message}".encode()).hexdigest()[:16]
            facts = _named("", held[0]) | {"count": str(result.fault_count)} | _reasons(first)
            if first.index is not None:
                facts["entry"] = str(first.index)
            yield Alert("faulty", (f"faulty:{key}",), facts)
        else:
            self._journal.well(self._journal.told_of("faulty"), now)
        if judging is not None:
            grave = {_key(one): one for one in judging.findings(now) if one.open and one.severity is Severity.CRITICAL}
            self._journal.well(self._journal.told_of("finding") - grave.keys(), now)
            new = [one for key, one in grave.items() if not self._journal.has_told(key)]
            if new:
                yield _found(new, held[0])

    def _is_due(self, held: Checkpoint, now: int) -> bool:
        if self._judged is None:
            return True
        at, checkpoint = self._judged
        return checkpoint != held and now - at >= self._judge_ms


def _verdict(found: Comparison, checkpoint: Checkpoint, held: Checkpoint) -> Verdict:
    if found.relation is Relation.SPLIT:
        return "fork"
    if checkpoint.size < held.size:
        return "rollback"
    return "goes-on" if found.relation is Relation.SAME else "no-proof"


def _reasons(error: Fault | CustodyError) -> dict[str, str]:
    indonesian, english = told(error)
    return {"reason_id": f"{error.kind}: {indonesian}", "reason": f"{error.kind}: {english}"}


def _named(prefix: str, checkpoint: Checkpoint) -> dict[str, str]:
    return {f"{prefix}size": str(checkpoint.size), f"{prefix}root": checkpoint.root.hex()}


def _found(new: list[Finding], checkpoint: Checkpoint) -> Alert:
    texts = finding_text(new[0].code, new[0].facts)
    facts = _named("", checkpoint) | {
        "count": str(len(new)),
        "findings": "\n".join(f"{one.id} {one.code} {one.subject}" for one in new[:NAMED]),
        "text_id": texts["id"],
        "text_en": texts["en"],
    }
    return Alert("finding", tuple(map(_key, new)), facts)


def _key(finding: Finding) -> str:
    return f"finding:{finding.id}"
