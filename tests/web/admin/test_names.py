"""Names at the desk: found, set, imported once the change was seen, and forgotten for good."""

from io import BytesIO
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from custody.directory import NAMES, open_directory
from tests.web.admin.visitor import Visitor, signed_up, store
from tests.web.portal.opened import BROWSER, Opened
from tests.world import handler_id

SITI, BUDI, DEWI = (handler_id(number) for number in (900, 901, 902))
SCRIPT = "<script>alert(1)</script>"


@pytest.fixture(scope="module")
def operator(portal: Opened) -> Visitor:
    return signed_up(portal, "operator", "operator")


@pytest.fixture
def path(portal: Opened) -> Path:
    """A directory with one name."""
    path = portal.ledger.config.private / NAMES
    with open_directory(path) as directory:
        for id_, _ in directory.find("", "", 100):
            directory.forget(id_)
        directory.set({SITI: "Siti Rahayu"})
    return path


def names(path: Path) -> dict[str, str]:
    with open_directory(path) as directory:
        return dict(directory.find("", "", 100))


def upload(visitor: Visitor, data: bytes, name: str = "nama.csv") -> TestResponse:
    form = {"csrf_token": visitor.token("/desk/names"), "list": (BytesIO(data), name)}
    return visitor.client.post("/desk/names/import", data=form, headers=BROWSER)


def keep(visitor: Visitor, preview: TestResponse) -> TestResponse:
    token = preview.text.partition('name="upload" value="')[2].partition('"')[0]
    return visitor.post("/desk/names", "/desk/names/import/keep", upload=token)


def acts(portal: Opened) -> list[tuple[str, str]]:
    with store(portal).reading() as work:
        rows = work.db.execute("SELECT act, subject FROM trail ORDER BY seq DESC LIMIT 3").fetchall()
    return list(rows)


def test_a_name_is_set_found_and_in_the_trail_without_itself(operator: Visitor, portal: Opened, path: Path) -> None:
    answer = operator.post("/desk/names", "/desk/names", id=BUDI, name=SCRIPT)
    assert answer.status_code == 303
    found = operator.get(answer.headers["Location"])
    assert names(path)[BUDI] == SCRIPT
    assert SCRIPT not in found.text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in found.text
    assert "Siti" not in found.text
    assert "Siti" in operator.get("/desk/names?q=rahayu").text
    assert acts(portal)[0] == ("name-set", BUDI)


@pytest.mark.parametrize("wrong", [("h-x", "Budi", "bukan id orang"), (BUDI, "a\x07", "menjadi nama")])
def test_what_is_no_id_or_no_name_is_told_beside_its_field_and_stays_typed(
    operator: Visitor, portal: Opened, path: Path, wrong: tuple[str, str, str]
) -> None:
    before, (id_, name, told) = acts(portal), wrong
    answer = operator.post("/desk/names", "/desk/names", id=id_, name=name)
    assert (answer.status_code, told in answer.text, f'value="{id_}"' in answer.text) == (400, True, True)
    assert (names(path), acts(portal)) == ({SITI: "Siti Rahayu"}, before)


def test_a_list_is_kept_only_once_its_change_was_seen(operator: Visitor, portal: Opened, path: Path) -> None:
    preview = upload(operator, f"id;name\n{SITI};Siti Aminah\n{BUDI};Budi <i>B</i>\n".encode())
    assert preview.status_code == 200
    for shown in ("Siti Rahayu", "Siti Aminah", "Budi &lt;i&gt;B", "Belum ada yang disimpan"):
        assert shown in preview.text
    assert names(path) == {SITI: "Siti Rahayu"}
    assert keep(operator, preview).status_code == 303
    assert names(path) == {SITI: "Siti Aminah", BUDI: "Budi <i>B</i>"}
    assert acts(portal)[0] == ("names-imported", "2")
    again = keep(operator, preview)
    assert (again.status_code, "Unggah sekali lagi" in again.text) == (400, True)


