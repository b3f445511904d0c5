"""Whatever a page says is wrong, it says in the language of the page."""

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pytest

import custody
from custody.audit.fault_words import indonesian
from custody.core.errors import Malformed, NoEffect
from custody.web.fault_words import MESSAGES, told
from tests.audit.raised import raised_in
from tests.web.admin.visitor import Visitor, link, signed_up
from tests.web.portal.opened import BROWSER, Opened, opened
from tests.web.test_every_page import FOREIGN
from tests.world import World, site_id

HERE = Path(custody.__path__[0])
TO_PROGRAMS = {"ceremonies", "codes", "signin"}
"""Modules whose errors go to a page's script or a device, which have words of their own."""
SAID = [path for path in HERE.glob("web/admin/*.py") if path.stem not in TO_PROGRAMS]
STORES = [HERE / f"{name}.py" for name in ("accounts/accounts", "accounts/links", "notes", "preparations")]
BY_KIND = re.compile(
    r".*(of this account|limited to a site)|nobody .*|there is no such account"
    r"|the site (is not in the roster|lies elsewhere)"
)
"""Messages that no page shows: it has words for their kind, or for the reason that they give."""
VERDICT = "label 7"
"""Of a label, which has its own word for each verdict."""


def test_whatever_a_form_or_an_upload_is_refused_for_is_said_in_bahasa_indonesia() -> None:
    raised = [one for path in (*SAID, *STORES) for one in raised_in(path) if one.part == "message" and one.text]
    untold = [one for one in raised if one.text and one.text not in MESSAGES and indonesian(one.text) == one.text]
    assert [one for one in untold if one.text != VERDICT and not BY_KIND.fullmatch(one.text or "")] == []


def test_no_words_are_kept_for_what_nothing_says_any_more() -> None:
    source = "".join(path.read_text() for path in HERE.rglob("*.py") if path != HERE / "web/fault_words.py")
    assert [text for text in MESSAGES if text.removeprefix("label ") not in source] == []


def test_a_fault_is_a_sentence_that_leaves_ids_as_they_are() -> None:
    assert told(Malformed("that is no name", got="x"))[0] == "Ini tidak dapat menjadi nama; tertulis x."
    assert told(NoEffect("no matter", got="site-known"))[0] == "Lokasi ini sudah ada dalam daftar."
    assert told(Malformed("daftar.csv is too large"))[0] == "daftar.csv terlalu besar."


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    with opened(tmp_path_factory.mktemp("log"), World()) as portal:
        yield portal


@pytest.fixture(scope="module")
def someone(portal: Opened) -> Visitor:
    return signed_up(portal, "siti", "operator", "supervisor", "authority")


def file(data: bytes) -> tuple[BytesIO, str]:
    return BytesIO(data), "berkas.csv"


