"""The portal before a real browser, with passkeys from Chromium's virtual authenticator."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from werkzeug.serving import make_server

from tests.cli.programs import succeed
from tests.web.portal.opened import Opened, opened
from tests.world import World

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, CDPSession, Page

SCREENS = {"phone": (390, 844), "desktop": (1280, 900)}


class Served(Struct):
    """A portal that browsers reach at `url`."""

    portal: Opened
    url: str


@contextmanager
def served(folder: Path, world: World | None = None) -> Iterator[Served]:
    """On a port of its own: passkeys are for an origin, so the settings must know it."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    url = f"http://localhost:{port}"
    with opened(folder, world or World(), more=f'url = "{url}"') as portal:
        server = make_server("127.0.0.1", port, portal.app, threaded=True)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield Served(portal, url)
        finally:
            server.shutdown()
            thread.join()
            server.server_close()


def one_time_link(site: Served, act: str, handle: str, *roles: str) -> str:
    """The path of the link that the command line prints."""
    given = [part for role in roles for part in ("--role", role)]
    config = site.portal.ledger.config.private.parent / "ledger.toml"
    link = succeed("account", act, handle, *given, "--config", config).split()[0]
    assert link.startswith(site.url)
    return link.removeprefix(site.url)


class Person:
    """A browser of its own with an authenticator that verifies its user."""

    def __init__(self, browser: "Browser", url: str, language: str = "id", size: str = "desktop") -> None:
        width, height = SCREENS[size]
        self.context: BrowserContext = browser.new_context(
            base_url=url, viewport={"width": width, "height": height}, has_touch=size == "phone"
        )
        self.context.add_cookies([{"name": "language", "value": language, "url": url}])
        self.page: Page = self.context.new_page()
        self._devtools: CDPSession = self.context.new_cdp_session(self.page)
        self._devtools.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": True,
            "automaticPresenceSimulation": True,
        }
        self._id = self._devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]

    def verify(self, well: bool) -> None:
        """Whether the next PIN or finger is the right one."""
        self._devtools.send("WebAuthn.setUserVerified", {"authenticatorId": self._id, "isUserVerified": well})

    def passkeys(self) -> list[Any]:
        """What the authenticator holds."""
        found: list[Any] = self._devtools.send("WebAuthn.getCredentials", {"authenticatorId": self._id})["credentials"]
        return found

    def sign_up(self, path: str, label: str) -> None:
        """By a one-time link, up to the desk."""
        self.page.goto(path)
        self.page.locator("#label").fill(label)
        self.page.locator("form[data-ceremony] button").click()
        self.page.wait_for_url("**/desk")

    def sign_in(self) -> None:
        """Up to the desk."""
        self.page.goto("/sign-in")
        self.page.locator("form[data-ceremony] button").click()
        self.page.wait_for_url("**/desk")
