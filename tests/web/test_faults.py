"""Faults of the ledger's own: the client gets a problem that says to try again, the operator the rest."""

import json
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from flask import Flask, Response

from custody.core.errors import ConfigFault
from custody.ledger import config as settings
from custody.ledger.ledger import Ledger
from custody.web.access import anyone
from custody.web.app import create_app
from custody.web.models import Problem
from tests.web.serving import Serving, make_log, problem
from tests.world import World


def test_while_nothing_can_be_appended_the_ledger_says_so_and_then_takes_what_is_sent_again(
    tmp_path: Path,
) -> None:
    world = World()
    with Serving(make_log(tmp_path, world)) as serving:
        serving.accepted(world.roster[1:])
        guard = tmp_path / "guard"
        good = guard.read_bytes()
        guard.write_bytes(b"lost")
        batch = world.handovers(3)

        refused = serving.post(b"\n".join(one.envelope for one in batch))

        assert problem(refused) == (503, "unavailable")
        assert refused.json()["retry"] is True
        assert int(refused.headers["retry-after"]) > 0
        assert problem(serving.get("/readyz")) == (503, "unavailable")
        assert "custody_accepting 0.0" in serving.get("/metrics").text
        # What was published stays readable, and is no larger than what was signed.
        assert serving.get("/drill/checkpoint").content == good

        guard.write_bytes(good)
        indexes = [answer["index"] for answer in serving.accepted(batch)]
        assert indexes == list(range(len(world.roster), len(world.roster) + 3))
        assert serving.get("/readyz").status_code == 200


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    ledger = Ledger.open(settings.load(make_log(tmp_path, World())))
    try:
        yield create_app(ledger)
    finally:
        ledger.close()


def test_an_error_that_nobody_foresaw_is_a_problem_without_its_trace(
    app: Flask, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail() -> Response:
        raise ZeroDivisionError("secret detail")

    app.add_url_rule("/fails", view_func=anyone(fail))
    response = app.test_client().get("/fails")
    assert (response.status_code, response.content_type) == (500, "application/problem+json")
    document = response.get_json()
    assert document["type"] == "urn:custody:error:internal-server-error"
    assert document["retry"] is True
    assert "secret" not in response.text
    assert "secret detail" in capsys.readouterr().out  # the log, as it is before `serve` configures it


@pytest.mark.parametrize("accept", ["application/problem+json", "text/html"])
def test_a_fault_of_the_ledgers_own_tells_nobody_what_its_files_are(
    app: Flask, accept: str, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail() -> Response:
        raise ConfigFault("/srv/secret.sqlite cannot be opened", expected="a private file", got="mode 0644 of /srv")

    app.add_url_rule("/fails", view_func=anyone(fail))
    response = app.test_client().get("/fails", headers={"Accept": accept})
    assert (response.status_code, response.mimetype) == (500, accept)
    assert "/srv" not in response.text
    assert "/srv/secret.sqlite" in capsys.readouterr().out


def test_a_problem_has_no_members_without_a_value() -> None:
    bare = Problem(type="t", title="T", status=400, detail="d", retry=False)
    assert set(json.loads(msgspec.json.encode(bare))) == {"type", "title", "status", "detail", "retry"}