ROSTER = "/desk/roster/new/"
SITES = b"site,category,name,parent\n"
WRONG: list[tuple[str, str, dict[str, Any]]] = [
    ("/desk/roster", "/desk/roster/signed", {}),
    ("/desk/roster", "/desk/roster/signed", {"signed": file(b"buang\n")}),
    ("/desk/roster", "/desk/roster/signed", {"signed": file(b"{\n" * 10_001)}),
    ("/desk/roster", "/desk/roster/signed", {"signed": file(b"{}\n{\n" + b'{"payload":1}\n')}),
    ("/desk/roster", "/desk/roster/draft", {}),
    *((ROSTER + "device", ROSTER + "device", {"request": file(data)}) for data in (b"{", b"{}", b"\xff", b"[" * 99)),
    (ROSTER + "sites", ROSTER + "sites", {"list": file(b"\xff")}),
    (ROSTER + "sites", ROSTER + "sites", {"list": file(b"a,b\n")}),
    (ROSTER + "sites", ROSTER + "sites", {"list": file(SITES + f"{site_id(1)},office,X,\nx,shop,,y\nz\n".encode())}),
    (ROSTER + "site", ROSTER + "site", {"site": "x", "category": "toko", "parent": "y", "lat": "z", "lon": "-"}),
    (ROSTER + "revoke", ROSTER + "revoke", {"key": "zz", "reason": "compromised", "since": "kemarin"}),
    (ROSTER + "resolve", ROSTER + "resolve", {"finding": "f-x", "reason": "A B"}),
    (ROSTER + "policy", ROSTER + "policy", {"policy": file(b"begins = kemarin\n")}),
    (ROSTER + "policy", ROSTER + "policy", {"policy": file(b"begins = 2029-01-01T00:00:00Z\nlate = '3x'\n")}),
    (ROSTER + "policy", ROSTER + "policy", {"policy": file(b"begins = 2029-01-01T00:00:00Z\nlate = 3\nx = 1\n")}),
    (ROSTER + "label-issuer", ROSTER + "label-issuer", {"request": "{}", "hosts": "A_", "ranges": "0"}),
    ("/desk/plan", "/desk/plan", {}),
    ("/desk/plan", "/desk/plan", {"table": file(b'item,kind,way,to,due\nx,A B,0,y,kemarin\n"\n')}),
    ("/desk/plan", "/desk/plan", {"table": file(b"item;kind;way;to;due\n8003/1;a;99;414/9520000000005;1;1\n")}),
    ("/desk/plan", "/desk/plan/prepare", {"upload": "lama"}),
    ("/desk/names", "/desk/names", {"id": "x", "name": " "}),
    ("/desk/names", "/desk/names/import", {"list": file(b"id,name\nx,\n")}),
    ("/desk/names", "/desk/names/import", {"list": file(b"\xff\xfe")}),
    ("/desk/names", "/desk/names/forget", {"id": "x"}),
    ("/desk/labels", "/desk/labels/job", {"lines": "x\n8003/1;;;;\n", "check": "1"}),
    ("/desk/labels", "/desk/labels/job", {"source": "range", "prefix": "x", "first": "1", "last": "0", "check": "1"}),
    ("/desk/labels", "/desk/labels/job", {"source": "plan", "plan": "x", "check": "1"}),
    ("/desk/labels", "/desk/labels/job", {"source": "list", "list": file(b"id,kind\nx,y\n"), "check": "1"}),
    ("/desk/labels", "/desk/labels/sheet", {"texts": file(b"x\nhttps://a.b/8003/1&k=1\n")}),
    ("/desk/accounts", "/desk/accounts", {"handle": "Siti!", "site": "x"}),
    ("/desk/accounts", "/desk/accounts", {"handle": "budi", "role": "auditor", "site": "x"}),
    ("/desk/tokens", "/desk/tokens", {"label": " "}),
    ("/desk/devices", "/desk/devices/code", {"site": "414/1"}),
    ("/desk/passkeys", "/desk/passkeys/rename", {"passkey": "zz", "label": "x"}),
    ("/desk/passkeys", "/desk/passkeys/rename", {"passkey": "00", "label": "x"}),
    ("/log/receipt", "/log/receipt", {"receipt": "buang"}),
    ("/log/receipt", "/log/receipt", {"receipt": "c2sp.org/tlog-proof@v1\nextra YQ==\nindex 0\n\nx\n1\n"}),
]
ASKED_FIRST = ("/desk/names", "/desk/names/forget")
"""A form on a page of its own, which shows the id that is asked about."""


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize(("page", "action", "fields"), WRONG)
def test_a_page_tells_what_is_wrong_in_its_own_language(
    someone: Visitor, language: str, page: str, action: str, fields: dict[str, Any]
) -> None:
    someone.client.set_cookie("language", language)
    fresh = {
        name: (BytesIO(one[0].getvalue()), one[1]) if isinstance(one, tuple) else one for name, one in fields.items()
    }
    answer = someone.post(page, action, **fresh)
    assert answer.status_code < 500
    main = answer.text.partition("<main")[2]
    seen = re.sub(r"<(textarea|code|pre)\b.*?</\1>|<[^>]*>", "\n", main, flags=re.DOTALL)
    assert [line for line in seen.splitlines() if FOREIGN[language].search(line.lower())] == []


@pytest.mark.parametrize(("page", "action"), sorted({one[:2] for one in WRONG} - {ASKED_FIRST}))
def test_from_what_answers_a_form_the_other_language_leads_to_a_page(someone: Visitor, page: str, action: str) -> None:
    someone.client.set_cookie("language", "id")
    [link] = re.findall(r'class="language" href="([^"]*)"', someone.post(page, action).text)
    there = someone.client.get(urljoin(action, link.replace("&amp;", "&")), headers=BROWSER, follow_redirects=True)
    assert (there.status_code, '<html lang="en">' in there.text) == (200, True)


@pytest.mark.parametrize("language", ["id", "en"])
def test_a_page_that_refuses_tells_why_in_its_own_language(portal: Opened, someone: Visitor, language: str) -> None:
    someone.client.set_cookie("language", language)
    answers = [
        someone.client.post("/desk/tokens", data={"label": "x"}, headers=BROWSER),
        someone.client.get("/sign-out", headers=BROWSER),
        someone.get("/log/entries/01"),
        someone.get("/desk/trail?before=-1"),
        someone.client.post("/log/receipt", data={"receipt": "x" * 400_000}, headers=BROWSER),
    ]
    assert [one.status_code for one in answers] == [400, 405, 400, 400, 413]
    for one in answers:
        seen = re.sub("<[^>]*>", "\n", one.text.partition("<main")[2])
        assert [line for line in seen.splitlines() if FOREIGN[language].search(line.lower())] == []


def test_a_link_for_an_account_that_is_disabled_is_refused_in_words(portal: Opened, someone: Visitor) -> None:
    link(portal, "rina", "auditor")
    someone.client.set_cookie("language", "id")
    assert someone.post("/desk/accounts/rina", "/desk/accounts/rina/disable").status_code == 303
    assert "Akun ini dinonaktifkan." in someone.post("/desk/accounts", "/desk/accounts/rina/link").text
