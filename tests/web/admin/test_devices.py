"""A device enrols by a code: from the portal's screen by its own reader to its first event in the log."""

import re
import threading
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from werkzeug.serving import make_server

from custody.core import prepared
from custody.core.keys import fingerprint
from custody.web import enrolments
from scanner_agent import exchange_texts
from tests.agent.scene import PIN, Scene
from tests.web.admin.enrolling import let_scan, make_desk, run, sign
from tests.web.admin.test_preparing import download, upload
from tests.web.admin.visitor import Visitor, signed_up
from tests.web.portal.opened import Opened, opened
from tests.web.serving import KEY

DEVICES = "/desk/devices"


@pytest.fixture(scope="module")
def scene() -> Scene:
    return Scene(enrolled=False)


@pytest.fixture(scope="module")
def portal(scene: Scene, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    with opened(tmp_path_factory.mktemp("log"), scene.world) as portal:
        portal.submit(scene.roster[len(scene.world.roster) :])
        yield portal


@pytest.fixture(scope="module")
def operator(portal: Opened) -> Visitor:
    return signed_up(portal, "operator", "operator")


@pytest.fixture
def url(portal: Opened) -> Iterator[str]:
    """Where agents reach it."""
    server = make_server("127.0.0.1", 0, portal.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def show_code(operator: Visitor, site: str) -> tuple[str, str]:
    """(text of the code, path of what becomes of it)."""
    page = operator.post(DEVICES, f"{DEVICES}/code", site=site)
    assert page.status_code == 200, page.text
    assert "<svg" in page.text
    text = re.search(r">scan ([^<]+)<", page.text)
    look = re.search(r'data-look="([^"]+)"', page.text)
    assert text
    assert look
    return unescape(text[1]), look[1]


def test_a_device_scans_the_portals_code_is_compared_signed_for_and_records(
    scene: Scene, portal: Opened, operator: Visitor, url: str, tmp_path: Path
) -> None:
    entry0 = portal.ledger.entry(0)
    assert entry0
    config = scene.settle(tmp_path, url, portal.ledger.vkey, entry0)
    code, look = show_code(operator, config.site)
    let_scan(tmp_path / "agent.toml", code)

    told = run(tmp_path)
    shown = fingerprint(scene.device.keyid)
    assert f"{exchange_texts.NOT_ENROLLED[1]}: {shown}" in told
    assert f"{exchange_texts.ASKED[1]}: {shown}" in told
    assert shown in operator.get(look).text
    assert shown in operator.get(DEVICES).text

    before = portal.ledger.status().size
    assert operator.post(DEVICES, f"{DEVICES}/{scene.device.keyid}/prepare").status_code == 303
    assert "menunggu tanda tangan otoritas" in operator.get(DEVICES).text
    draft = tmp_path / "x.custody-draft.json"
    draft.write_bytes(prepared.encode_file(download(operator)))
    signed, compared = sign(make_desk(scene, tmp_path / "desk"), draft)
    assert shown in compared
    assert portal.ledger.status().size == before
    assert "berlaku" in upload(operator, signed.read_bytes())
    assert "Sudah terdaftar" in operator.get(DEVICES).text
    elsewhere = signed_up(portal, "elsewhere", "operator", site=portal.world.sites[2])
    assert elsewhere.post(DEVICES, f"{DEVICES}/{scene.device.keyid}/set-aside").status_code == 403
    for status in (303, 404):
        assert operator.post(DEVICES, f"{DEVICES}/{scene.device.keyid}/set-aside").status_code == status

    let_scan(tmp_path / "agent.toml")
    session = [scene.ann.badge, PIN, "action store", scene.label(1), "confirm", "wait receipts"]
    told = run(tmp_path, *session)
    assert exchange_texts.ENROLLED[1] in told
    assert portal.ledger.status().size == before + 2
    device = portal.ledger.device(scene.device.keyid)
    assert device
    assert device.seq == 1


def test_a_code_for_a_site_that_is_not_there_is_not_shown(portal: Opened, operator: Visitor) -> None:
    for site, told in (
        ("", "wajib"),
        ("414/1", "Bentuk id ini salah"),
        ("414/9520000000998", "belum ada dalam daftar"),
    ):
        page = operator.post(DEVICES, f"{DEVICES}/code", site=site)
        assert page.status_code == 400
        assert told in page.text
    bound = signed_up(portal, "bound", "operator", site=portal.world.sites[1])
    page = bound.post(DEVICES, f"{DEVICES}/code", site=portal.world.sites[2])
    assert (page.status_code, "Di luar wilayah" in page.text) == (400, True)


def test_what_became_of_a_code_is_told_on_its_page(portal: Opened, operator: Visitor) -> None:
    site, other = portal.world.sites[1:3]
    code, look = show_code(operator, site)
    assert "Menunggu perangkat" in operator.get(look).text
    secret = code.rpartition("/")[2]
    with portal.app.app_context():
        with pytest.raises(Exception, match="another site"):
            enrolments.codes().use(secret, "0" * 64, other)
        assert other in operator.get(look).text
        enrolments.codes().use(secret, "0" * 64, site)
    assert "0000 0000" in operator.get(look).text
    assert operator.get(f"{DEVICES}/code/{'0' * 64}").status_code == 404
    assert secret not in operator.get(look).text


def test_a_phone_that_opens_a_code_is_told_whom_it_is_for(portal: Opened) -> None:
    assert "agen pemindai" in portal.text("/enrol")
    assert "scanner agent" in portal.text("/enrol", "en")
    assert KEY.keyid not in portal.text("/enrol")
