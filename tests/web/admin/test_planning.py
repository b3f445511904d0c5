"""A plan's table at the desk: shown first, then prepared for an authority; what is wrong with it is told by line."""

import re
from io import BytesIO

import pytest
from werkzeug.test import TestResponse

from custody.preparations import PREPARATIONS, open_preparations
from tests.web.admin.visitor import Visitor, signed_up
from tests.web.portal.opened import BROWSER, Opened
from tests.world import item_id, site_id

HEAD = "item,kind,way,to,due\n"


@pytest.fixture(scope="module")
def operator(portal: Opened) -> Visitor:
    return signed_up(portal, "operator", "operator")


def upload(operator: Visitor, text: str) -> TestResponse:
    page = operator.get("/desk/plan").text
    chosen = re.search(r'name="authority" value="([0-9a-f]{64})"', page) or re.search(r'value="([0-9a-f]{64})"', page)
    assert chosen
    form = {
        "csrf_token": operator.token("/desk/plan"),
        "authority": chosen[1],
        "table": (BytesIO((HEAD + text).encode()), "rencana.csv"),
    }
    return operator.client.post("/desk/plan", data=form, headers=BROWSER)


def prepared(portal: Opened) -> int:
    with open_preparations(portal.ledger.config.private / PREPARATIONS) as store:
        return len(store.open())


def test_a_plan_is_shown_before_it_is_prepared_and_prepared_when_it_is_asked_for(
    operator: Visitor, portal: Opened
) -> None:
    before = prepared(portal)
    shown = upload(operator, f"{item_id(5)},ballot-box,1,{site_id(2)},2029-02-13 17:00 WIB\n")
    assert shown.status_code == 200, shown.text
    assert "Kotak suara</th>" in shown.text
    assert ">13 Februari 2029</time></th>" in shown.text
    assert prepared(portal) == before
    fields = dict(re.findall(r'type="hidden" name="(upload|authority)" value="([^"]*)"', shown.text))
    assert operator.post("/desk/plan", "/desk/plan/prepare", **fields).status_code == 303
    assert prepared(portal) == before + 1


def test_a_table_that_is_wrong_is_told_by_line_and_nothing_is_prepared(operator: Visitor, portal: Opened) -> None:
    before = prepared(portal)
    answer = upload(operator, f"{item_id(6)},ballot-box,1,{site_id(99)},2029-02-13 17:00 WIB\n<b>,x,1,y,z\n")
    assert answer.status_code == 400
    assert site_id(99) in answer.text
    assert "<b>" not in answer.text
    assert prepared(portal) == before


def test_a_plan_whose_upload_is_forgotten_is_asked_for_again(operator: Visitor, portal: Opened) -> None:
    before = prepared(portal)
    answer = operator.post("/desk/plan", "/desk/plan/prepare", upload="nothing", authority="")
    assert (answer.status_code, prepared(portal)) == (400, before)
