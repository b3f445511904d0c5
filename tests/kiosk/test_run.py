"""`scanner-agent run --kiosk` as a service runs it: without a terminal, until it is told to end."""

import http.client
import re
import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from subprocess import DEVNULL, PIPE, STDOUT
from urllib.parse import urlencode

import pytest

from custody.core import choices
from scanner_agent import texts
from scanner_agent.kiosk.screen import Kiosk
from scanner_agent.storage import load_trust, open_alone
from tests.agent.scene import Scene
from tests.agent.simulated_ledger import serve
from tests.kiosk.running import running, wait

_HOLD = """
import sqlite3, sys
db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.execute("BEGIN EXCLUSIVE")
print("held", flush=True)
sys.stdin.read()
"""
PROGRAM = Path(sys.executable).with_name("scanner-agent")


def ask(host: str, method: str, path: str, **headers: str) -> tuple[http.client.HTTPResponse, str]:
    """`body` is among the headers."""
    form = headers.pop("body", "")
    with closing(http.client.HTTPConnection(host, timeout=30)) as connection:
        connection.request(method, path, form, {"Content-Type": "application/x-www-form-urlencoded"} | headers)
        answer = connection.getresponse()
        return answer, answer.read().decode()


def enter(start_page: Path) -> tuple[str, dict[str, str]]:
    """The screen's host and port, and what its own page sends along."""
    found = re.search(r'action="http://([\d.:]+)/start".*value="([\w-]+)"', start_page.read_text(), re.DOTALL)
    assert found
    host, code = found.groups()
    entered, _ = ask(host, "POST", "/start", Origin="null", body=urlencode({"code": code}))
    cookie = (entered.getheader("Set-Cookie") or "").partition(";")[0]
    return host, {"Cookie": cookie, "Origin": f"http://{host}"}


def test_it_goes_on_without_a_terminal_and_ends_when_told(tmp_path: Path) -> None:
    scene = Scene()
    with serve(scene.ledger) as url:
        scene.config(tmp_path, url)
        command = [PROGRAM, "run", "--config", tmp_path / "agent.toml", "--kiosk", "0"]
        with subprocess.Popen(command, stdin=DEVNULL, stdout=PIPE, stderr=STDOUT, text=True) as running:
            assert running.stdout
            while texts.KIOSK[1] not in (line := running.stdout.readline()):
                assert line, "it has ended"
            host, mine = enter(tmp_path / "kiosk.html")
            touch = urlencode({"line": "action store"})
            wait(lambda: ask(host, "POST", "/line", **mine, body=touch)[0].status == 202)
            shown = f'<h2 id="action">{choices.ACTIONS["store"][0]}</h2>'
            wait(lambda: shown in ask(host, "GET", "/", **mine)[1])
            running.send_signal(signal.SIGINT)
            assert texts.STOPPED[1] in running.stdout.read()
            assert running.wait(60) == 1
        assert not (tmp_path / "kiosk.html").exists(), "the code on it lets nobody in any more"


def test_a_touch_while_the_agent_starts_is_refused(tmp_path: Path) -> None:
    """It would be run on a session that nobody has seen: one that a stop cut short is taken up again."""
    config = Scene().config(tmp_path)
    with open_alone(config) as (outbox, _), Kiosk(config, 0, load_trust(config, outbox)) as kiosk:
        host, mine = enter(kiosk.start_page)
        assert ask(host, "POST", "/line", **mine, body=urlencode({"line": "confirm"}))[0].status == 503


def test_the_page_hears_no_sign_of_life_of_an_agent_that_hangs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scanner_agent.kiosk.board.SILENT_S", 0.5)
    monkeypatch.setattr("scanner_agent.kiosk.web.HEARTBEAT_S", 0.05)
    with running(Scene(), tmp_path) as agent:
        host, mine = enter(agent.start_page)
        with closing(http.client.HTTPConnection(host, timeout=30)) as connection:
            connection.request("GET", "/events", headers=mine)
            events = connection.getresponse()

            def hears(sign: bytes) -> bool:
                return any(events.readline() == sign for _ in range(1000))

            assert hears(b"event: alive\n")
            command = [sys.executable, "-c", _HOLD, agent.config.outbox]
            with subprocess.Popen(command, stdin=PIPE, stdout=PIPE, text=True) as held:
                assert held.stdout
                assert held.stdin
                held.stdout.readline()
                assert hears(b":\n"), "the agent waits for the disk"
                held.stdin.close()
            assert hears(b"event: alive\n")
