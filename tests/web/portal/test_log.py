"""The pages of the log: its entries, and receipts that visitors bring."""

import re
from collections.abc import Iterator
from io import BytesIO

import pytest

from tests.web.portal.opened import BROWSER, Opened, opened
from tests.world import World

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
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/log", headers=BROWSER).text)
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


@pytest.mark.parametrize("language", ["id", "en"])
def test_each_entry_has_a_page_and_none_names_a_handler(portal: Opened, language: str) -> None:
    for index in range(15):
        text = portal.text(f"/log/entries/{index}", language)
        assert not HANDLER.search(text)
        assert f"/api/v1/log/proof/{index}" in text


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
