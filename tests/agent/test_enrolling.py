"""A device that is not enrolled yet scans the portal's one-time code, asks, waits, and says when it is enrolled."""

import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from custody.core import enrolment
from custody.core.enrolment import Code, asked_codec, encode_code, new_code
from custody.core.errors import CustodyError, Malformed, NewerFormat, Unavailable
from custody.core.keys import fingerprint
from custody.core.roster import check_possession
from scanner_agent import exchange_texts
from scanner_agent.running import run_agent
from tests.agent.exchange.desk import Desk
from tests.agent.scene import Scene
from tests.agent.simulated_ledger import serve

SECRET = new_code(bytes(range(16)))
TEXT = encode_code(Code("https://portal.example/", SECRET))


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    scene = Scene(enrolled=False)
    with serve(scene.ledger) as url:
        made = Desk(scene, url, tmp_path)
        yield made
        made.exchange.close()
        made.outbox.close()


def refuse(desk: Desk, kind: str, retry: bool = False, status: int = 409) -> None:
    problem = {"type": f"urn:custody:error:{kind}", "title": kind, "status": status, "detail": "no", "retry": retry}
    desk.ledger.faults["/api/v1/enrolments"] = lambda: (status, json.dumps(problem).encode())


def test_a_code_is_read_as_it_was_written() -> None:
    code = Code("http://127.0.0.1:8443/", SECRET)
    assert enrolment.is_code(encode_code(code))
    assert enrolment.parse_code(encode_code(code)) == code
    assert len(SECRET) == 26


@pytest.mark.parametrize(
    ("text", "error"),
    [
        (TEXT[:-1], Malformed),
        (TEXT + "a", Malformed),
        (TEXT.replace(SECRET, SECRET.upper()), Malformed),
        (TEXT.replace("/1/", "/2/"), NewerFormat),
    ],
)
def test_a_code_with_one_fault_is_refused(text: str, error: type[CustodyError]) -> None:
    assert enrolment.is_code(text)
    with pytest.raises(error):
        enrolment.parse_code(text)


def test_what_is_no_code_is_left_to_others() -> None:
    for text in ("https://id.example/8004/952", "custody-command/1/00000000/confirm", TEXT.replace("#", "?"), ""):
        assert not enrolment.is_code(text)


def test_the_request_goes_to_the_own_ledger_once_and_holds_no_secret_but_the_code(desk: Desk) -> None:
    taken = desk.ledger.enrolments = []
    said = desk.exchange.enrolling.scan(TEXT)
    assert (said.tone, said.detail) == ("good", fingerprint(desk.scene.device.keyid))
    desk.exchange.run_pass()
    desk.exchange.run_pass()
    [body] = taken
    asked = asked_codec.decode(body)
    assert (asked.code, asked.site, asked.request.role) == (SECRET, desk.config.site, "device")
    check_possession(asked.request)
    assert [notice.detail for notice in desk.notices if notice.words == exchange_texts.ASKED] == [said.detail]


@pytest.mark.parametrize("kind", [*exchange_texts.REFUSED_CODES, "malformed"])
def test_a_refused_code_is_told_in_its_own_words_and_not_sent_again(desk: Desk, kind: str) -> None:
    refuse(desk, kind)
    desk.exchange.enrolling.scan(TEXT)
    desk.exchange.run_pass()
    words = exchange_texts.REFUSED_CODES.get(kind, exchange_texts.ASKED_IN_VAIN)
    [notice] = [notice for notice in desk.notices if notice.wrong]
    assert notice.words == words
    assert "https://portal.example/ ≠ " in notice.detail
    desk.notices.clear()
    desk.exchange.run_pass()
    assert not desk.told(words)


def test_a_ledger_without_a_portal_says_so_and_everything_else_goes_on(desk: Desk) -> None:
    desk.exchange.enrolling.scan(TEXT)
    desk.exchange.run_pass()
    assert desk.told(exchange_texts.ASKED_IN_VAIN)
    assert desk.told(exchange_texts.ROSTER)


def test_what_may_pass_later_is_sent_again(desk: Desk) -> None:
    refuse(desk, "quota-exceeded", retry=True, status=429)
    desk.exchange.enrolling.scan(TEXT)
    with pytest.raises(Unavailable):
        desk.exchange.run_pass()
    desk.ledger.faults.clear()
    desk.ledger.enrolments = []
    desk.exchange.run_pass()
    assert desk.told(exchange_texts.ASKED)


def test_it_says_once_that_it_is_enrolled_and_takes_no_code_any_more(desk: Desk) -> None:
    desk.exchange.run_pass()
    assert not desk.told(exchange_texts.ENROLLED)
    desk.ledger.append(desk.scene.world.enrol_device(desk.scene.device).envelope)
    desk.exchange.run_pass()
    desk.exchange.run_pass()
    assert [notice.words for notice in desk.notices].count(exchange_texts.ENROLLED) == 1
    said = desk.exchange.enrolling.scan(TEXT)
    assert (said.tone, said.words) == ("heard", exchange_texts.ENROLLED)


def test_the_terminal_shows_the_fingerprint_until_the_device_is_enrolled(tmp_path: Path) -> None:
    scene = Scene(enrolled=False)
    with serve(scene.ledger) as url:
        config = scene.config(tmp_path, url)
        told = fingerprint(scene.device.keyid)
        out = io.StringIO()
        run_agent(config, io.StringIO(f"scan {TEXT[:-1]}\nscan {TEXT}\n"), out)
        assert f"{exchange_texts.NOT_ENROLLED[0]} / {exchange_texts.NOT_ENROLLED[1]}: {told}" in out.getvalue()
        assert f"{exchange_texts.ASKING[1]}: {told}" in out.getvalue()
        assert "does not parse" in out.getvalue()
        assert SECRET not in out.getvalue()
