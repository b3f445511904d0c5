"""Who is let in to the screen, over real HTTP: each refusal beside the same request that is taken."""

import http.client
import re
import socket
import stat
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import pytest

from custody.core.errors import ConfigFault
from scanner_agent.kiosk.around import Around
from scanner_agent.kiosk.board import Board
from scanner_agent.kiosk.gate import Gate
from scanner_agent.kiosk.lines import Lines
from scanner_agent.kiosk.screen import Kiosk
from scanner_agent.kiosk.server import MOST_CONNECTIONS, Server
from scanner_agent.kiosk.view import Place, Told, view
from scanner_agent.kiosk.web import create_app
from scanner_agent.state import State
from scanner_agent.storage import load_trust, open_alone
from tests.agent.scene import Scene

FORM = "application/x-www-form-urlencoded"


@dataclass
class Door:
    """A screen without an agent; `cookie` once entered."""

    server: Server
    lines: Lines
    page: Path
    cookie: str = ""
    last: http.client.HTTPResponse | None = field(default=None)

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.server.port}"

    @property
    def code(self) -> str:
        found = re.search(r'value="([\w-]+)"', self.page.read_text())
        assert found
        return found[1]

    def ask(self, method: str, path: str, body: str = "", **headers: str | None) -> tuple[int, str]:
        """(status, body). Of the headers that our page sends, one that is None is left out."""
        mine = {"Host": self.host, "Cookie": self.cookie, "Origin": f"http://{self.host}", "Content-Type": FORM}
        if method == "GET":
            del mine["Origin"]
        sent = {name: value for name, value in (mine | headers).items() if value}
        with closing(http.client.HTTPConnection(self.host, timeout=10)) as connection:
            connection.request(method, path, body, sent)
            self.last = connection.getresponse()
            return self.last.status, self.last.read().decode(errors="replace")

    def enter(self) -> None:
        status, _ = self.ask("POST", "/start", urlencode({"code": self.code}), Origin="null")
        assert (status, self.last is not None) == (200, True)
        assert self.last
        self.cookie = (self.last.getheader("Set-Cookie") or "").partition(";")[0]


@pytest.fixture
def door(tmp_path: Path) -> Iterator[Door]:
    board = Board(view(State(), Told(), Around(), Place("Gudang")))
    lines, server = Lines(), Server(0)
    lines.open()
    gate = Gate(server.port, tmp_path / "kiosk.html")
    server.start(
        create_app(board, lines, gate, lambda name: b"\xff\xd8\xff" if name == "camera:/dev/video0" else None, list)
    )
    yield Door(server, lines, tmp_path / "kiosk.html")
    board.close()
    server.close()
    gate.close()


@pytest.fixture
def entered(door: Door) -> Door:
    door.enter()
    return door


PATHS = ["/", "/events", "/panel/cancel", "/static/look.css", "/preview/camera:/dev/video0"]


@pytest.mark.parametrize("path", PATHS)
def test_without_the_cookie_nothing_is_shown(door: Door, path: str) -> None:
    assert door.ask("GET", path)[0] == 403
    assert door.ask("GET", path, Cookie="kiosk=guess")[0] == 403


@pytest.mark.parametrize("path", [path for path in PATHS if path != "/events"])
def test_with_it_all_is(entered: Door, path: str) -> None:
    assert entered.ask("GET", path)[0] == 200


def test_the_start_page_is_private_and_its_code_is_good_once(door: Door) -> None:
    assert stat.S_IMODE(door.page.stat().st_mode) == 0o600
    first = door.code
    door.enter()
    assert door.code != first, "the page holds the next, for a browser that is started again"
    cookie, door.cookie = door.cookie, ""
    assert door.ask("POST", "/start", urlencode({"code": first}), Origin="null")[0] == 403
    door.enter()
    assert door.cookie == cookie


@pytest.mark.parametrize("code", ["", "guess", "\N{SNOWMAN}"])
def test_a_guessed_code_lets_nobody_in(door: Door, code: str) -> None:
    assert door.ask("POST", "/start", urlencode({"code": code}), Origin="null")[0] == 403
    assert door.last
    assert door.last.getheader("Set-Cookie") is None


def test_neither_code_nor_token_is_taken_from_a_url(door: Door) -> None:
    assert door.ask("POST", f"/start?{urlencode({'code': door.code})}", Origin="null")[0] == 403
    assert door.ask("GET", f"/start?{urlencode({'code': door.code})}")[0] in (403, 405)


