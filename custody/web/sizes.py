"""How large a form may be: its view says so where that is more than fields need; what is larger is not read."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Blueprint, Flask, current_app, request

from custody.core.errors import Oversize
from custody.web.current import ledger

View = TypeVar("View", bound=Callable[..., Any])

FIELDS = 64 * 1024
"""Bytes of a form that brings no file."""
FILE = 8 * 2**20
"""Bytes of one that does, where its view says nothing else."""


def takes(most: int) -> Callable[[View], View]:
    """Of a view: a request may have so many bytes, where the settings' `limits.max_bytes` is not less."""

    def mark(view: View) -> View:
        vars(view)["takes"] = most
        return view

    return mark


def configure(app: Flask, programs: tuple[Blueprint, ...]) -> None:
    """Refuses what is larger, before a form's token is looked for in it. `programs` see to that by themselves."""
    bounded = {blueprint.name for blueprint in programs}

    @app.before_request
    def check() -> None:
        if request.endpoint is None or request.blueprint in bounded:
            return
        most = min(most_of(request.endpoint), ledger().config.limits.max_bytes)
        if (request.content_length or 0) > most:
            raise Oversize(
                "more was sent than this page takes",
                expected=f"at most {most} bytes",
                got=f"{request.content_length} bytes",
                remedy="Send less, or in parts.",
            )


def most_of(endpoint: str) -> int:
    """The bytes that a view takes."""
    found: int = getattr(current_app.view_functions[endpoint], "takes", FIELDS)
    return found
