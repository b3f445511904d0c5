"""The vectors that other implementations can check against are what this one makes, byte for byte."""

import json

from custody.core import badge, carried, entry, label
from custody.core.event import ACTIONS, Event
from custody.core.roster import KINDS
from custody.core.statement import parse
from tests.vectors import generate_statements


def test_the_generator_makes_the_file_byte_for_byte() -> None:
    assert generate_statements.PATH.read_text(encoding="utf-8") == generate_statements.text()


def test_every_vector_parses_to_its_id() -> None:
    held = json.loads(generate_statements.PATH.read_text(encoding="utf-8"))
    for vector in held["statements"].values():
        assert parse(vector["envelope"].encode()).id == vector["id"]
    envelope, received = entry.decode(held["entry"].encode())
    assert (parse(envelope).id, received) == (held["statements"]["handover"]["id"], 1_700_000_123_456)
    assert label.parse(held["label"]).signature is not None
    assert badge.encode(badge.parse(held["badge"])) == held["badge"]
    pieces = [carried.parse(text) for text in held["pieces of the release"]]
    assert carried.join(pieces).id == held["statements"]["release"]["id"]


def test_the_vectors_hold_every_kind_action_and_member() -> None:
    bodies = [made.body for made in generate_statements.statements().values()]
    events = [body for body in bodies if isinstance(body, Event)]
    assert {event.action for event in events} == set(ACTIONS)
    assert {body.__struct_config__.tag for body in bodies if not isinstance(body, Event)} == KINDS
    for name in Event.__struct_fields__:
        assert any(getattr(event, name) not in (None, []) for event in events), name
