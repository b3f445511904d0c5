"""The pages of the log: its entries, and receipts that visitors bring."""

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from custody.core.keys import fingerprint
from custody.core.planning import Planned, Signatures, Way
from custody.core.roster import LabelIssuer, Resolve
from tests.web.admin.visitor import signed_up
from tests.web.portal.opened import BROWSER, Opened, opened
from tests.world import START, World, item_id, key_of, site_id

HANDLER = re.compile(r"h-[a-z2-7]{16}")
ENTRY = re.compile(r'<th scope="row"><a href="/log/entries/([0-9]+)"')


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    world = World()
    with opened(tmp_path_factory.mktemp("log"), world) as portal:
        portal.submit(world.handovers(60))
        yield portal


def judge(portal: Opened, *, text: str = "", file: bytes = b"", language: str = "id") -> tuple[int, str]:
    """As a browser sends the form: with the token of its page, and its own line ends in a text."""
    client = portal.client(language)
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/log/receipt", headers=BROWSER).text)
    assert token is not None
    form: dict[str, object] = {"csrf_token": token[1], "receipt": text.replace("\n", "\r\n")}
    if file:
        form["file"] = (BytesIO(file), "one.tlog-proof")
    headers = {**BROWSER, "Referer": "https://localhost/log"}
    answer = client.post("/log/receipt", data=form, content_type="multipart/form-data", headers=headers)
    return answer.status_code, answer.text


@pytest.mark.parametrize("language", ["id", "en"])
def test_all_entries_are_listed_once_the_newest_first(portal: Opened, language: str) -> None:
    found, path = list[int](), "/log"
    while path:
        text = portal.text(path, language)
        assert not HANDLER.search(text)
        found += map(int, ENTRY.findall(text))
        following = re.search(r'rel="next" href="([^"#]+)', text)
        path = following[1] if following else ""
    assert found == list(range(portal.ledger.status().size))[::-1]


def test_entries_are_paged_back_and_forth(portal: Opened) -> None:
    size = portal.ledger.status().size
    older = re.search(r'rel="next" href="(/log[^"#]*)', portal.text("/log"))
    assert older is not None
    text = portal.text(older[1])
    assert ENTRY.findall(text)[0] == str(size - 51)
    newer = re.search(r'rel="prev" href="(/log[^"#]*)', text)
    assert newer is not None
    assert ENTRY.findall(portal.text(newer[1])) == ENTRY.findall(portal.text("/log"))
    assert 'rel="prev"' not in portal.text("/log")
    assert ENTRY.findall(portal.text("/log?before=99999")) == ENTRY.findall(portal.text("/log"))
    assert ENTRY.findall(portal.text("/log?before=1")) == ["0"]


@pytest.mark.parametrize(("language", "said"), [("id", "Bagaimana log bertambah"), ("en", "How the log grew")])
def test_how_the_log_grew_is_drawn_and_told_by_day(portal: Opened, language: str, said: str) -> None:
    text, size = portal.text("/log", language), portal.ledger.status().size
    days = portal.ledger.arrivals.days(30)
    assert said in text
    assert text.count("<rect ") == len(days)
    linked = [int(end) for end in re.findall(r'<th scope="row"><a href="/log\?before=([0-9]+)#entries">', text)]
    assert linked == [day.first + day.count for day in days][::-1]
    assert linked[0] == size


@pytest.mark.parametrize("language", ["id", "en"])
def test_each_entry_has_a_page_and_none_names_a_handler(portal: Opened, language: str) -> None:
    for index in range(15):
        text = portal.text(f"/log/entries/{index}", language)
        assert not HANDLER.search(text)
        assert f"/api/v1/log/proof/{index}" in text


