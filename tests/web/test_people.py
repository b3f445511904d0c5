"""Names on pages: from the directory, and for nobody but who may see people."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import g

from custody.core import badge
from custody.directory import NAMES, open_directory
from custody.web.access import PUBLIC, Viewer
from custody.web.people import names_of
from tests.web.portal.opened import Opened, opened
from tests.world import World

SITI, BUDI, NOBODY = (badge.handler_id(bytes([number]) * 10) for number in range(3))
OPERATOR = Viewer("a-1", ("operator",))


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    with opened(tmp_path_factory.mktemp("log"), World()) as portal:
        yield portal


@pytest.fixture
def directory(portal: Opened) -> Path:
    path = portal.ledger.config.private / NAMES
    with open_directory(path) as names:
        names.set({SITI: "Siti Rahayu", BUDI: "Budi <b>Santoso</b>"})
    return path


def seen_by(portal: Opened, viewer: Viewer) -> dict[str, str]:
    with portal.app.test_request_context("/"):
        g.viewer = viewer
        return names_of([SITI, NOBODY, BUDI, SITI])


def test_before_there_is_a_directory_nobody_has_a_name(portal: Opened) -> None:
    assert seen_by(portal, OPERATOR) == {}
    assert not (portal.ledger.config.private / NAMES).exists()


def test_who_is_signed_in_sees_the_names_of_many_at_once(portal: Opened, directory: Path) -> None:
    assert seen_by(portal, OPERATOR) == {SITI: "Siti Rahayu", BUDI: "Budi <b>Santoso</b>"}


def test_the_public_sees_none(portal: Opened, directory: Path) -> None:
    assert seen_by(portal, PUBLIC) == {}


def test_a_page_goes_without_names_where_the_directory_does_not_answer(portal: Opened, directory: Path) -> None:
    directory.chmod(0o640)
    assert seen_by(portal, OPERATOR) == {}
    directory.chmod(0o600)
    assert len(seen_by(portal, OPERATOR)) == 2


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("siti", [SITI]),
        ("a", [SITI, BUDI]),
        (BUDI[:8], [BUDI]),
        ("%", []),
        ("_", []),
        ("nobody", []),
        ("", [SITI, BUDI]),
    ],
)
def test_names_are_found_by_a_part_of_them_or_the_beginning_of_the_id(
    directory: Path, text: str, found: list[str]
) -> None:
    with open_directory(directory) as names:
        assert [id_ for id_, _ in names.find(text, "", 10)] == sorted(found)
        first = names.find(text, "", 1)
        assert first + names.find(text, first[0][0] if first else "", 10) == names.find(text, "", 10)
