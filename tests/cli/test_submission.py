"""`custody roster submit` and `fetch`, against a real ledger."""

import json
import os
import shutil
import signal
import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, ClassVar, NamedTuple

import httpx
import pytest

from custody.core import entry, statement
from custody.core.ids import check_digit
from custody.core.keys import SigningKey
from custody.core.note import Verifier, encode_vkey
from custody.core.proof import check_receipt
from tests.cli.desks import LOG, OFFICE, STORE, VILLAGE, Desk
from tests.cli.programs import CUSTODY, custody, refused, succeed


class Ledger(NamedTuple):
    url: str
    vkey: str

    @property
    def options(self) -> tuple[str, ...]:
        return "--ledger", self.url, "--vkey", self.vkey


@pytest.fixture
def ledger(desk: Desk, tmp_path: Path) -> Iterator[Ledger]:
    """A log begun by the desk's root statement, served on a free port."""
    folder = tmp_path / "ledger"
    succeed("init", folder, "--root", desk.folder / "root.json", "--listen", "127.0.0.1:0")
    with (tmp_path / "ledger.log").open("wb") as log:
        program = subprocess.Popen(
            [CUSTODY, "serve", "--config", folder / "ledger.toml"],
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )
    try:
        assert program.stdout is not None
        announced: dict[str, str] = {}
        for line in iter(program.stdout.readline, ""):
            name, _, value = line.partition(":")
            announced[name.strip()] = value.strip()
            if name.strip() == "vkey":
                break
        assert "vkey" in announced, (tmp_path / "ledger.log").read_text()
        yield Ledger(announced["API"].removesuffix("/api/v1"), announced["vkey"])
    finally:
        program.send_signal(signal.SIGTERM)
        program.wait(30)


