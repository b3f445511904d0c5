"""Signing up by a link, signing in, and everything that does not get in."""

import json
from collections.abc import Callable

import pytest

from custody.accounts import accounts, passkeys, trail
from custody.accounts.restraint import FREE
from custody.accounts.sessions import IDLE_MS
from custody.accounts.store import unix_ms
from tests.accounts.authenticator import encode
from tests.web.admin.visitor import Visitor, gate, link, signed_up, store
from tests.web.portal.opened import BROWSER, Opened


def test_an_account_begins_with_its_link_and_signs_in_with_its_passkey_from_then_on(portal: Opened) -> None:
    path = link(portal, "siti", "supervisor")
    siti = Visitor(portal)
    assert "siti" in siti.get(path).text
    assert siti.register(path, "Ponsel").status_code == 200
    assert "Kunci sandi Anda telah dibuat" in siti.get("/desk").text
    assert siti.post("/desk", "/sign-out").headers["Location"] == "/sign-in"
    assert not siti.is_signed_in()
    assert json.loads(siti.sign_in("/desk/sessions").text) == {"to": "/desk/sessions"}
    assert siti.is_signed_in()
    with store(portal).reading() as work:
        lines = trail.lines(work.db, None, 6)
    assert [(line.act, line.subject) for line in reversed(lines)] == [
        ("account-created", "siti: supervisor"),
        ("link-made", "siti"),
        ("passkey-added", "Ponsel"),
        ("signed-in", "Firefox / Linux"),
        ("signed-out", "Firefox / Linux"),
        ("signed-in", "Firefox / Linux"),
    ]


def test_a_link_is_good_once_and_looking_at_it_does_not_use_it_up(portal: Opened) -> None:
    path = link(portal, "once", "auditor")
    one, other = Visitor(portal), Visitor(portal)
    assert one.get(path).status_code == other.get(path).status_code == 200
    token = {"X-CSRFToken": other.token(path)}
    waiting = other.client.post(f"{path}/options", json={}, headers=token)
    assert one.register(path).status_code == 200
    late = other.client.post(
        path, json={"credential": other.passkey.register(waiting.text), "label": "Kunci"}, headers=token
    )
    assert late.status_code == 410
    assert other.get(path).status_code == 410
    assert "tidak berlaku" in other.get(path).text
    assert not other.is_signed_in()


