"""The OpenAPI document, made from the views by SpecTree; it describes them and stays off the path of requests."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any, TypeVar

import msgspec
from flask import Flask, Response
from spectree import Response as Described
from spectree import SpecTree
from spectree.config import ModeEnum
from spectree.model_adapter.msgspec_adapter import MsgspecModelAdapter

from custody.web import problems
from custody.web.access import anyone
from custody.web.bodies import NDJSON
from custody.web.models import Problem

JSON = "application/json"
TEXT = "text/plain; charset=utf-8"
BYTES = "application/octet-stream"

# SpecTree knows JSON and form bodies only.
_BODIES = {
    ("/api/v1/statements", "post"): (
        NDJSON,
        "DSSE envelopes in canonical JSON, one a line; Content-Encoding gzip is taken.",
    ),
    ("/api/v1/enrolments", "post"): (
        JSON,
        "Canonical JSON of `v` (1), `code`, `site` and `request`, an enrolment request; at most 4096 bytes.",
    ),
    ("/api/v1/blobs/{hash_}", "put"): (BYTES, "16 random bytes, then a JPEG file of at most 1 MiB."),
}

View = TypeVar("View", bound=Callable[..., Response])


@dataclass(frozen=True)
class _Description:
    model: type | None
    also: str | None
    query: type | None
    fails: tuple[int, ...]
    revalidated: bool


class _Responses(Described):
    """A view's answers, each with its media types."""

    def __init__(self, description: _Description) -> None:
        statuses = {400, 500, 503, *description.fails}
        models = {200: description.model} | dict.fromkeys(sorted(statuses), Problem)
        if description.revalidated:
            models[304] = None
        super().__init__(**{f"HTTP_{status}": model for status, model in models.items()})
        self._also = description.also

    def generate_spec(self, *arguments: Any) -> dict[str, Any]:
        responses = super().generate_spec(*arguments)
        for status, response in responses.items():
            if status == "304":
                continue
            content = response.setdefault("content", {})
            if int(status) >= 400:
                content[problems.MEDIA_TYPE] = content.pop(JSON)
            elif self._also:
                content[self._also] = {"schema": {} if self._also == JSON else {"type": "string"}}
        return responses


def documented(
    model: type | None = None,
    *,
    also: str | None = None,
    query: type | None = None,
    fails: tuple[int, ...] = (),
    revalidated: bool = False,
) -> Callable[[View], View]:
    """Describes a view: the JSON and the other media type it answers, its parameters, the statuses of its problems.

    `revalidated`: it answers 304 to who has its ETag.
    """

    def describe(view: View) -> View:
        needs_token = () if vars(view)["access"].anyone else (401,)
        vars(view)["description"] = _Description(model, also, query, (*fails, *needs_token), revalidated)
        return view

    return describe


def configure(app: Flask) -> None:
    """Serves the document of the documented views that the app has by now."""
    document = msgspec.json.encode(_describe(app))

    @app.get("/api/v1/openapi.json")
    @anyone
    def openapi_document() -> Response:
        return Response(document, content_type=JSON)


def _describe(app: Flask) -> dict[str, Any]:
    spec = SpecTree(
        "flask",
        model_adapter=MsgspecModelAdapter(),  # type: ignore[arg-type]  # its own types disagree
        title="Custody ledger",
        version=version("custody-ledger"),
        description="Signed statements in, receipts out; and the log itself, as C2SP's tlog-tiles has it.",
        mode=ModeEnum.strict,
        annotations=False,
        validation_error_status=400,
        validation_error_model=Problem,
        naming_strategy=lambda model: model.__name__,
        nested_naming_strategy=lambda _parent, child: child,
    )
    # SpecTree reads an app whose views it wraps: not the one that answers requests, which checks more strictly.
    described = Flask("described", static_folder=None)
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        if description := getattr(view, "description", None):
            wrapped = spec.validate(query=description.query, resp=_Responses(description), skip_validation=True)(view)
            described.add_url_rule(rule.rule, rule.endpoint, wrapped, methods=rule.methods)
    with described.app_context():
        document: dict[str, Any] = spec.spec
    for (path, method), (media_type, text) in _BODIES.items():
        content = {media_type: {"schema": {"type": "string"}}}
        document["paths"][path][method]["requestBody"] = {"required": True, "description": text, "content": content}
    return document
