"""Notes on findings at the desk: written by who is signed in, erased by a supervisor, and never seen by the public."""

from pathlib import Path

import pytest

from custody.ledger import lookup_findings
from custody.ledger.lookup_findings import Wanted
from custody.notes import NOTES, open_notes
from tests.web.admin.visitor import Visitor, signed_up, store
from tests.web.portal.opened import BROWSER, Opened
from tests.world import item_id

SCRIPT = "<script>alert('x')</script>"


@pytest.fixture(scope="module")
def finding(portal: Opened) -> str:
    """The id of one: an item is handed over that nobody has commissioned."""
    portal.submit([portal.world.handover(items=[item_id(77)])])
    with portal.ledger.looking() as looking:
        return lookup_findings.find(looking, Wanted(item=item_id(77)), 1)[0].id


@pytest.fixture(scope="module")
def auditor(portal: Opened) -> Visitor:
    return signed_up(portal, "auditor", "auditor")


@pytest.fixture(scope="module")
def supervisor(portal: Opened) -> Visitor:
    return signed_up(portal, "supervisor", "supervisor")


def write(visitor: Visitor, finding: str, text: str) -> str:
    """Its id."""
    page = f"/findings/{finding}/notes"
    answer = visitor.post(page, page, text=text)
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"].partition("note=")[2].partition("#")[0]


def file(portal: Opened) -> Path:
    return portal.ledger.config.private / NOTES


def test_a_note_is_shown_as_text_with_who_wrote_it_and_when(auditor: Visitor, portal: Opened, finding: str) -> None:
    note = write(auditor, finding, f"Segel dilihat.\r\n{SCRIPT}")
    page = auditor.get(f"/findings/{finding}/notes").text
    assert SCRIPT not in page
    assert "Segel dilihat.\n&lt;script&gt;" in page
    assert "<strong>auditor</strong>" in page
    assert f'id="{note}"' in page


def test_a_supervisor_of_one_place_erases_no_note_about_another(auditor: Visitor, portal: Opened, finding: str) -> None:
    note = write(auditor, finding, "Tentang gudang")
    page, statuses = f"/findings/{finding}/notes", []
    for number in (2, 1):  # the finding is about the warehouse
        local = signed_up(portal, f"of-site-{number}", "supervisor", site=portal.world.sites[number])
        offered = f"{page}/{note}/erase" in local.get(page).text
        statuses.append((offered, local.post(page, f"{page}/{note}/erase").status_code))
    assert statuses == [(False, 403), (True, 303)]


def test_a_supervisor_of_one_place_erases_no_note_on_what_was_found_elsewhere_too(
    auditor: Visitor, portal: Opened
) -> None:
    world = portal.world
    portal.submit([
        world.handover(items=[item_id(78)]),
        world.handover(items=[item_id(78)], site=world.sites[2]),  # by who does not hold it
    ])  # fmt: skip
    with portal.ledger.looking() as looking:
        in_both = lookup_findings.find(looking, Wanted(item=item_id(78), code="custody-break"), 1)[0].id
    note, page = write(auditor, in_both, "Tentang gudang dan TPS"), f"/findings/{in_both}/notes"
    statuses = []
    for number in (1, 2, 0):  # the office is above both
        local = signed_up(portal, f"of-both-{number}", "supervisor", site=world.sites[number])
        offered = f"{page}/{note}/erase" in local.get(page).text
        statuses.append((offered, local.post(page, f"{page}/{note}/erase").status_code))
    assert statuses == [(False, 403), (False, 403), (True, 303)]


def test_the_public_never_sees_a_note_or_that_there_is_one(auditor: Visitor, portal: Opened, finding: str) -> None:
    write(auditor, finding, "Hanya untuk kita")
    client = portal.client()
    for path in (f"/findings/{finding}", f"/findings/{finding}/notes", "/findings", f"/{item_id(77)}"):
        text = client.get(path, headers=BROWSER, follow_redirects=True).text
        assert "Hanya untuk kita" not in text
        assert "note-text" not in text
    assert client.get(f"/findings/{finding}/notes").status_code == 401
    assert client.post(f"/findings/{finding}/notes", data={"text": "x"}).status_code in (400, 401)


def test_a_note_is_on_its_findings_own_page(auditor: Visitor, portal: Opened, finding: str) -> None:
    write(auditor, finding, "Di halamannya sendiri")
    assert "Di halamannya sendiri" in auditor.get(f"/findings/{finding}").text


@pytest.mark.parametrize("text", ["", " \n", "x" * 2001, "a\x00"])
def test_what_is_no_note_is_told_and_stays_typed(auditor: Visitor, portal: Opened, finding: str, text: str) -> None:
    page = f"/findings/{finding}/notes"
    with open_notes(file(portal)) as notes:
        before = notes.count(finding)
    answer = auditor.post(page, page, text=text)
    assert (answer.status_code, "2.000 huruf" in answer.text) == (400, True)
    assert text.replace("\x00", "") in answer.text.replace("\x00", "")
    with open_notes(file(portal)) as notes:
        assert notes.count(finding) == before


def test_a_supervisor_erases_a_note_for_good_and_the_trail_does_not_say_what_it_said(
    auditor: Visitor, supervisor: Visitor, portal: Opened, finding: str
) -> None:
    note, page = write(auditor, finding, "Nama seorang saksi"), f"/findings/{finding}/notes"
    assert auditor.post(page, f"{page}/{note}/erase").status_code == 403
    assert b"Nama seorang saksi" in file(portal).read_bytes()
    assert supervisor.post(page, f"{page}/{note}/erase").status_code == 303
    assert b"Nama seorang saksi" not in file(portal).read_bytes()
    assert "Nama seorang saksi" not in auditor.get(page).text
    assert supervisor.post(page, f"{page}/{note}/erase").status_code == 404
    with store(portal).reading() as work:
        rows = work.db.execute("SELECT act, subject FROM trail ORDER BY seq").fetchall()
    assert rows[-1] == ("note-erased", f"{finding} {note}")
    assert ("note-written", finding) in rows
    assert "saksi" not in repr(rows)


def test_who_has_the_authoritys_role_alone_reads_and_writes_none(portal: Opened, finding: str) -> None:
    authority, page = signed_up(portal, "authority", "authority"), f"/findings/{finding}/notes"
    assert authority.get(page).status_code == 200
    assert "note-text" not in authority.get(page).text
    assert authority.post("/desk", page, text="x").status_code == 403


@pytest.mark.parametrize("finding", ["f-" + "a" * 26, "f-x", "..", "f-" + "a" * 26 + "%0a"])
def test_there_are_no_notes_on_what_is_no_finding(auditor: Visitor, finding: str) -> None:
    assert auditor.get(f"/findings/{finding}/notes").status_code == 404