def test_a_second_screen_on_the_machine_has_a_cookie_of_its_own(entered: Door) -> None:
    """A browser's cookies for one host are the same at all its ports."""
    assert entered.cookie.partition("=")[0] == f"kiosk-{entered.server.port}"


def test_the_cookie_is_kept_from_scripts_and_from_other_sites(door: Door) -> None:
    door.ask("POST", "/start", urlencode({"code": door.code}), Origin="null")
    assert door.last
    cookie = door.last.getheader("Set-Cookie") or ""
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost:{port}", "127.0.0.1", "127.0.0.1:1", "evil.example:{port}"]
)
def test_another_host_is_refused(entered: Door, host: str) -> None:
    """A name that somebody points at 127.0.0.1."""
    assert entered.ask("GET", "/", Host=host.format(port=entered.server.port))[0] == 403
    assert entered.ask("GET", "/", Host=entered.host)[0] == 200


@pytest.mark.parametrize("origin", [None, "null", "http://evil.example", "https://{host}", "http://127.0.0.1:1"])
def test_a_command_of_another_page_is_refused(entered: Door, origin: str | None) -> None:
    given = origin and origin.format(host=entered.host)
    assert entered.ask("POST", "/line", urlencode({"line": "undo"}), Origin=given)[0] == 403
    assert entered.ask("POST", "/line", urlencode({"line": "undo"}))[0] == 202
    entered.lines.close()
    assert list(entered.lines) == ["undo"]


@pytest.mark.parametrize("origin", ["null", "http://evil.example"])
def test_nor_does_another_page_read_ours(entered: Door, origin: str) -> None:
    assert entered.ask("GET", "/", Origin=origin)[0] == 403
    assert entered.ask("GET", "/", Origin=f"http://{entered.host}")[0] == 200


@pytest.mark.parametrize("path", ["/line", "/start"])
def test_only_a_post_acts(entered: Door, path: str) -> None:
    for method in ("GET", "PUT", "DELETE"):
        assert entered.ask(method, f"{path}?line=undo")[0] in (403, 405)


@pytest.mark.parametrize("line", ["quit", "photo /etc/passwd", "nonsense", "pin 2718\n"])
def test_what_is_no_command_of_the_screen_is_refused(entered: Door, line: str) -> None:
    status, body = entered.ask("POST", "/line", urlencode({"line": line}))
    assert status == 400
    assert "2718" not in body


def test_a_body_has_a_limit(entered: Door) -> None:
    assert entered.ask("POST", "/line", urlencode({"line": "note " + "x" * 20_000}))[0] == 413
    assert entered.ask("POST", "/line", urlencode({"line": "note " + "x" * 2_000}))[0] == 202


@pytest.mark.parametrize(
    ("path", "status"), [("/", 200), ("/nothing", 404), ("/panel/nothing", 404), ("/panel/..", 404)]
)
def test_every_answer_has_the_headers_and_none_a_trace(entered: Door, path: str, status: int) -> None:
    answered, body = entered.ask("GET", path)
    assert (answered, "Traceback" in body) == (status, False)
    assert entered.last
    headers = entered.last.headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "Python" not in str(headers)


def test_it_listens_on_the_loopback_interface_alone(door: Door) -> None:
    assert door.server.socket.getsockname()[0] == "127.0.0.1"


def test_connections_have_a_limit_and_are_served_again_once_some_end(entered: Door) -> None:
    held = [socket.create_connection(("127.0.0.1", entered.server.port)) for _ in range(MOST_CONNECTIONS)]
    with pytest.raises((http.client.HTTPException, OSError)):
        entered.ask("GET", "/")
    for connection in held:
        connection.close()
    while True:
        try:
            assert entered.ask("GET", "/")[0] == 200
            break
        except (http.client.HTTPException, OSError):
            continue  # their threads have not seen it yet


def test_a_port_that_is_taken_is_told(tmp_path: Path) -> None:
    scene = Scene()
    config = scene.config(tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as taken, open_alone(config) as (outbox, _):
        trust = load_trust(config, outbox)
        with pytest.raises(ConfigFault, match="cannot be used"):
            Kiosk(config, taken.getsockname()[1], trust)
        with Kiosk(config, 0, trust) as kiosk:
            assert kiosk.start_page.exists()
        assert not kiosk.start_page.exists()