class Between(BaseHTTPRequestHandler):
    """Stands between desk and ledger: `change` makes of the ledger's answers what the desk gets, `busy` once a 503."""

    ledger: ClassVar[str]
    change: ClassVar[Callable[[Any], None]]
    busy: ClassVar[bool]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if type(self).busy:
            type(self).busy = False
            self._answer(503, "application/problem+json", b'{"type":"urn:custody:error:unavailable","status":503}')
            return
        answer = httpx.post(self.ledger + self.path, content=body, headers={"Content-Type": "application/x-ndjson"})
        answers = answer.json()
        type(self).change(answers["answers"])
        self._answer(200, "application/json", json.dumps(answers).encode())

    def _answer(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def between(ledger: Ledger, change: Callable[[Any], None] = lambda answers: None, busy: bool = False) -> Iterator[str]:
    """The URL of a server that forwards to the ledger and changes its answers."""
    members = {"ledger": ledger.url, "change": staticmethod(change), "busy": busy}
    with ThreadingHTTPServer(("127.0.0.1", 0), type("Changed", (Between,), members)) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def submit(desk: Desk, *options: object) -> str:
    return succeed("roster", "submit", "--desk", desk.folder, *options)


def receipts(desk: Desk) -> list[Path]:
    return sorted((desk.folder / "receipts").glob("*.tlog-proof"))


def state_site(desk: Desk, site: str, parent: str = OFFICE) -> None:
    desk.roster("site", "--site", site, "--category", "office", "--name", f"Kantor {site[-4:]}", "--parent", parent)


def second_authority(desk: Desk, folder: Path, site: str) -> Desk:
    """The desk of an authority that `desk` has enrolled for `site`."""
    succeed("authority", "request", folder, "--root", desk.folder / "root.json", "--no-passphrase")
    desk.roster("authority", "--request", folder / "authority.request", "--site", site)
    return Desk(folder)


def test_everything_pending_is_sent_once_and_each_receipt_proves_its_statement(desk: Desk, ledger: Ledger) -> None:
    said = submit(desk, *ledger.options)

    proved = [check_receipt(path.read_bytes(), Verifier(ledger.vkey)) for path in receipts(desk)]
    assert [index for index, _, _ in proved] == [1, 2]
    assert [entry.decode(data)[0] for _, data, _ in proved] == desk.lines()
    assert all(one.id in said for one in desk.statements())
    assert "pending" not in succeed("roster", "list", "--desk", desk.folder)

    state_site(desk, STORE)
    said = submit(desk)  # ledger and vkey are remembered
    assert desk.statements()[-1].id in said
    assert desk.statements()[0].id not in said
    assert len(receipts(desk)) == 3


def test_sending_again_gives_the_same_places_in_the_log(desk: Desk, ledger: Ledger) -> None:
    submit(desk, *ledger.options)
    before = [path.name for path in receipts(desk)]
    shutil.rmtree(desk.folder / "receipts")
    assert submit(desk).count("already there") == 2
    assert [path.name for path in receipts(desk)] == before


def test_a_list_larger_than_a_request_is_sent_whole(desk: Desk, ledger: Ledger) -> None:
    numbers = [f"95212345{number:04}" for number in range(1100)]
    sites = "".join(f"414/{n}{check_digit(n)},village,Desa {n[-4:]},{OFFICE}\n" for n in numbers)
    (desk.folder / "sites.csv").write_text("site,category,name,parent\n" + sites)
    desk.roster("site", "--import", desk.folder / "sites.csv")
    submit(desk, *ledger.options)
    assert len(receipts(desk)) == 1102
    assert "pending" not in succeed("roster", "list", "--desk", desk.folder)


def test_receipts_of_another_log_key_are_not_kept(desk: Desk, ledger: Ledger) -> None:
    other = encode_vkey(LOG, SigningKey.from_seed(bytes(32)).public)
    said = refused("roster", "submit", "--desk", desk.folder, "--ledger", ledger.url, "--vkey", other)
    assert "not signed by a key we trust" in said
    assert receipts(desk) == []
    assert "trusts another log key" in refused("roster", "submit", "--desk", desk.folder, "--vkey", ledger.vkey)


def swap_receipts(answers: Any) -> None:
    answers[0]["receipt"], answers[1]["receipt"] = answers[1]["receipt"], answers[0]["receipt"]


def claim_another_index(answers: Any) -> None:
    answers[1]["index"] = 7


def drop_an_answer(answers: Any) -> None:
    del answers[1]


def drop_a_receipt(answers: Any) -> None:
    del answers[1]["receipt"]


FALSE_ANSWERS = {
    swap_receipts: "receipt is for another statement",
    claim_another_index: "receipt is for another statement",
    drop_an_answer: "another number of statements",
    drop_a_receipt: "gives no receipt",
}


def test_a_false_answer_is_named_and_what_it_was_about_stays_pending(
    desk: Desk, ledger: Ledger, tmp_path: Path
) -> None:
    for change, named in FALSE_ANSWERS.items():
        copy = Desk(shutil.copytree(desk.folder, tmp_path / change.__name__))
        with between(ledger, change) as url:
            said = refused("roster", "submit", "--desk", copy.folder, "--ledger", url, "--vkey", ledger.vkey)
        assert named in said, change
        assert "site" in succeed("roster", "list", "--pending", "--desk", copy.folder)
        submit(copy, "--ledger", ledger.url)
        assert len(receipts(copy)) == 2


def test_a_ledger_that_asks_for_patience_is_asked_again(desk: Desk, ledger: Ledger) -> None:
    with between(ledger, busy=True) as url:
        submit(desk, "--ledger", url, "--vkey", ledger.vkey)
    assert len(receipts(desk)) == 2


def test_without_a_vkey_it_is_said_that_receipts_are_not_checked(desk: Desk, ledger: Ledger) -> None:
    assert "unchecked" in submit(desk, "--ledger", ledger.url)
    assert "unchecked" not in submit(desk, "--vkey", ledger.vkey)


def test_a_desk_of_another_root_is_refused_and_keeps_what_it_signed(ledger: Ledger, tmp_path: Path) -> None:
    stranger = Desk(tmp_path / "stranger")
    succeed("authority", "init", stranger.folder, "--log", LOG, "--no-passphrase")
    assert "the issuer is not enrolled" in refused("roster", "submit", "--desk", stranger.folder, *ledger.options)
    assert "pending" in succeed("roster", "list", "--desk", stranger.folder)


def test_a_ledger_that_cannot_be_reached_loses_nothing(desk: Desk) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        url = f"http://127.0.0.1:{closed.getsockname()[1]}"
    assert "cannot be reached" in refused("roster", "submit", "--desk", desk.folder, "--ledger", url)
    assert succeed("roster", "list", "--desk", desk.folder).count("pending") == 2


def test_two_authorities_see_each_others_statements_through_the_log(desk: Desk, ledger: Ledger, tmp_path: Path) -> None:
    state_site(desk, STORE)
    second = second_authority(desk, tmp_path / "second", STORE)
    submit(desk, *ledger.options)
    assert "Brought: 4" in succeed("roster", "fetch", "--desk", second.folder, *ledger.options)
    state_site(second, VILLAGE, STORE)
    assert "out-of-scope" in second.refuses(
        "site", "--site", "414/9521234567899/254/9", "--category", "office", "--name", "Kantor", "--parent", OFFICE
    )
    submit(second)

    assert "Brought: 1" in succeed("roster", "fetch", "--desk", desk.folder)
    assert "Brought: 0" in succeed("roster", "fetch", "--desk", desk.folder)
    said = desk.refuses("site", "--site", VILLAGE, "--category", "village", "--name", "Desa", "--parent", STORE)
    assert "site-known" in said


def test_what_the_log_took_without_effect_is_said(desk: Desk, ledger: Ledger, tmp_path: Path) -> None:
    state_site(desk, STORE)
    second = second_authority(desk, tmp_path / "second", STORE)
    submit(desk, *ledger.options)
    succeed("roster", "fetch", "--desk", second.folder, *ledger.options)
    state_site(desk, VILLAGE, STORE)
    state_site(second, VILLAGE, STORE)
    assert "without effect" not in submit(second)
    assert "without effect: site-known" in submit(desk)


def test_a_desk_put_back_from_an_old_backup_goes_on_after_what_the_log_has(
    desk: Desk, ledger: Ledger, tmp_path: Path
) -> None:
    submit(desk, *ledger.options)
    old = Desk(shutil.copytree(desk.folder, tmp_path / "backup"))
    state_site(desk, STORE)
    submit(desk)
    succeed("roster", "fetch", "--desk", old.folder)
    state_site(old, VILLAGE, STORE)
    assert "without effect" not in submit(old)
    assert statement.parse(old.lines()[-1]).body.prev == desk.statements()[-1].id


@pytest.mark.parametrize("how", ["torn", "deleted", "all but the last"])
def test_lost_receipts_are_brought_again_whether_or_not_the_desk_opens_without_them(
    desk: Desk, ledger: Ledger, tmp_path: Path, how: str
) -> None:
    state_site(desk, STORE)
    second = second_authority(desk, tmp_path / "second", STORE)
    submit(desk, *ledger.options)
    succeed("roster", "fetch", "--desk", second.folder, *ledger.options)
    whole = {path: path.read_bytes() for path in receipts(second)}
    lost = {"torn": receipts(second)[1:2], "deleted": receipts(second)[-1:], "all but the last": receipts(second)[:-1]}
    for path in lost[how]:
        path.unlink()
    if how == "torn":
        lost[how][0].write_bytes(whole[lost[how][0]][:100])
        assert "Run: custody roster fetch" in refused("roster", "list", "--desk", second.folder)

    assert f"Brought: {len(lost[how])}" in succeed("roster", "fetch", "--desk", second.folder)

    assert {path: path.read_bytes() for path in receipts(second)} == whole
    assert "Brought: 0" in succeed("roster", "fetch", "--desk", second.folder)
    succeed("roster", "list", "--desk", second.folder)


@pytest.mark.parametrize("mark", [b"", b"5", b"-1 0\n", b"\xff"])
def test_a_marker_that_says_nothing_brings_everything(desk: Desk, ledger: Ledger, mark: bytes) -> None:
    submit(desk, *ledger.options)
    (desk.folder / "receipts/fetched").write_bytes(mark)
    receipts(desk)[-1].unlink()
    assert "Brought: 1" in succeed("roster", "fetch", "--desk", desk.folder)


def test_what_a_ledger_answers_neither_steers_nor_fills_the_authoritys_terminal(desk: Desk, ledger: Ledger) -> None:
    def steer(answers: Any) -> None:
        problem = {
            "type": "urn:custody:error:malformed",
            "status": 400,
            "detail": "\x1b[2J",
            "remedy": "\x1b]0;" * 9999,
        }
        answers[0]["effect"] = "\x1b[2J"
        answers[1] = {"status": "refused", "problem": problem}

    with between(ledger, steer) as url:
        said = custody("roster", "submit", "--desk", desk.folder, "--ledger", url, "--vkey", ledger.vkey)
    assert said.code != 0
    assert "without effect" in said.output
    assert "\x1b" not in said.output
    assert len(said.output) < 10_000


def test_an_answer_that_is_no_text_is_told(desk: Desk, ledger: Ledger) -> None:
    class Garbled(Between):
        def do_POST(self) -> None:
            self._answer(200, "application/json", b'{"answers":["\xff"]}')

    with ThreadingHTTPServer(("127.0.0.1", 0), Garbled) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_address[1]}"
        assert "does not parse" in refused("roster", "submit", "--desk", desk.folder, "--ledger", url)
        server.shutdown()


def test_fetching_without_a_vkey_says_that_receipts_are_not_checked(desk: Desk, ledger: Ledger) -> None:
    assert "unchecked" in succeed("roster", "fetch", "--desk", desk.folder, "--ledger", ledger.url)
    assert "unchecked" not in succeed("roster", "fetch", "--desk", desk.folder, "--vkey", ledger.vkey)
