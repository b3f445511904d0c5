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

from scanner_agent import texts
from tests.agent.scene import Scene
from tests.agent.simulated_ledger import serve
from tests.kiosk.running import wait

PROGRAM = Path(sys.executable).with_name("scanner-agent")


def ask(host: str, method: str, path: str, **headers: str) -> tuple[http.client.HTTPResponse, str]:
    """`body` is among the headers."""
    form = headers.pop("body", "")
    with closing(http.client.HTTPConnection(host, timeout=30)) as connection:
        connection.request(method, path, form, {"Content-Type": "application/x-www-form-urlencoded"} | headers)
        answer = connection.getresponse()
        return answer, answer.read().decode()


def test_it_goes_on_without_a_terminal_and_ends_when_told(tmp_path: Path) -> None:
    scene = Scene()
    with serve(scene.ledger) as url:
        scene.config(tmp_path, url)
        command = [PROGRAM, "run", "--config", tmp_path / "agent.toml", "--kiosk", "0"]
        with subprocess.Popen(command, stdin=DEVNULL, stdout=PIPE, stderr=STDOUT, text=True) as running:
            assert running.stdout
            while texts.KIOSK[1] not in (line := running.stdout.readline()):
                assert line, "it has ended"
            page = (tmp_path / "kiosk.html").read_text()
            found = re.search(r'action="http://([\d.:]+)/start".*value="([\w-]+)"', page, re.DOTALL)
            assert found
            host, code = found.groups()
            entered, _ = ask(host, "POST", "/start", Origin="null", body=urlencode({"code": code}))
            cookie = (entered.getheader("Set-Cookie") or "").partition(";")[0]
            mine = {"Cookie": cookie, "Origin": f"http://{host}"}
            touched, _ = ask(host, "POST", "/line", **mine, body=urlencode({"line": "action store"}))
            assert touched.status == 202
            shown = f'<h2 id="action">{texts.ACTIONS["store"][0]}</h2>'
            wait(lambda: shown in ask(host, "GET", "/", **mine)[1])
            running.send_signal(signal.SIGINT)
            assert texts.STOPPED[1] in running.stdout.read()
            assert running.wait(60) == 1
        assert not (tmp_path / "kiosk.html").exists(), "the code on it lets nobody in any more"
