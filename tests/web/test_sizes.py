"""Whatever takes something in says how much at most, and refuses more before it reads any of it."""

import io
import re
from collections.abc import Iterator

import pytest
from msgspec.structs import replace

from custody.accounts.roles import NAMES
from custody.web.sizes import FIELDS
from tests.web.admin.visitor import Visitor, signed_up
from tests.web.portal.opened import BROWSER, Opened, opened
from tests.world import World

LARGEST = 8 * 2**20
"""The settings' `limits.max_bytes`: nothing takes more."""


class Unread(io.RawIOBase):
    """A body of which nothing may be read."""

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        raise AssertionError(f"{size} bytes were asked for")


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    with opened(tmp_path_factory.mktemp("log"), World()) as portal:
        yield portal


@pytest.fixture(scope="module")
def everybody(portal: Opened) -> Visitor:
    """Signed in with every role."""
    return signed_up(portal, "all", *NAMES)


def sent(visitor: Visitor, method: str, path: str, size: int) -> tuple[int, str]:
    body = {"wsgi.input": Unread(), "CONTENT_LENGTH": str(size), "CONTENT_TYPE": "multipart/form-data; boundary=x"}
    answer = visitor.client.open(path, method=method, environ_overrides=body, headers=BROWSER)
    return answer.status_code, answer.text


def taking(portal: Opened) -> list[tuple[str, str]]:
    """(method, path) of each route that takes something in."""
    return [
        (method, re.sub(r"<[^>]+>", "7" * 64, rule.rule))
        for rule in portal.app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) & {"POST", "PUT", "PATCH", "DELETE"})
    ]


def test_every_route_refuses_what_is_too_large_unread(portal: Opened, everybody: Visitor) -> None:
    found = taking(portal)
    assert len(found) > 30
    for method, path in found:
        status, told = sent(everybody, method, path, LARGEST + 1)
        assert status == 413, (path, status)
        assert "Terlalu besar" in told or '"urn:custody:error:oversize"' in told, path
        assert "paling banyak" in told or "at most" in told, path


def test_a_form_without_a_file_takes_no_more_than_fields_need(portal: Opened, everybody: Visitor) -> None:
    for path in ("/sign-out", "/desk/accounts", "/desk/names", "/desk/roster/draft", "/sign-in"):
        assert sent(everybody, "POST", path, FIELDS + 1)[0] == 413, path
        assert sent(everybody, "POST", path, FIELDS)[0] != 413, path


@pytest.mark.parametrize(
    ("language", "said", "most"),
    [("id", "Terlalu besar", "paling banyak {} bita"), ("en", "Too large", "at most {} bytes")],
)
def test_a_receipt_that_is_too_large_is_refused_unread_by_a_page_that_says_so(
    portal: Opened, language: str, said: str, most: str
) -> None:
    status, told = sent(Visitor(portal, language), "POST", "/log/receipt", 128 * 1024 + FIELDS + 1)
    assert (status, f"<h1>{said}</h1>" in told, most.format(128 * 1024 + FIELDS) in told) == (413, True, True)


def test_no_form_takes_more_than_the_settings_allow(portal: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    config = portal.ledger.config
    monkeypatch.setattr(portal.ledger, "config", replace(config, limits=replace(config.limits, max_bytes=65_536)))
    assert sent(Visitor(portal), "POST", "/log/receipt", 65_537)[0] == 413
