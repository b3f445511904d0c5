"""The desk's own pages: passkeys, sessions, accounts, trail, each for whom it is and for nobody else."""

import re
from pathlib import Path

import pytest

from custody.accounts import accounts, sessions, trail
from custody.accounts.roles import NAMES, Role
from custody.web.access import access_of
from custody.web.admin.menu import OFFERS
from tests.accounts.authenticator import Authenticator, Es256
from tests.web.admin.visitor import Visitor, link, signed_up, store
from tests.web.portal.opened import BROWSER, Opened, opened
from tests.world import World


@pytest.fixture(scope="module")
def people(portal: Opened) -> dict[Role, Visitor]:
    """One signed in for each role."""
    return {role: signed_up(portal, f"a-{role}", role) for role in NAMES}


def signed_in_endpoints(portal: Opened) -> dict[str, tuple[Role, ...]]:
    return {
        rule.endpoint: found.roles
        for rule in portal.app.url_map.iter_rules()
        if (found := access_of(portal.app, rule.endpoint)).roles
    }


def walk(portal: Opened) -> list[tuple[str, str, tuple[Role, ...]]]:
    """(method, path, roles) of each view that is for who is signed in; there is nothing at its path."""
    return [
        (method, re.sub(r"<[^>]+>", "7", rule.rule), access_of(portal.app, rule.endpoint).roles)
        for rule in portal.app.url_map.iter_rules()
        if access_of(portal.app, rule.endpoint).roles
        for method in sorted((rule.methods or set()) & {"GET", "POST"})
    ]


def test_every_signed_in_view_sends_the_public_to_sign_in_or_away(portal: Opened) -> None:
    nobody = Visitor(portal)
    token = nobody.token("/sign-in")
    assert len(walk(portal)) > 20
    for method, path, _ in walk(portal):
        if method == "GET":
            page = nobody.get(path)
            assert (page.status_code, page.headers["Location"].partition("?")[0]) == (303, "/sign-in"), path
            assert nobody.client.get(path).status_code == 401, path
        else:
            assert nobody.client.post(path, data={"csrf_token": token}, headers=BROWSER).status_code == 401, path


@pytest.mark.parametrize("role", NAMES)
def test_every_signed_in_view_is_refused_to_who_has_another_role_and_open_to_its_own(
    portal: Opened, people: dict[Role, Visitor], role: Role
) -> None:
    one = people[role]
    token = one.token("/desk")
    for method, path, wanted in walk(portal):
        if path.startswith("/desk/sessions/end"):
            continue
        if role in wanted:
            # To send forms with nothing in them may be refused, but not for the role.
            answer = one.get(path) if method == "GET" else None
            assert answer is None or answer.status_code in (200, 400, 404), (path, answer.status_code)
        elif method == "GET":
            assert one.get(path).status_code == 403, path
        else:
            assert one.client.post(path, data={"csrf_token": token}, headers=BROWSER).status_code == 403, path


def test_who_lacks_a_role_is_told_that_and_not_to_sign_in(portal: Opened, people: dict[Role, Visitor]) -> None:
    refused = people["auditor"].get("/desk/accounts")
    assert "Akun Anda, a-auditor, tidak diberi peran" in refused.text
    assert 'href="/sign-in"' not in refused.text


@pytest.mark.parametrize(
    ("language", "reasons"),
    [
        ("id", ("tidak diberi peran", "hanya untuk 414/9521000000001 dan semua", "Bukan untuk akun sendiri")),
        ("en", ("was not given a role", "is for 414/9521000000001 and all", "Not for one’s own account")),
    ],
)
def test_who_is_refused_with_the_role_is_told_the_reason(
    portal: Opened, people: dict[Role, Visitor], language: str, reasons: tuple[str, str, str]
) -> None:
    local = signed_up(portal, f"local-{language}", "operator", "authority", site="414/9521000000001")
    boss, account = people["authority"], "/desk/accounts/a-authority"
    for one in (local, boss):
        one.client.set_cookie("language", language)
    pages = [
        *(local.get(path).text for path in ("/desk/trail", "/desk/accounts", "/desk/tokens")),
        boss.get("/desk/tokens").text,
        boss.post(account, f"{account}/disable").text,
        boss.post(account, f"{account}/roles", role=["auditor"]).text,
    ]
    boss.client.set_cookie("language", "id")
    of_role, of_site, own = reasons
    told = [[said for said in reasons if said in page] for page in pages]
    assert told == [[], [of_site], [of_site], [of_role], [own], [own]]


