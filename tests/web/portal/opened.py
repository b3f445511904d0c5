"""An open ledger with its portal, asked without a network between."""

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from msgspec import Struct

from custody.core.statement import Statement
from custody.ledger import config as settings
from custody.ledger.ledger import Ledger
from custody.web.app import create_app
from tests.web.serving import make_log
from tests.world import World

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
SOON_S = 60


class Opened(Struct):
    """`get` asks as a browser does, in a language."""

    world: World
    ledger: Ledger
    app: Flask

    def client(self, language: str = "id") -> FlaskClient:
        """A browser of its own, on a connection that is safe enough for cookies."""
        client = self.app.test_client()
        client.environ_base["wsgi.url_scheme"] = "https"
        client.set_cookie("language", language)
        return client

    def text(self, path: str, language: str = "id") -> str:
        """A page that is there."""
        answer = self.client(language).get(path, headers=BROWSER)
        assert answer.status_code == 200, answer.text
        return answer.text

    def submit(self, statements: Iterable[Statement]) -> None:
        """Until the tables hold them."""
        answers = self.ledger.submit([one.envelope for one in statements], receipts=False)
        assert not [one for one in answers if isinstance(one, Exception)]
        deadline = time.monotonic() + SOON_S
        while (status := self.ledger.status()).followed < status.size:
            assert time.monotonic() < deadline
            time.sleep(0.01)


@contextmanager
def opened(folder: Path, world: World, more: str = "") -> Iterator[Opened]:
    """Of a log with the world's roster; `more` of its settings."""
    ledger = Ledger.open(settings.load(make_log(folder, world, more=more)))
    try:
        portal = Opened(world, ledger, create_app(ledger))
        portal.submit(world.roster[1:])
        yield portal
    finally:
        ledger.close()
