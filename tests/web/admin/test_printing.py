"""Labels and command sheets at the desk: asked for, printed, and read back from the paper; no key is on the server."""

from io import BytesIO

import pytest
from werkzeug.test import TestResponse

from custody.core import label
from custody.core.keys import SigningKey
from custody.core.planning import Planned, Way
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


@pytest.fixture(scope="module")
def local(portal: Opened, issuer: SigningKey) -> tuple[Visitor, SigningKey]:
    """An account for the warehouse, which has an issuer of its own. One item is planned to there, one to both sites."""
    world, key = portal.world, key_of("label issuer of the warehouse")
    terms = {"site": world.sites[1], "hosts": [HOST], "ranges": ["8004/952"]}
    there, elsewhere = (Way(to=site, due=1_900_000_000_000) for site in world.sites[1:])
    planned = [Planned(item=item_id(50 + n), kind="parcel", ways=ways) for n, ways in enumerate([[0], [1, 0], [1]])]
    portal.submit([
        world.sign(LabelIssuer, world.authority, **world.possession(key, "label-issuer"), **terms),
        world.plan([there, elsewhere], planned),
    ])  # fmt: skip
    return signed_up(portal, "local", "operator", site=world.sites[1]), key


def test_an_account_of_one_site_asks_for_labels_of_its_own_issuer_only(
    local: tuple[Visitor, SigningKey], issuer: SigningKey
) -> None:
    visitor, own = local
    assert issuer.keyid not in visitor.get("/desk/labels").text
    refused = ask(visitor, issuer, item_id(1))
    assert (refused.status_code, "Pilih penerbit label" in refused.text) == (400, True)
    assert ask(visitor, own, item_id(1)).status_code == 200


@pytest.mark.parametrize("fields", [{"source": "lines", "lines": "{}"}, {"source": "list", "list": "id\n{}\n"},
                                    {"source": "range", "prefix": "{}", "first": "{}", "last": "{}"}])  # fmt: skip
def test_an_account_of_one_site_asks_for_no_label_of_what_is_planned_to_elsewhere_only(
    operator: Visitor, local: tuple[Visitor, SigningKey], fields: dict[str, str]
) -> None:
    visitor, own = local

    def asked(who: Visitor, number: int) -> tuple[int, bool]:
        item = item_id(number)
        said = {name: text.format({"prefix": item[:-2], "first": item[-2:], "last": item[-2:]}.get(name, item))
                for name, text in fields.items()}  # fmt: skip
        said_too = {"list": (BytesIO(said["list"].encode()), "list.csv")} if "list" in said else {}
        form = {"issuer": f"{own.keyid} {HOST}", "format": A4, "skip": "0"} | said | said_too
        answer = who.post("/desk/labels", "/desk/labels/job", **form)
        return answer.status_code, "di luar wilayah akun Anda" in answer.text

    assert [asked(visitor, number) for number in (50, 51, 52)] == [(200, False), (200, False), (400, True)]
    assert asked(operator, 52) == (200, False)


def test_an_account_of_a_site_without_an_issuer_is_told_so(portal: Opened, issuer: SigningKey) -> None:
    page = signed_up(portal, "without", "operator", site=portal.world.sites[2]).get("/desk/labels").text
    assert f"untuk wilayah akun Anda, {portal.world.sites[2]}" in page
    assert 'name="issuer"' not in page


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