def test_the_desk_of_an_account_for_one_site_offers_nothing_that_is_for_all(
    portal: Opened, people: dict[Role, Visitor]
) -> None:
    local = signed_up(portal, "local-desk", "operator", "authority", site="414/9521000000001").get("/desk").text
    desks = [local, people["operator"].get("/desk").text + people["authority"].get("/desk").text]
    for path, there in [("/desk/tokens", False), ("/desk/accounts", False), ("/desk/labels", True)]:
        assert [f'href="{path}"' in desk for desk in desks] == [there, True], path


def test_every_form_of_signed_in_pages_is_refused_without_its_token(
    portal: Opened, people: dict[Role, Visitor]
) -> None:
    for method, path, wanted in walk(portal):
        if method == "POST":
            page = people[wanted[0]].client.post(path, data={"handle": "x"}, headers=BROWSER)
            assert (page.status_code, "Formulir itu" in page.text) == (400, True), path
    assert all(one.is_signed_in() for one in people.values())


@pytest.mark.parametrize("role", NAMES)
def test_the_desk_offers_what_the_role_may_open(portal: Opened, people: dict[Role, Visitor], role: Role) -> None:
    desk = people[role].get("/desk").text
    roles_of = signed_in_endpoints(portal)
    for offer in OFFERS:
        assert roles_of[offer.endpoint] == offer.roles
        assert (offer.title[0] in desk.partition('class="offers"')[2]) == (role in offer.roles)


def test_to_open_a_page_changes_nothing(portal: Opened, people: dict[Role, Visitor]) -> None:
    # The cookie goes along with a link from anywhere: see docs/decisions/0007-the-session-cookie-is-lax.md.
    with store(portal).reading() as work:
        before = trail.verify(work.db)
    for method, path, wanted in walk(portal):
        if method == "GET":
            people[wanted[0]].get(path)
    with store(portal).reading() as work:
        assert trail.verify(work.db) == before
    assert all(one.is_signed_in() for one in people.values())


def test_the_cookie_comes_along_by_a_link_and_with_nothing_else_from_elsewhere(portal: Opened) -> None:
    [kept] = [one for one in Visitor(portal).get("/sign-in").headers.getlist("Set-Cookie") if one.startswith("session")]
    assert {"Secure", "HttpOnly", "SameSite=Lax"} <= set(kept.split("; "))


def test_passkeys_are_added_renamed_and_removed_but_never_the_last(portal: Opened) -> None:
    one = signed_up(portal, "keys", "auditor")
    first = one.passkey
    last = one.post("/desk/passkeys", "/desk/passkeys/remove", passkey=first.id.hex())
    assert "satu-satunya yang tersisa" in one.get(last.headers["Location"]).text
    one.passkey = Authenticator(key=Es256(), origin=first.origin)
    added = one.ceremony("/desk/passkeys", "/desk/passkeys", one.passkey.register, label="Kunci kedua")
    assert added.status_code == 200
    assert "Kunci kedua" in one.get("/desk/passkeys").text
    one.post("/desk/passkeys", "/desk/passkeys/rename", passkey=one.passkey.id.hex(), label="<b>Ponsel</b>")
    page = one.get("/desk/passkeys").text
    assert "&lt;b&gt;Ponsel&lt;/b&gt;" in page
    assert "<b>Ponsel" not in page
    one.post("/desk/passkeys", "/desk/passkeys/remove", passkey=first.id.hex())
    one.post("/desk", "/sign-out")
    assert one.sign_in().status_code == 200
    one.post("/desk", "/sign-out")
    one.passkey = first
    assert one.sign_in().status_code == 422