def test_the_preview_of_one_is_not_another_ones_to_keep(operator: Visitor, portal: Opened, path: Path) -> None:
    preview = upload(operator, f"id,name\n{BUDI},Budi\n".encode())
    assert keep(signed_up(portal, "operator2", "operator"), preview).status_code == 400
    assert names(path) == {SITI: "Siti Rahayu"}
    assert keep(operator, preview).status_code == 303


REFUSED = {
    "a faulty line": (f"id,name\n{SITI},Siti\nx,{SCRIPT}\n".encode(), "bukan id orang"),
    "other columns": (b"nama,nomor\n", "Kolom tabel ini lain"),
    "another encoding": (f"id,name\n{SITI},Cafe".encode() + b"\xe9", "bukan UTF-8"),
    "a workbook": (b"PK\x03\x04\x00\xff", "bukan UTF-8"),
    "a line of 8 MB": (b"id,name\nx," + b"x" * 8_000_000, "bukan CSV"),
    "a million columns": (b"," * 1_000_000, "Kolom tabel ini lain"),
    "NUL": (f"id,name\n{SITI},Si\x00ti\n".encode(), "tidak dapat menjadi nama"),
    "a formula in the id": (b"id,name\n=cmd|' /C calc'!A0,Siti\n", "bukan id orang"),
    "nothing": (b"", "Kolom tabel ini lain"),
}


@pytest.mark.parametrize(("data", "told"), REFUSED.values(), ids=REFUSED.keys())
def test_a_list_that_cannot_be_taken_is_told_and_nothing_is_kept(
    operator: Visitor, path: Path, data: bytes, told: str
) -> None:
    answer = upload(operator, data)
    assert (answer.status_code, told in answer.text) == (400, True), answer.text
    assert SCRIPT not in answer.text
    assert len(answer.data) < 150_000
    assert names(path) == {SITI: "Siti Rahayu"}


def test_a_file_that_was_not_chosen_is_asked_for(operator: Visitor, path: Path) -> None:
    answer = operator.post("/desk/names", "/desk/names/import")
    assert (answer.status_code, "Pilih berkasnya dulu" in answer.text) == (400, True)


def test_a_name_is_forgotten_once_that_was_asked_again(operator: Visitor, portal: Opened, path: Path) -> None:
    asked = operator.get(f"/desk/names/forget?id={SITI}")
    assert "untuk selamanya" in asked.text
    assert names(path) == {SITI: "Siti Rahayu"}
    assert operator.post(f"/desk/names/forget?id={SITI}", "/desk/names/forget", id=SITI).status_code == 303
    assert names(path) == {}
    assert acts(portal)[0] == ("name-forgotten", SITI)
    assert operator.get(f"/desk/names/forget?id={SITI}").status_code == 404


def test_an_operator_of_one_site_has_the_names_of_its_subtree_alone(portal: Opened, path: Path) -> None:
    world = portal.world
    ours, elsewhere = world.handler_ids[0], world.devices[0].key.keyid  # of the office; of the warehouse under it
    warehouse = signed_up(portal, "warehouse", "operator", site=world.sites[1])
    with open_directory(path) as directory:
        directory.set({ours: "Orang Kantor", elsewhere: "Pemindai Gudang"})
    page = warehouse.get("/desk/names").text
    assert ("Pemindai Gudang" in page, "Orang Kantor" in page, "Siti" in page) == (True, False, False)
    refused = warehouse.post("/desk/names", "/desk/names", id=ours, name="X")
    assert (refused.status_code, "di luar wilayah" in refused.text) == (400, True)
    assert warehouse.post("/desk/names", "/desk/names", id=elsewhere, name="Pemindai 1").status_code == 303
    assert upload(warehouse, f"id,name\n{ours},X\n".encode()).status_code == 400
    assert names(path)[ours] == "Orang Kantor"


def test_nobody_but_an_operator_sees_them(portal: Opened, path: Path) -> None:
    assert portal.client().get("/desk/names", headers=BROWSER).status_code == 303
    assert portal.client().get("/desk/names").status_code == 401
    assert signed_up(portal, "auditor", "auditor").get("/desk/names").status_code == 403
    assert portal.client().post("/desk/names", data={"id": SITI, "name": "X"}).status_code in (400, 401)
    assert names(path) == {SITI: "Siti Rahayu"}
