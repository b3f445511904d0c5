"""The files in `static/`: what is served of them under which name, and the stylesheet that stands in public pages."""

from base64 import b64encode
from functools import cache
from hashlib import sha256
from pathlib import Path

from markupsafe import Markup

STATIC = Path(__file__).with_name("static")
STYLESHEET = "public.css"
"""Of every page. In a public page it stands whole: nothing is shown before it is there, and on a slow network a file of
its own takes a round trip more. Who is signed in comes again and again, and has the file.
"""
JOINED = {STYLESHEET: ["look.css", "tree.css", "item.css"]}
"""Files that are served as one."""


def content(name: str) -> bytes:
    """What is at the address of a file, one of JOINED or one that is there."""
    return b"".join((STATIC / one).read_bytes() for one in JOINED.get(name, [name]))


@cache
def fingerprint(name: str) -> str:
    """Changes with a file's content."""
    return sha256(content(name)).hexdigest()[:12]


@cache
def stylesheet() -> Markup:
    """What stands in a page's `<style>`."""
    return Markup(content(STYLESHEET).decode())  # noqa: S704  # a file of ours


@cache
def stylesheet_source() -> str:
    """Lets just that in, as a Content-Security-Policy names it (CSP Level 3, 2.3.1): a stylesheet by its hash."""
    return f"'sha256-{b64encode(sha256(stylesheet().encode()).digest()).decode()}'"
