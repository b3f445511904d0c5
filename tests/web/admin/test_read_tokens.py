"""Read tokens are made, listed and ended on a page, and each act stands in the audit trail."""

import re
from collections.abc import Iterator

import pytest

from custody.accounts import trail
from custody.core import read_token
from tests.web.admin.visitor import Visitor, signed_up, store
from tests.web.portal.opened import Opened, opened
from tests.world import World

PAGE = "/desk/tokens"
SCRIPT = "<script>alert(1)</script>"


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    with opened(tmp_path_factory.mktemp("log"), World(), more='read_access = "token"') as portal:
        yield portal


@pytest.fixture(scope="module")
def operator(portal: Opened) -> Visitor:
    return signed_up(portal, "operator", "operator")


def acts(portal: Opened) -> list[tuple[bool, str, str]]:
    """(by an account, act, subject) of the last two."""
    with store(portal).reading() as work:
        return [(line.account is not None, line.act, line.subject) for line in trail.lines(work.db, None, 2)]


def reads(portal: Opened, token: str) -> int:
    return portal.client().get("/api/v1/findings", headers=read_token.headers(token)).status_code


def test_a_token_is_made_shown_once_and_reads_until_it_is_ended(portal: Opened, operator: Visitor) -> None:
    made = operator.post(PAGE, PAGE, label=SCRIPT)
    [token] = re.findall(r"<code>(ct_[\w-]+)</code>", made.text)
    assert (made.status_code, made.headers["Cache-Control"], reads(portal, token)) == (201, "no-store", 200)
    page = operator.get(PAGE).text
    assert (token in page, SCRIPT in page, "&lt;script&gt;alert(1)" in page) == (False, False, True)
    assert operator.post(PAGE, f"{PAGE}/revoke", label=SCRIPT).status_code == 303
    assert reads(portal, token) == 401
    assert acts(portal) == [(True, "token-revoked", SCRIPT), (True, "token-issued", SCRIPT)]
    assert "Yang diakhiri" in operator.get(PAGE).text


@pytest.mark.parametrize(
    ("label", "said"), [("", "1 sampai 80 huruf"), ("x" * 81, "1 sampai 80"), ("agen", "masih berlaku")]
)
def test_a_label_that_cannot_be_is_told_and_no_token_is_made(
    portal: Opened, operator: Visitor, label: str, said: str
) -> None:
    operator.post(PAGE, PAGE, label="agen")
    before = acts(portal)
    answer = operator.post(PAGE, PAGE, label=label)
    assert (answer.status_code, said in answer.text, "ct_" in answer.text) == (400, True, False)
    assert acts(portal) == before


def test_a_token_that_is_none_cannot_be_ended(operator: Visitor) -> None:
    assert operator.post(PAGE, f"{PAGE}/revoke", label="nobody").status_code == 404


def test_who_is_there_for_one_site_makes_no_token_since_it_would_read_all(portal: Opened) -> None:
    local = signed_up(portal, "local", "operator", site=portal.world.sites[1])
    assert local.get(PAGE).status_code == 403
    assert local.post("/desk/passkeys", PAGE, label="x").status_code == 403
