"""Logs of the same statements, compared: in other batches, in another order, received at other times."""

from collections.abc import Iterable
from random import Random
from typing import Any

import msgspec

from custody.core.event import Event
from custody.core.item import Track
from custody.core.judgement import Finding
from custody.core.memory import InMemory
from custody.core.statement import Statement
from tests.rules.scene import Book, TrueBook
from tests.world import World

HOUR = 3_600_000
ABOUT_LATENESS = {"late-entry", "chain-gap", "clock-ahead", "signer-uncertain", "signer-revoked", "signer-compromised"}

OF_WHICH_CAME_FIRST = {"chain-fork", "clock-before-cause", "clock-jump", "clock-mono-back", "boot-returned"}
"""In a chain that forks the statement that came first is held against the clocks of those around it, and the other is
what forks."""


def again(world: World, entries: Iterable[tuple[int, Statement]]) -> Book:
    """The book of all statements, judged at once."""
    book = TrueBook(world)
    for received, statement in entries:
        book.add(statement, received)
    return book


def shuffled(
    entries: list[tuple[int, Statement]], random: Random, received: int | None = None
) -> list[tuple[int, Statement]]:
    """The devices' statements in another order, of the devices and of each device's own; received last, or then."""
    roster = [one for one in entries if not isinstance(one[1].body, Event)]
    events = [one for one in entries if isinstance(one[1].body, Event)]
    random.shuffle(events)
    when = max(one for one, _ in entries) if received is None else received
    return roster + [(when, statement) for _, statement in events]


def custody(book: Book) -> Any:
    """Who holds what, sealed how, how far on its way: that does not hang on the ledger's clock either.

    Which way an item had gone when it was planned anew does: a plan counts from when it was received.
    """
    held = ("site", "custodian", "to", "container", "contents", "seals", "unnumbered", "open", "retired")
    return {
        item: [*(getattr(track.item, name) for name in held), track.item.way if len(track.plans) < 2 else None]
        for item, track in book.memory.tracks.items()
    }


def kept(memory: InMemory) -> dict[str, list[tuple[Any, ...]]]:
    """All that the rules keep, as the follower's tables have it."""
    rows: dict[str, list[tuple[Any, ...]]] = {}
    for name in ("tracks", "issuers", "noted", "awaited", "strangers", "spoiled", "resolutions", "seals", "reused"):
        rows[name] = sorted((key, msgspec.msgpack.encode(value)) for key, value in getattr(memory, name).items())
    signed = memory.signed  # of all keys, which `signed_by` does not tell
    return rows | {"signed": [(key, index) for key in sorted(signed) for index in signed[key]]}


def seen(book: Book) -> tuple[Any, Any]:
    """State and findings with statement ids in place of indexes, without what is about lateness."""
    ids = [statement.id for _, statement in book.entries]
    now = max(statement.body.time for _, statement in book.entries) + 48 * HOUR
    tracks = {item: _track(track, ids) for item, track in book.memory.tracks.items()}
    found = book.findings(now)
    without = ABOUT_LATENESS | (OF_WHICH_CAME_FIRST if any(one.code == "chain-fork" for one in found) else set())
    return tracks, sorted(_finding(one, ids) for one in found if one.code not in without)


def _track(track: Track, ids: list[str]) -> Any:
    item = msgspec.to_builtins(track.item)
    for member in ("last", "release"):
        if member in item:
            item[member]["index"] = ids[item[member]["index"]]
    for member in ("begun", "sealed"):
        if member in item:
            item[member] = ids[item[member]]
    item["handed"] = [ids[index] for index in item.get("handed", ())]
    return item, [ids[index] for index in track.history]


def _finding(one: Finding, ids: list[str]) -> Any:
    parts = [
        (part.item or "", part.since, sorted(ids[index] for index in part.evidence), part.closed_by is None)
        for part in one.parts
    ]
    return one.code, one.subject, one.open, one.since, parts
