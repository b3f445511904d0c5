"""Stories of which the log is sealed, verified and exported, and GS1's own schema and examples where present."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs
import msgspec
import pytest

from custody.audit.export import Exportable, document
from custody.audit.source import FolderSource
from custody.audit.verify import recorded
from custody.core import entry
from custody.core.statement import Statement, parse
from tests.audit.logs import publish, spoilt
from tests.rules.story import Story
from tests.world import NO_CHECKPOINT

GS1_FOLDER = Path(__file__).parents[3] / "shared" / "epcis"
with_gs1 = pytest.mark.skipif(not GS1_FOLDER.is_dir(), reason="no folder ../shared/epcis with GS1's schema")

GS1 = "https://id.gs1.org/"
WAREHOUSE_LINK = GS1 + "414/9520000000011"
STATION_LINK = GS1 + "414/9520000000028"
PEOPLE = "https://ledger.test/drill/handler/"
Json = dict[str, Any]


class Told(Story):
    """A story of devices that have seen nothing of the log."""

    def make(self, action: str, *by: int, **members: Any) -> Statement:
        return super().make(action, *by, **{"seen": NO_CHECKPOINT} | members)

    def spoil(self, statement: Statement, number: int) -> None:
        """The log has a statement with another signature under the key of a handler."""
        index = self.index(statement)
        spoiled = parse(spoilt(statement, self.key(number).keyid))
        self.book.entries[index] = self.book.entries[index][0], spoiled

    def entries(self) -> list[bytes]:
        return [entry.encode(statement.envelope, received) for received, statement in self.book.entries]


def export(story: Told, folder: Path, site: str | None = None, until: int | None = None) -> bytes:
    """The document of a story's log, which is published at `folder`."""
    config = publish(folder, story.entries(), story.world.origin)

    def record(*given: Any) -> Exportable:
        return Exportable(*given, until=until)

    with FolderSource(folder) as source, recorded(source, config, record, workers=0) as (result, log):
        assert (result.verdict, result.faults) == ("holds", [])
        assert log is not None
        return b"".join(document(log, site))


def events_of(data: bytes) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = msgspec.json.decode(data)["epcisBody"]["eventList"]
    return found


@cache
def validator() -> Callable[[Any], list[str]]:
    """What GS1's schema, formats and all, has against a document: where, and what."""
    schema = msgspec.json.decode((GS1_FOLDER / "EPCIS-JSON-Schema.json").read_bytes())
    checks = jsonschema_rs.Draft7Validator(schema, validate_formats=True)
    return lambda found: [f"{one.instance_path}: {one.message}" for one in checks.iter_errors(found)]


def example(name: str) -> dict[str, Any]:
    """An official example."""
    found: dict[str, Any] = msgspec.json.decode((GS1_FOLDER / f"{name}.jsonld").read_bytes())
    return found


def drawn(story: Told, folder: Path, **options: Any) -> list[Json]:
    return events_of(export(story, folder / "log", **options))


def only(story: Told, folder: Path, **options: Any) -> Json:
    [found] = drawn(story, folder, **options)
    return found


def last(story: Told, folder: Path, **options: Any) -> Json:
    return drawn(story, folder, **options)[-1]


def parties(found: Json) -> tuple[Json, Json]:
    """By type: sources, and destinations."""
    sources = {one["type"]: one["source"] for one in found.get("sourceList", ())}
    return sources, {one["type"]: one["destination"] for one in found.get("destinationList", ())}