def test_a_link_that_is_too_old_opens_nothing(portal: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    path = link(portal, "late", "auditor")
    at = unix_ms()
    monkeypatch.setattr(store(portal), "_now", lambda: at + 24 * 3600 * 1000 + 1000)
    assert Visitor(portal).get(path).status_code == 410
    monkeypatch.undo()
    assert Visitor(portal).register(path).status_code == 200


def test_a_recovered_account_has_a_new_passkey_and_the_old_one_is_refused(portal: Opened) -> None:
    old = signed_up(portal, "lost", "auditor")
    path = link(portal, "lost")
    new = Visitor(portal)
    assert "tidak berlaku lagi" in new.get(path).text
    assert old.is_signed_in()
    assert new.register(path).status_code == 200
    assert not old.is_signed_in()
    assert old.sign_in().status_code == 422
    assert new.is_signed_in()
    new.post("/desk", "/sign-out")
    assert new.sign_in().status_code == 200


def test_a_challenge_is_answered_once(portal: Opened) -> None:
    one = signed_up(portal, "replay", "auditor")
    one.post("/desk", "/sign-out")
    token = {"X-CSRFToken": one.token("/sign-in")}
    options = one.client.post("/sign-in/options", json={}, headers=token).text
    answer = {"credential": one.passkey.sign_in(options)}
    cookie = one.client.get_cookie("session")
    assert cookie is not None
    assert one.client.post("/sign-in", json=answer, headers=token).status_code == 200
    # With the very cookie that named the challenge.
    one.client.set_cookie("session", cookie.value)
    again = one.client.post("/sign-in", json=answer, headers=token)
    assert (again.status_code, "answered already" in again.text) == (400, True)


def test_an_answer_counts_in_the_browser_that_asked_only(portal: Opened) -> None:
    one, other = signed_up(portal, "elsewhere", "auditor"), Visitor(portal)
    token = {"X-CSRFToken": other.token("/sign-in")}
    options = other.client.post("/sign-in/options", json={}, headers=token).text
    stolen = {"credential": one.passkey.sign_in(options)}
    stranger = Visitor(portal)
    token_of_stranger = {"X-CSRFToken": stranger.token("/sign-in")}
    assert stranger.client.post("/sign-in", json=stolen, headers=token_of_stranger).status_code == 400
    assert other.client.post("/sign-in", json=stolen, headers=token).status_code == 200


def test_an_answer_for_one_purpose_is_none_for_another(portal: Opened) -> None:
    one = signed_up(portal, "purpose", "auditor")
    token = {"X-CSRFToken": one.token("/desk/passkeys")}
    options = one.client.post("/sign-in/options", json={}, headers=token).text
    challenge = json.loads(options)["challenge"]
    made_up = json.dumps({"challenge": challenge, "rp": {"id": "localhost"}, "user": {"id": encode(b"a-1")}})
    answer = {"credential": one.passkey.register(made_up), "label": "Kunci"}
    refused = one.client.post("/desk/passkeys", json=answer, headers=token)
    assert (refused.status_code, "answered already" in refused.text) == (400, True)


def _clone(one: Visitor) -> None:
    one.passkey.count, one.passkey.step = 0, 0


def _phishing(one: Visitor) -> None:
    one.passkey.origin = "https://logistik.example.net"


def _unverified(one: Visitor) -> None:
    one.passkey.flags = 1


def _unknown(one: Visitor) -> None:
    one.passkey.id = b"unknown"


@pytest.mark.parametrize("wrong", [_clone, _phishing, _unverified, _unknown])
def test_what_does_not_hold_is_refused_in_the_same_words_and_counted(
    portal: Opened, wrong: Callable[[Visitor], None]
) -> None:
    one = signed_up(portal, wrong.__name__.strip("_"), "auditor")
    one.post("/desk", "/sign-out")
    assert one.sign_in().status_code == 200
    one.post("/desk", "/sign-out")
    honest = {name: getattr(one.passkey, name) for name in ("count", "step", "origin", "flags", "id")}
    wrong(one)
    refused = one.sign_in()
    assert refused.status_code == 422
    assert refused.json is not None
    assert refused.json["detail"] == "the passkey was refused"
    assert refused.json.get("got") is None
    assert not one.is_signed_in()
    for name, value in honest.items():
        setattr(one.passkey, name, value)
    one.passkey.count += 1
    assert one.sign_in().status_code == 200
    assert ("1 percobaan masuk" in one.get("/desk").text) == (wrong is not _unknown)


def test_a_disabled_account_signs_in_no_longer_and_is_signed_out_at_once(portal: Opened) -> None:
    one = signed_up(portal, "gone", "auditor")
    with store(portal).writing() as work:
        accounts.disable(work, None, accounts.get_handle(work.db, "gone"))
    assert not one.is_signed_in()
    assert one.sign_in().status_code == 422
    with store(portal).writing() as work:
        accounts.enable(work, None, accounts.get_handle(work.db, "gone"))
    assert one.sign_in().status_code == 200


def test_a_session_that_began_while_its_account_was_disabled_is_nobodys(portal: Opened) -> None:
    one = signed_up(portal, "race", "auditor")
    for disabled, signed_in in ((1, False), (None, True)):
        with store(portal).writing() as work:
            work.db.execute("UPDATE accounts SET disabled = ? WHERE handle = 'race'", (disabled,))
        assert one.is_signed_in() == signed_in


@pytest.mark.parametrize("exists", [True, False], ids=["a passkey", "no passkey"])
def test_after_many_failures_a_passkey_waits_whether_it_exists_or_not(portal: Opened, exists: bool) -> None:
    handle = f"waits-{exists}".lower()
    one = signed_up(portal, handle, "auditor")
    owner = one.passkey
    one.post("/desk", "/sign-out")
    guesses = [Visitor(portal, address=f"10.0.{exists:d}.{number}") for number in range(FREE + 1)]
    for guess in guesses:
        guess.passkey.id, guess.passkey.user = (owner.id if exists else b"none"), owner.user
    answers = [guess.sign_in() for guess in guesses]
    assert [answer.status_code for answer in answers] == [422] * FREE + [429]
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 30
    assert answers[-1].json is not None
    assert answers[-1].json["detail"] == "too many attempts were refused"
    assert one.sign_in().status_code == (429 if exists else 200)
    # A stranger holds back a passkey, never an account: a new one, by a link, waits for nothing.
    new = Visitor(portal, address=f"10.1.{exists:d}.1")
    assert new.register(link(portal, handle)).status_code == 200
    new.post("/desk", "/sign-out")
    assert new.sign_in().status_code == 200
    with store(portal).reading() as work:
        held = [line for line in trail.lines(work.db, None, 20) if line.act == "passkey-held-back"]
    assert len(held) == (1 if exists else 0)


def test_one_address_tries_so_often_and_no_more(portal: Opened) -> None:
    flood, other = Visitor(portal, address="10.2.0.1"), Visitor(portal, address="10.2.0.2")
    for number in range(20):
        flood.passkey.id = bytes([number])
        answer = flood.sign_in()
        if answer.status_code == 429:
            break
        assert answer.status_code == 422
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
    assert other.sign_in().status_code == 422
    # Of IPv6, whoever has one address has its network's 2^64.
    for number in range(1, 8):
        neighbour = Visitor(portal, address=f"2001:db8::{number}")
        neighbour.passkey.id = b"v6" + bytes([number])
        status = neighbour.sign_in().status_code
    assert status == 429
    assert Visitor(portal, address="2001:db8:0:1::1").sign_in().status_code == 422


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"[" * 40_000, 400),
        (b'{"credential": 1}', 400),
        (b'{"credential": {}, "next": 1}', 400),
        (b'{"credential": {}}' + b" " * 70_000, 413),
    ],
)
def test_hostile_bodies_are_refused_clearly(portal: Opened, body: bytes, status: int) -> None:
    one = Visitor(portal, address="10.3.0.1")
    headers = {"X-CSRFToken": one.token("/sign-in"), "Content-Type": "application/json"}
    assert one.client.post("/sign-in", data=body, headers=headers).status_code == status
    assert one.client.post("/sign-in", data=body, headers=headers | {"Content-Type": "text/html"}).status_code in (
        413,
        415,
    )


