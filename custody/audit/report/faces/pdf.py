"""The report as a PDF: tagged, PDF/A-2a and PDF/UA-1, the same bytes for the same report."""

import re
from pathlib import Path
from typing import Any

import msgspec

from custody.audit.report.faces.page import Page
from custody.typesetting import typeset_apart

_TEMPLATE = Path(__file__).with_name("report.typ")
# What the typesetter's fonts have for certain; a PDF/A may not show a character that none of them has.
_UNSHOWABLE = re.compile("[^\n -~\u00a0-\u017f\u2010-\u2015\u2018-\u201f\u2022\u2026\u2190-\u2193\u2264\u2265\u2260]")


def pdf(page: Page) -> bytes:
    """Raises Unavailable where the typesetter fails."""
    return typeset_apart(_TEMPLATE, _showable(msgspec.to_builtins(page)), archival=True)


def _showable(value: Any) -> Any:
    """A character that no font has is spelt out, as `legible` spells those that no screen shows."""
    if isinstance(value, str):
        return _UNSHOWABLE.sub(lambda found: found[0].encode("unicode_escape").decode(), value)
    if isinstance(value, list | tuple):
        return [_showable(one) for one in value]
    if isinstance(value, dict):
        return {key: _showable(one) for key, one in value.items()}
    return value