def test_nobody_changes_the_passkey_or_session_of_another(portal: Opened) -> None:
    one, other = signed_up(portal, "mine", "auditor"), signed_up(portal, "yours", "auditor")
    refused = one.post("/desk/passkeys", "/desk/passkeys/rename", passkey=other.passkey.id.hex(), label="Saya")
    assert refused.status_code == 400
    with store(portal).reading() as work:
        [theirs] = sessions.of_account(work.db, accounts.get_handle(work.db, "yours").id, work.now)
    one.post("/desk/sessions", "/desk/sessions/end", session=theirs.hash.hex())
    assert other.is_signed_in()
    for field in ("zz", "", "1"):
        assert one.post("/desk/sessions", "/desk/sessions/end", session=field).status_code in (303, 400)
    assert one.is_signed_in()


def test_a_session_ended_elsewhere_is_over_at_the_next_click(portal: Opened) -> None:
    phone = signed_up(portal, "two", "auditor")
    laptop = Visitor(portal)
    laptop.passkey = phone.passkey
    assert laptop.sign_in().status_code == 200
    listed = laptop.get("/desk/sessions").text.split("<h2>")[1:]
    assert ["(sesi ini)" in one for one in listed] in ([True, False], [False, True])
    [other] = [re.findall(r'name="session" value="([0-9a-f]+)"', one)[0] for one in listed if "(sesi ini)" not in one]
    laptop.post("/desk/sessions", "/desk/sessions/end", session=other)
    assert (phone.is_signed_in(), laptop.is_signed_in()) == (False, True)
    assert phone.sign_in().status_code == 200
    assert laptop.post("/desk/sessions", "/desk/sessions/end-all").headers["Location"] == "/sign-in"
    assert (phone.is_signed_in(), laptop.is_signed_in()) == (False, False)


def test_the_authority_invites_somebody_who_then_signs_in(portal: Opened, people: dict[Role, Visitor]) -> None:
    boss = people["authority"]
    page = boss.post("/desk/accounts", "/desk/accounts", handle="rina", role=["auditor", "supervisor"], language="en")
    assert page.status_code == 201
    [path] = re.findall(r"http://localhost:\d+(/sign-up/[\w-]+)", page.text)
    assert path not in boss.get("/desk/accounts/rina").text
    rina = Visitor(portal)
    rina.client.delete_cookie("language")
    assert rina.register(path).status_code == 200
    assert "Signed in as" in rina.get("/desk").text
    assert "Audit trail" in rina.get("/desk").text


@pytest.mark.parametrize(
    ("handle", "role", "site"),
    [("Rina!", ["auditor"], ""), ("a-auditor", ["auditor"], ""), ("ok", [], ""), ("ok", ["root"], ""),
     ("ok", ["auditor"], "414/1"), ('"><script>alert(1)</script>', ["auditor"], "")],
)  # fmt: skip
def test_a_faulty_invitation_is_told_with_what_was_typed_and_makes_nothing(
    portal: Opened, people: dict[Role, Visitor], handle: str, role: list[str], site: str
) -> None:
    page = people["authority"].post("/desk/accounts", "/desk/accounts", handle=handle, role=role, site=site)
    assert (page.status_code, "Akun itu tidak dibuat" in page.text) == (400, True)
    assert "expected" not in page.text
    assert "<script>alert" not in page.text
    with store(portal).reading() as work:
        assert accounts.find_handle(work.db, "ok") is None


def test_the_authority_changes_roles_and_ends_access_at_once(portal: Opened, people: dict[Role, Visitor]) -> None:
    boss, one = people["authority"], signed_up(portal, "changing", "auditor")
    page = "/desk/accounts/changing"
    assert one.get("/desk/trail").status_code == 200
    boss.post(page, f"{page}/roles", role=["operator"])
    assert one.get("/desk/trail").status_code == 403
    assert one.get("/desk/devices").status_code == 200
    boss.post(page, f"{page}/end-sessions")
    assert not one.is_signed_in()
    assert one.sign_in().status_code == 200
    boss.post(page, f"{page}/disable")
    assert not one.is_signed_in()
    assert "Dinonaktifkan" in boss.get(page).text
    boss.post(page, f"{page}/enable")
    assert one.sign_in().status_code == 200
    again = boss.post(page, f"{page}/link")
    assert (again.status_code, "/sign-up/" in again.text) == (201, True)
    assert boss.get("/desk/accounts/nobody").status_code == 404


