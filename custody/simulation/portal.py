"""The demo's portal, looked at as a newcomer would: the wrongs that it shows, and an item found by its label."""

from typing import TYPE_CHECKING

import httpx

from custody.core import label
from custody.core.finding_titles import TITLES
from custody.files import load_key
from custody.simulation import wrongs
from custody.simulation.programs import Unexpected, console, run, say

if TYPE_CHECKING:
    from custody.simulation.story import Story

ACCOUNT = "pengawas"
_TIMEOUT_S = 30.0


def look(story: "Story", host: str) -> None:
    """The pages show what the log holds. Raises Unexpected."""
    say(20, "Portal dibuka seperti oleh pendatang baru", "The portal is opened as by a newcomer")
    with httpx.Client(base_url=story.base, headers={"Accept": "text/html"}, timeout=_TIMEOUT_S) as browser:
        _open(browser, "/", "Sudah sampai")
        for code in wrongs.CODES:
            # Of a row: each title stands among the form's choices as well.
            _open(browser, f"/findings?code={code}", f"<strong>{TITLES[code][0]}</strong>")
        [key] = (story.folder / "labels").glob("*.pem")
        scanned = label.sign(story.boxes[0], host, load_key(key))
        found = browser.get("/find", params={"q": scanned})
        _open(browser, found.headers.get("Location", "/find"), "Label asli.")


def invite(story: "Story") -> str:
    """The one-time link of an account that a newcomer may sign in with."""
    settings = story.folder / "ledger" / "ledger.toml"
    roles = ("--role", "supervisor", "--role", "operator")
    return run("custody", "account", "create", ACCOUNT, *roles, "--config", settings).split()[0]


def _open(browser: httpx.Client, path: str, words: str) -> None:
    page = browser.get(path)
    shown = path if len(path) < 60 else f"{path[:60]}…"
    if page.status_code != 200 or words not in page.text:
        raise Unexpected(f"the portal's page {shown} answered {page.status_code}, and does not say {words!r}")
    console.print(f"  [cyan]{shown}[/cyan]  {words}")
