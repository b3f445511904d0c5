"""A real `custody serve` on loopback, and a client for it."""

import gzip
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Self

import httpx

from custody.core.keys import SigningKey
from custody.core.note import Verifier, encode_vkey
from custody.core.statement import Statement
from custody.files import save_key
from custody.ledger import config as settings
from custody.ledger.clock import Clock
from custody.ledger.ledger import Ledger
from tests.world import World, key_of

CUSTODY = str(Path(sys.executable).with_name("custody"))
NDJSON = {"Content-Type": "application/x-ndjson"}
SOON_S = 60
KEY = key_of("log")


def make_log(
    folder: Path, world: World, limits: str = "", key: SigningKey = KEY, *, more: str = "", clock: Clock | None = None
) -> Path:
    """A log whose entry 0 is the world's root statement; returns its settings, with `more` of them."""
    config_file = folder / "ledger.toml"
    config_file.write_text(
        f'origin = "{world.origin}"\ndata = "data"\nguard = "guard"\nkey = "log.pem"\nlisten = "127.0.0.1:0"\n'
        f"threads = 4\n{more}\n[limits]\n{limits}\n"
    )
    config = settings.load(config_file)
    save_key(config.key, key)
    Ledger.initialise(config, world.root_statement.envelope, key, clock=clock)
    return config_file


class Serving:
    """The server of one log; `client` speaks to it. Stop it, always."""

    def __init__(self, config_file: Path) -> None:
        self.config_file = config_file
        config = settings.load(config_file)
        self.prefix = config.origin[config.origin.index("/") :]
        self.vkey = encode_vkey(config.origin, KEY.public)
        self.verifier = Verifier(self.vkey)
        self.client = httpx.Client()
        self.log_file = config_file.with_name("serve.log")
        self.start()

    def start(self) -> None:
        """Runs the server and waits for it to say where it listens."""
        with self.log_file.open("ab") as log:
            self.process = subprocess.Popen(
                [CUSTODY, "serve", "--config", str(self.config_file)], stdout=subprocess.PIPE, stderr=log, text=True
            )
        assert self.process.stdout is not None
        self.said = [self.process.stdout.readline().rstrip("\n") for _ in range(4)]
        first = self.said[0]
        assert "http://" in first, self.log_file.read_text()
        self.url = first.split()[-1].removesuffix(self.prefix)
        self.address = ("127.0.0.1", int(self.url.rpartition(":")[2]))
        # The one before is closed only now: what was under way was for the server to break off, or to answer.
        self.client.close()
        self.client = httpx.Client(base_url=self.url, timeout=SOON_S)

    def wait_until_followed(self) -> None:
        """Until the tables hold all that is published."""
        deadline = time.monotonic() + SOON_S
        while (health := self.get_json("/readyz"))["followed"] < health["size"]:
            assert time.monotonic() < deadline
            time.sleep(0.02)

    def stop(self, how: int = signal.SIGTERM) -> int:
        """Ends the server; its exit code."""
        self.process.send_signal(how)
        try:
            code = self.process.wait(SOON_S)
        finally:
            self.process.kill()
            self.process.wait()
            assert self.process.stdout is not None
            self.process.stdout.close()
        return code

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.stop()
        self.client.close()

    def connect(self) -> socket.socket:
        """A connection for what no HTTP library would send."""
        return socket.create_connection(self.address, SOON_S)

    def get(self, path: str) -> httpx.Response:
        return self.client.get(path)

    def get_json(self, path: str) -> Any:
        response = self.get(path)
        assert response.status_code == 200, response.text
        return response.json()

    def post(self, body: bytes, query: str = "", **headers: str) -> httpx.Response:
        return self.client.post(f"/api/v1/statements{query}", content=body, headers=NDJSON | headers)

    def submit(self, statements: Iterable[Statement], query: str = "") -> list[dict[str, Any]]:
        """The answers to a batch that the server must take."""
        response = self.post(lines(statements), query)
        assert response.status_code == 200, response.text
        answers: list[dict[str, Any]] = response.json()["answers"]
        return answers

    def accepted(self, statements: Sequence[Statement], query: str = "") -> list[dict[str, Any]]:
        """The answers to a batch of which every statement must be accepted."""
        answers = self.submit(statements, query)
        assert [answer["status"] for answer in answers] == ["accepted"] * len(statements), answers
        return answers


def lines(statements: Iterable[Statement]) -> bytes:
    """An NDJSON body."""
    return b"".join(statement.envelope + b"\n" for statement in statements)


def zipped(body: bytes) -> bytes:
    return gzip.compress(body, mtime=0)


def problem(response: httpx.Response) -> tuple[int, str]:
    """(status, kind) of an answer that must be a whole problem document."""
    assert response.headers["content-type"] == "application/problem+json", response.text
    assert response.headers.get("cache-control", "no-store") == "no-store"
    document = response.json()
    assert {"type", "title", "status", "detail", "retry"} <= set(document), document
    assert "Traceback" not in response.text
    assert document["status"] == response.status_code
    return response.status_code, document["type"].removeprefix("urn:custody:error:")
