"""What `custody audit replay` says, as JSON: the log, how things stand at an instant, and what is wrong."""

from typing import Any

from msgspec.structs import asdict

from custody.audit.judging import Judging
from custody.audit.result import Result
from custody.core.judgement import Finding
from custody.readable import finding_text


def report(result: Result, judging: Judging | None, as_of: int) -> dict[str, Any]:
    """As of an instant (Unix ms, as all times here). Without a judging `state` is None, and nothing is found."""
    return {
        "verdict": result.verdict,
        "origin": result.origin,
        "size": result.size,
        "root": result.root,
        "as_of": as_of,
        "as_of_size": judging and judging.size,
        "state": judging and state(judging, as_of),
        "findings": [_finding(one) for one in (judging.findings(as_of) if judging else [])],
        "fault_count": result.fault_count,
        "faults": [asdict(fault) for fault in result.faults],
    }


def state(judging: Judging, as_of: int) -> dict[str, dict[Any, int]]:
    """How many items and planned deliveries there are of each status, and how many items rest at sites of each kind."""
    counts = judging.counts(as_of)
    return {
        "items": dict(sorted(counts.items.items())),
        "deliveries": dict(sorted(counts.deliveries.items())),
        "sites": dict(sorted(judging.at_rest().items())),
    }


def items_of(finding: Finding) -> list[str]:
    """The items that a finding is about: none if it is about a statement or a chain."""
    return sorted({part.item for part in finding.parts if part.item is not None})


def _finding(finding: Finding) -> dict[str, Any]:
    members = asdict(finding)
    del members["parts"]
    return members | {"items": items_of(finding), "text": finding_text(finding.code, finding.facts)}