def test_nobody_takes_their_own_authority_away(portal: Opened, people: dict[Role, Visitor]) -> None:
    boss, page = people["authority"], "/desk/accounts/a-authority"
    assert boss.post(page, f"{page}/roles", role=["auditor"]).status_code == 403
    assert boss.post(page, f"{page}/disable").status_code == 403
    assert "Nonaktifkan akun" not in boss.get(page).text
    assert boss.post(page, f"{page}/roles", role=["auditor", "authority"]).status_code == 303
    assert boss.post(page, f"{page}/roles", role=["authority"]).status_code == 303


def test_an_authority_of_one_site_gives_nobody_access(portal: Opened) -> None:
    one = signed_up(portal, "local", "authority", site="414/9521000000001")
    assert "414/9521000000001" in one.get("/desk").text
    assert one.get("/desk/accounts").status_code == 403
    assert one.post("/desk", "/desk/accounts", handle="x", role=["authority"]).status_code == 403


def test_the_trail_is_shown_a_page_at_a_time_with_who_did_what(portal: Opened, people: dict[Role, Visitor]) -> None:
    for number in range(60):
        store(portal).record(None, "link-made", f"<i>nomor {number}</i>")
    auditor = people["auditor"]
    first = auditor.get("/desk/trail").text
    assert "&lt;i&gt;nomor 59" in first
    assert "nomor 9&lt;" not in first
    assert "baris perintah" in first
    [older] = re.findall(r'href="(/desk/trail\?before=\d+)"', first)
    second = auditor.get(older).text
    assert "nomor 9&lt;" in second
    assert "nomor 59" not in second
    assert "Akun dibuat" in second
    for wrong in ("x", "-1", "1.5", "9" * 400):
        assert auditor.get(f"/desk/trail?before={wrong}").status_code == 400


@pytest.mark.parametrize(
    ("language", "shown"),
    [
        ("id", ["budi: Operator, Otoritas", "Petugas: h-1 Petugas logistik @ *", "Pencabutan: 0a1b 2c3d hilang + 2"]),
        ("en", ["budi: Operator, Authority", "Handler: h-1 Staff @ *", "Revocation: 0a1b 2c3d lost + 2"]),
    ],
)
def test_the_trail_names_roles_kinds_and_reasons_in_the_readers_language_and_nothing_else(
    portal: Opened, people: dict[Role, Visitor], language: str, shown: list[str]
) -> None:
    for act, subject in [
        ("roles-changed", "budi: operator, authority"),
        ("statement-prepared", "handler h-1 staff @ *"),
        ("statement-withdrawn", "revoke 0a1b 2c3d lost + 2"),
        ("statement-prepared", "site 414/9521000000001 staff lost"),
        ("passkey-added", "site: operator"),
    ]:
        store(portal).record(None, act, subject)
    auditor = people["auditor"]
    auditor.client.set_cookie("language", language)
    page = auditor.get("/desk/trail").text
    auditor.client.set_cookie("language", "id")
    kept = ["414/9521000000001 staff lost", "site: operator"]
    assert [one for one in shown + kept if f"{one}</td>" not in page] == []


def test_behind_tls_cookies_are_bound_to_the_host_and_browsers_come_back_over_tls(tmp_path: Path) -> None:
    with opened(tmp_path, World(), more='url = "https://logistik.example"') as portal:
        one = Visitor(portal)
        assert one.passkey.origin == "https://logistik.example"
        answer = one.get("/sign-in")
        assert answer.headers["Set-Cookie"].startswith("__Host-session=")
        assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
        of_language = portal.app.test_client().get("/?lang=en").headers["Set-Cookie"]  # from a proxy that ended TLS
        assert {"Secure", "HttpOnly", "SameSite=Lax"} <= set(of_language.split("; "))
        assert one.register(link(portal, "siti", "auditor")).status_code == 200
        assert one.is_signed_in()


def test_without_tls_no_browser_is_told_to_come_back_over_it(portal: Opened) -> None:
    assert "Strict-Transport-Security" not in portal.client().get("/sign-in").headers