@pytest.fixture(scope="module")
def stating() -> Iterator[tuple[Opened, dict[str, int]]]:
    """A portal whose log has a statement of each kind, and where each stands."""
    world = World()
    with TemporaryDirectory() as folder, opened(Path(folder), world) as portal:
        held = world.possession(key_of("printer"), "label-issuer")
        portal.submit([
            world.plan([Way(to=world.sites[2], due=START, via=[world.sites[1]])],
                       [Planned(item=item_id(5), kind="ballot-box", quantity=300, seals=["seal/acme/1"], ways=[0])]),
            world.policy(begins=START, release_ms=90_000, sealed=[],
                         signatures=[Signatures(action="handover", count=3)]),
            world.sign(LabelIssuer, world.authority, site=world.sites[0], hosts=["label.test"], ranges=["8004/952"],
                       **held),
            world.revoke(world.devices[1].key.keyid),
            world.revoke(world.handlers[3].keyid, "compromised", since=START),
            world.revoke("ab" * 32),
            world.sign(Resolve, world.authority, finding="f-" + "b" * 26, reason="seal-checked", note="cd" * 32),
        ])  # fmt: skip
        names = ("plan", "policy", "label-issuer", "revoke-device", "revoke-badge", "revoke-nothing", "resolve")
        first = len(world.roster)
        yield portal, {"root": 0, "authority": 1, "site": 3, "device": 5, "handler": 7,
                       **{name: first + at for at, name in enumerate(names)}}  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "texts"),
    [
        ("root", ["1 / 1", fingerprint(key_of("world", "root").keyid)]),
        ("authority", [fingerprint(key_of("world", "authority").keyid)]),
        ("site", ["Site 1", "Warehouse", f"/{site_id(1)}", f"/{site_id(0)}", "Site 0"]),
        ("device", [fingerprint(key_of("world", "device", 0).keyid), "Site 1"]),
        ("handler", ["staff of Site 0", "Badge number", "1 January 2026"]),
        ("plan", [f"/{item_id(5)}", "Ballot box: 1", "× 300, seals seal/acme/1 → [0]", f"{site_id(1)} →", "Site 2"]),
        ("policy", ["Handover: ≥ 3", "90 seconds", "1 January 2026", "–", "the default rules"]),
        ("label-issuer", ["label.test", "8004/952", "Site 0"]),
        ("revoke-device", ["lost", fingerprint(key_of("world", "device", 1).keyid)]),
        ("revoke-badge", ["in others&#39; hands", "Since", "staff of Site 0"]),
        ("revoke-nothing", ["has no effect: the key is not enrolled"]),
        ("resolve", ["/findings/f-" + "b" * 26, "seal-checked", "cd" * 32]),
    ],
)
def test_a_roster_statements_page_shows_all_that_it_says(
    stating: tuple[Opened, dict[str, int]], kind: str, texts: list[str]
) -> None:
    portal, at = stating
    told = portal.text(f"/log/entries/{at[kind]}", "en")
    assert [text for text in texts if text not in told] == []
    assert ("has no effect" in told) == (kind == "revoke-nothing")
    assert not HANDLER.search(told)


def test_of_a_badge_the_public_is_shown_no_key_and_no_id_and_who_signs_in_both(
    stating: tuple[Opened, dict[str, int]],
) -> None:
    portal, at = stating
    person = signed_up(portal, "siti", "auditor")
    for kind, badge, handler in (("handler", 0, 0), ("revoke-badge", 3, 3)):
        path = f"/log/entries/{at[kind]}"
        key, id_ = fingerprint(portal.world.handlers[badge].keyid), portal.world.handler_ids[handler]
        assert [text in portal.text(path) for text in (key, id_)] == [False, False]
        assert [text in person.get(path).text for text in (key, id_)] == [True, True]


@pytest.mark.parametrize(("index", "status"), [("999999", 404), ("-1", 400), ("x", 400), ("01", 400)])
def test_an_entry_that_is_not_there_is_answered_with_a_page(portal: Opened, index: str, status: int) -> None:
    answer = portal.client().get(f"/log/entries/{index}", headers=BROWSER)
    assert (answer.status_code, answer.mimetype) == (status, "text/html")


def test_a_receipt_is_proved_pasted_and_as_a_file(portal: Opened) -> None:
    receipt = portal.ledger.receipt(12)
    assert receipt is not None
    for status, text in (judge(portal, text=receipt.decode()), judge(portal, file=receipt)):
        assert (status, "Terbukti tercatat" in text, "/log/entries/12" in text) == (200, True, True)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"<script>alert(1)</script>", "no receipt"), (bytes(range(256)), "no receipt"),
        (b"x" * (129 * 1024), "Too large"), (b"c2sp.org/tlog-proof@v1\nindex 0\n", "cut short"),
    ],
)  # fmt: skip
def test_what_proves_nothing_is_said_by_kind(portal: Opened, data: bytes, said: str) -> None:
    status, text = judge(portal, file=data, language="en")
    assert (status, said in text, "<script>alert" in text) == (422, True, False)


def test_a_receipt_that_was_changed_or_not_sent_is_said_to_be_so(portal: Opened) -> None:
    receipt = portal.ledger.receipt(12)
    assert receipt is not None
    assert "cut short" in judge(portal, file=receipt[: len(receipt) // 2], language="en")[1]
    assert "No receipt was sent" in judge(portal, language="en")[1]


def test_a_form_from_elsewhere_is_refused(portal: Opened) -> None:
    assert portal.client().post("/log/receipt", data={"receipt": "x"}, headers=BROWSER).status_code == 400
