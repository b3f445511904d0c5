"""The OpenAPI document is made from the code: it must be valid, whole, and true of what the server answers."""

import os
import subprocess
import sys
from pathlib import Path

import jsonschema_rs

from tests.web.serving import Serving
from tests.world import World

CHECKS = (
    "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance,unsupported_method"
)
SCHEMATHESIS = Path(sys.executable).with_name("schemathesis")
ROOT = Path(__file__).parents[2]


def test_every_resource_is_in_the_document(ledger: Serving) -> None:
    document = ledger.get_json("/api/v1/openapi.json")
    assert document["openapi"] == "3.1.0"
    assert set(document["paths"]) == {
        "/api/v1/statements", "/api/v1/statements/{statement_id}", "/api/v1/log/proof/{index}",
        "/api/v1/log/entries/{index}", "/api/v1/log/consistency", "/api/v1/roster", "/api/v1/devices/{keyid}",
        "/api/v1/items/{item}", "/api/v1/sites/{site}", "/api/v1/handlers/{handler}", "/api/v1/findings",
        "/api/v1/plan/status", "/api/v1/blobs/{hash_}", "/api/v1/enrolments",
        "/api/v1/snapshot", "/api/v1/status", "/healthz", "/readyz",
        "/drill/checkpoint", "/drill/tile/{path}", "/drill/tile/entries/{path}",
    }  # fmt: skip
    for operations in document["paths"].values():
        for operation in operations.values():
            assert operation["summary"]
            assert {"200", "400", "500", "503"} <= set(operation["responses"])
    assert "content" not in document["paths"]["/api/v1/findings"]["get"]["responses"]["304"]


def test_an_answer_fits_its_schema(ledger: Serving, world: World) -> None:
    document = ledger.get_json("/api/v1/openapi.json")
    schema = {"$ref": "#/components/schemas/Answers", "components": document["components"]}
    answers = ledger.post(b"no statement\n" + world.handovers(1)[0].envelope)
    assert {answer["status"] for answer in answers.json()["answers"]} == {"accepted", "refused"}
    jsonschema_rs.validate(schema, answers.json())


def test_schemathesis_finds_no_failure_and_nothing_undocumented(ledger: Serving, tmp_path: Path) -> None:
    result = subprocess.run(
        [SCHEMATHESIS, "run", f"{ledger.url}/api/v1/openapi.json", "--phases=coverage,fuzzing", "--max-examples=10",
         f"--checks={CHECKS}", "--warnings=off", "--no-color", "--generation-deterministic",
         "--suppress-health-check=all"],
        env={**os.environ, "SCHEMATHESIS_HOOKS": "tests.web.schemathesis_hooks", "PYTHONPATH": str(ROOT)},
        cwd=tmp_path,
        capture_output=True, text=True, timeout=180, check=False,
    )  # fmt: skip
    assert result.returncode == 0, result.stdout
    every = sum(len(operations) for operations in ledger.get_json("/api/v1/openapi.json")["paths"].values())
    assert f"{every} selected / {every} total" in result.stdout
