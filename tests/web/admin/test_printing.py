"""Labels and command sheets at the desk: asked for, printed, and read back from the paper; no key is on the server."""

from io import BytesIO

import pytest
from werkzeug.test import TestResponse

from custody.core import label
from custody.core.keys import SigningKey
from custody.core.roster import LabelIssuer
from custody.printing import label_job
from tests.printing.rendering import codes, pages
from tests.web.admin.visitor import Visitor, signed_up
from tests.web.portal.opened import BROWSER, Opened
from tests.world import item_id, key_of

HOST = "id.example.org"
DPI = 300
A4 = "a4-24"


@pytest.fixture(scope="module")
def issuer(portal: Opened) -> SigningKey:
    """Enrolled, for the items of the world's range."""
    world, key = portal.world, key_of("label issuer")
    terms = {"site": world.sites[0], "hosts": [HOST], "ranges": ["8004/952"]}
    portal.submit([world.sign(LabelIssuer, world.authority, **world.possession(key, "label-issuer"), **terms)])
    return key


@pytest.fixture(scope="module")
def operator(portal: Opened) -> Visitor:
    return signed_up(portal, "operator", "operator")


def ask(operator: Visitor, issuer: SigningKey, lines: str) -> TestResponse:
    fields = {"issuer": f"{issuer.keyid} {HOST}", "source": "lines", "lines": lines, "format": A4, "skip": "0"}
    return operator.post("/desk/labels", "/desk/labels/job", **fields)


def print_texts(operator: Visitor, texts: list[str]) -> TestResponse:
    form = {
        "csrf_token": operator.token("/desk/labels"),
        "texts": (BytesIO("\n".join(texts).encode()), "label.txt"),
        "format": A4,
        "skip": "0",
        "kind": "ballot-box",
    }
    return operator.client.post("/desk/labels/sheet", data=form, headers=BROWSER)


def test_labels_are_asked_for_by_a_file_for_the_machine_with_the_key(operator: Visitor, issuer: SigningKey) -> None:
    answer = ask(operator, issuer, f"{item_id(1)}\n{item_id(2)}; ballot-box\n")
    assert answer.status_code == 200, answer.text
    job = label_job.decode(answer.data)
    assert (job.issuer, job.host, [one.id for one in job.labels]) == (issuer.keyid, HOST, [item_id(1), item_id(2)])


def test_an_id_beyond_the_issuers_ranges_is_told_and_nothing_is_made(operator: Visitor, issuer: SigningKey) -> None:
    answer = ask(operator, issuer, f"{item_id(1)}\nplain/x/1\n")
    assert (answer.status_code, answer.mimetype) == (400, "text/html")
    assert "plain/x/1" in answer.text


def test_labels_signed_elsewhere_are_printed_and_read_back(operator: Visitor, issuer: SigningKey) -> None:
    texts = [label.sign(item_id(number), HOST, issuer) for number in range(3)]
    answer = print_texts(operator, texts)
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf"), answer.text
    [sheet] = pages(answer.data)
    assert sorted(found.text for found in codes(sheet, DPI)) == sorted(texts)


def test_a_forged_label_is_told_and_nothing_is_printed(operator: Visitor, issuer: SigningKey) -> None:
    good, forged = (label.sign(item_id(1), HOST, key) for key in (issuer, key_of("thief")))
    mixed = forged.replace(key_of("thief").keyid[:8], issuer.keyid[:8])
    answer = print_texts(operator, [good, mixed])
    assert (answer.status_code, answer.mimetype) == (400, "text/html")
    assert "palsu" in answer.text


def test_the_command_sheet_of_a_device_has_its_own_codes(operator: Visitor, portal: Opened) -> None:
    keyid = portal.world.devices[0].key.keyid
    answer = operator.post("/desk/command-sheets", "/desk/command-sheets", device=keyid)
    assert answer.mimetype == "application/pdf", answer.text
    read = [found.text for sheet in pages(answer.data) for found in codes(sheet, DPI)]
    assert len(read) > 20
    assert all(keyid[:8] in text for text in read), read[:3]


def test_there_is_no_command_sheet_of_a_key_that_is_no_device(operator: Visitor, portal: Opened) -> None:
    keyid = portal.world.handlers[0].keyid
    assert operator.post("/desk/command-sheets", "/desk/command-sheets", device=keyid).status_code == 404
