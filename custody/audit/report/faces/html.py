"""The report as one HTML file that needs nothing else: no script, nothing from elsewhere, its style named by hash."""

from base64 import b64encode
from hashlib import sha256
from pathlib import Path

import msgspec
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from custody.audit.report.faces.page import Page

MARKS = {"critical": "■", "major": "▲", "minor": "○"}
VERDICTS = {"holds": "✓", "faulty": "✗", "newer-format": "?"}
_HERE = Path(__file__).parent


def html(page: Page) -> bytes:
    """UTF-8; the same bytes for the same report."""
    # The hash stands in the header of each printed sheet.
    style = (_HERE / "report.css").read_text().replace("SHORT", "".join(filter(str.isalnum, page.short)))
    environment = Environment(loader=FileSystemLoader(_HERE), autoescape=True, undefined=StrictUndefined)
    environment.filters["drawing"] = _drawing
    return (
        environment.get_template("report.html")
        .render(
            page=msgspec.to_builtins(page),
            marks=MARKS,
            verdicts=VERDICTS,
            style=Markup(style),  # noqa: S704  # our own file
            style_hash=b64encode(sha256(style.encode()).digest()).decode(),
        )
        .encode()
    )


def _drawing(svg: str) -> Markup:
    """Of our own making: `charts` and `qr_code` have escaped what stands in it."""
    return Markup(svg.replace("<svg ", '<svg aria-hidden="true" focusable="false" ', 1))  # noqa: S704
