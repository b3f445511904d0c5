"""Somebody at a browser of the portal, with passkeys; no network and no real browser between."""

import itertools
import json
import re
from collections.abc import Callable
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from custody.accounts import accounts, links
from custody.accounts.roles import Role
from custody.accounts.store import Store
from custody.web.identity import Gate
from tests.accounts.authenticator import Authenticator, Es256
from tests.web.portal.opened import BROWSER, Opened

# What one test has refused is not to count against another's.
_addresses = (f"10.9.{number // 250}.{number % 250}" for number in itertools.count(1))
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def gate(portal: Opened) -> Gate:
    found: Gate = portal.app.extensions["custody.identity"]
    return found


def store(portal: Opened) -> Store:
    return gate(portal).store


def link(portal: Opened, handle: str, *roles: Role, site: str | None = None) -> str:
    """The path of a one-time link of an account, which is made if it is not there."""
    with store(portal).writing() as work:
        account = accounts.find_handle(work.db, handle)
        if account is None:
            account = accounts.create(work, None, handle, roles, language="id", site=site)
        return f"/sign-up/{links.make(work, None, account)}"


class Visitor:
    """One browser and one passkey. `client` asks as a browser does."""

    def __init__(self, portal: Opened, language: str = "id", address: str | None = None) -> None:
        self.client: FlaskClient = portal.client(language)
        self.client.environ_base |= {"HTTP_USER_AGENT": FIREFOX, "REMOTE_ADDR": address or next(_addresses)}
        self.passkey = Authenticator(key=Es256(), origin=gate(portal).party.origin)

    def get(self, path: str) -> TestResponse:
        return self.client.get(path, headers=BROWSER)

    def post(self, page: str, action: str, **fields: object) -> TestResponse:
        """Sends a form of `page`, with what keeps other sites from sending it."""
        return self.client.post(action, data={"csrf_token": self.token(page), **fields}, headers=BROWSER)

    def token(self, page: str) -> str:
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.get(page).text)
        assert found, page
        return found[1]

    def ceremony(self, page: str, action: str, perform: Callable[[str], dict[str, Any]], **also: str) -> TestResponse:
        """Options, then the passkey's answer to them."""
        token = {"X-CSRFToken": self.token(page)}
        options = self.client.post(f"{action}/options", json={}, headers=token)
        if options.status_code != 200:
            return options
        return self.client.post(action, json={"credential": perform(options.text), **also}, headers=token)

    def register(self, path: str, label: str = "Kunci") -> TestResponse:
        """By a one-time link."""
        return self.ceremony(path, path, self.passkey.register, label=label)

    def sign_in(self, on: str = "") -> TestResponse:
        return self.ceremony("/sign-in", "/sign-in", self.passkey.sign_in, next=on)

    def is_signed_in(self) -> bool:
        return self.get("/desk").status_code == 200


def signed_up(portal: Opened, handle: str, *roles: Role, site: str | None = None) -> Visitor:
    """Somebody who has just made the first passkey of a new account."""
    visitor = Visitor(portal)
    answer = visitor.register(link(portal, handle, *roles, site=site))
    assert answer.status_code == 200, answer.text
    assert json.loads(answer.text) == {"to": "/desk"}
    return visitor