@pytest.mark.parametrize("action", ["/sign-in", "/sign-in/options", "/sign-out", "/sign-up/x", "/sign-up/x/options"])
def test_what_another_site_sends_is_refused(portal: Opened, action: str) -> None:
    one = signed_up(portal, f"csrf-{abs(hash(action))}", "auditor")
    page = one.client.post(action, data={"x": "1"}, headers=BROWSER)
    assert (page.status_code, page.mimetype, "Formulir itu" in page.text) == (400, "text/html", True)
    of_another = Visitor(portal).token("/sign-in")
    assert one.client.post(action, data={"csrf_token": of_another}, headers=BROWSER).status_code == 400
    assert one.is_signed_in()


def test_programs_send_no_token(portal: Opened) -> None:
    assert portal.client().post("/api/v1/statements", data=b"x").status_code == 415


@pytest.mark.parametrize(
    ("on", "to"),
    [
        ("/desk/trail?before=5", "/desk/trail?before=5"),
        ("/8003/09521000000018A", "/8003/09521000000018A"),
        ("//evil.example", "/desk"),
        ("/\\evil.example", "/desk"),
        ("/\t/evil.example", "/desk"),
        ("https://evil.example", "/desk"),
        ("javascript:alert(1)", "/desk"),
        ("", "/desk"),
    ],
)
def test_signing_in_leads_on_within_the_portal_only(portal: Opened, on: str, to: str) -> None:
    one = signed_up(portal, f"next-{abs(hash(on))}", "auditor")
    assert one.get("/sign-in").headers["Location"] == "/desk"
    one.post("/desk", "/sign-out")
    assert json.loads(one.sign_in(on).text) == {"to": to}


def test_the_session_is_another_after_signing_in_and_its_cookie_is_kept_from_scripts(portal: Opened) -> None:
    one = signed_up(portal, "cookie", "auditor")
    one.post("/desk", "/sign-out")
    before = one.token("/sign-in")
    set_cookie = one.sign_in().headers["Set-Cookie"]
    assert one.client.post("/sign-out", data={"csrf_token": before}, headers=BROWSER).status_code == 400
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(set_cookie.split("; "))
    assert "Domain" not in set_cookie


def test_a_session_that_was_idle_is_over(portal: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    one = signed_up(portal, "idle", "auditor")
    at = unix_ms()
    monkeypatch.setattr(store(portal), "_now", lambda: at + IDLE_MS - 60_000)
    assert one.is_signed_in()
    monkeypatch.setattr(store(portal), "_now", lambda: at + 2 * IDLE_MS - 120_000)
    assert one.is_signed_in()
    monkeypatch.setattr(store(portal), "_now", lambda: at + 3 * IDLE_MS)
    assert not one.is_signed_in()


def test_a_forged_cookie_is_nobody(portal: Opened) -> None:
    one = signed_up(portal, "forged", "auditor")
    cookie = one.client.get_cookie("session")
    assert cookie is not None
    one.client.set_cookie("session", cookie.value[:-2])
    assert not one.is_signed_in()
    one.client.set_cookie("session", cookie.value)
    assert one.is_signed_in()


def test_the_key_of_the_cookies_is_private_and_stays(portal: Opened) -> None:
    file = portal.ledger.config.private / "session.key"
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.read_bytes() == portal.app.secret_key


def test_passkeys_found_by_id_belong_to_who_made_them(portal: Opened) -> None:
    one = signed_up(portal, "owner", "auditor")
    with store(portal).reading() as work:
        found = passkeys.find(work.db, one.passkey.id)
        assert found is not None
        assert found.account == accounts.get_handle(work.db, "owner").id
    assert gate(portal).party.id == "localhost"
