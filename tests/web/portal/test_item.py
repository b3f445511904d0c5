"""An item's page: where it is, with whom, what happened; and what of it is for nobody but who is signed in."""

import re
import time
from collections.abc import Iterator

import pytest
from flask import Response, g, request

from custody.core import label
from custody.core.event import Paper, Seal
from custody.core.keys import SigningKey
from custody.core.planning import Planned, Way
from custody.core.roster import LabelIssuer
from custody.directory import NAMES, open_directory
from custody.photographs import FOLDER, Photographs
from custody.web.access import PUBLIC, Viewer
from custody.web.portal.item import EVENTS
from custody.web.portal.pages import address
from tests.photos import jpeg_file, salted
from tests.web.portal.opened import BROWSER, Opened, opened
from tests.world import World, item_id, key_of

HOUR = 3_600_000
NOW = time.time_ns() // 1_000_000
BOX, HELD, MOVING, PLANNED, RETIRED, PAPER, MANY, UNKNOWN = map(item_id, range(8))
PACK, HOSTILE = "plain/kpu/BNDL-1", "plain/kpu/<script>alert(1)<"
LABELS = key_of("labels")
HOST = "lacak.example"
OPERATOR = Viewer("a-1", ("operator",))
HASH, SALTED = salted(jpeg_file())
NAME = "Siti <i>Rahayu</i>"


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    world = World(handlers=5)
    with opened(tmp_path_factory.mktemp("log"), world) as portal:
        world.time = NOW - 40 * HOUR
        there = world.sites[2]
        paper = Paper(paper=HASH)
        issuer = world.possession(LABELS, "label-issuer")
        terms = {"site": world.sites[0], "hosts": [HOST], "ranges": ["8004/9520000000"]}
        seals = [Seal(item=0, id="seal/kpu/A1"), Seal(item=0, count=2)]
        known = Seal(item=0, id="seal/kpu/A1", expected="seal/kpu/A0")
        box = {"items": [BOX], "by": [0]}
        first = [
            world.sign(LabelIssuer, world.authority, **issuer, **terms),
            world.plan([Way(to=there, due=NOW + HOUR)], [Planned(item=PLANNED, kind="ballot-box", ways=[0])]),
            world.event("commission", items=[BOX, HELD, MOVING], by=[0], kind="ballot-box"),
            world.event("commission", items=[PACK, RETIRED, PAPER, MANY], by=[0], kind="form-envelope"),
            world.event("commission", items=[HOSTILE], by=[0], kind="script"),
            world.event("pack", items=[PACK], container=BOX, by=[0]),
            world.event("seal", **box, seals=seals, photos=[HASH]),
            world.event("unseal", items=[BOX], by=[0, 2], purpose="psu", seals=[known]),
            world.event("release", **box, releaser=world.handler_ids[0], receiver=world.handler_ids[1], to=there),
        ]
        accepted = world.event(
            "accept", device=1, items=[BOX], by=[1, 3], attesters=[world.handler_ids[3]], site=there,
            receiver=world.handler_ids[1], refs=[first[-1].id], condition="good",
        )  # fmt: skip
        then = [
            world.handover(items=[HELD], releaser=0, receiver=2),
            world.event("depart", items=[MOVING], by=[2], to=there, carrier=world.handler_ids[2]),
            world.event("handover", items=[PAPER], by=[0], releaser=world.handler_ids[0], receiver=paper),
            world.event("store", items=[MANY], by=[0]),
            world.event("inspect", items=[MANY], by=[0], condition="wet"),
        ]
        corrected = {"refs": [then[-1].id], "condition": "good", "purpose": "typo"}
        portal.submit(
            [
                *first,
                accepted,
                *then,
                world.event("correct", items=[MANY], by=[0], **corrected),
                *(world.event("inspect", items=[MANY], by=[0]) for _ in range(EVENTS)),
                world.event("retire", items=[RETIRED], by=[0, 1]),
            ]
        )
        with open_directory(portal.ledger.config.private / NAMES) as names:
            names.set({world.handler_ids[1]: NAME})
        Photographs(portal.ledger.config.private / FOLDER).put(HASH, SALTED)
        yield portal


def seen_by(portal: Opened, viewer: Viewer, path: str) -> Response:
    with portal.app.test_request_context(path):
        g.viewer = viewer
        assert request.endpoint
        answer: Response = portal.app.make_response(
            portal.app.view_functions[request.endpoint](**(request.view_args or {}))
        )
        return answer


def words(page: str) -> str:
    """What is to be read above the fold: from the heading to the findings."""
    main = page[page.index("<h1") : page.index('id="findings"') if 'id="findings"' in page else page.index("<footer")]
    return " ".join(re.sub("<[^>]*>", " ", main).split()).replace(" .", ".").replace(" ,", ",").replace(" ;", ";")


@pytest.mark.parametrize(
    ("item", "id_", "en"),
    [
        (HELD, "Di Site 1, dalam penguasaan petugas logistik dari Site 0.", "in the custody of staff of Site 0."),
        (BOX, "Di Site 2, dalam penguasaan petugas logistik dari Site 0. Keadaannya baik", "Its condition is good"),
        (MOVING, "Dalam perjalanan dari Site 1 ke Site 2, dibawa petugas logistik", "On the way from Site 1 to Site 2"),
        (PACK, f"Di dalam {BOX}. Di Site 2, dalam penguasaan", f"Inside {BOX}. At Site 2"),
        (PLANNED, "Baru direncanakan; belum tercatat di mana pun.", "Planned only; not recorded anywhere yet."),
        (RETIRED, "Tidak dipakai lagi; terakhir di Site 1.", "Used no more; last at Site 1."),
        (PAPER, "diterima di atas kertas oleh seseorang tanpa kartu pengenal", "on paper by somebody without a badge"),
        (MANY, "Disimpan di Site 1. Keadaannya baik menurut catatan terakhir", "Stored at Site 1. Its condition is"),
        (UNKNOWN, "Log belum mencatat apa pun tentang barang ini.", "The log has nothing about this item yet."),
    ],
)  # fmt: skip
def test_the_head_of_the_page_answers_where_it_is_and_with_whom(portal: Opened, item: str, id_: str, en: str) -> None:
    assert id_ in words(portal.text(address(item)))
    assert en in words(portal.text(address(item), "en"))


def test_both_parties_of_a_release_and_its_acceptance_are_told_by_role_and_site(portal: Opened) -> None:
    page = portal.text(address(BOX))
    accepted = page[page.index("Penerimaan</h3>") : page.index("Penyerahan</h3>")]
    first, second = accepted.index("Pihak pertama"), accepted.index("Pihak kedua")
    assert accepted[first:second].count("petugas logistik dari") == 1
    assert "dengan tanda tangan" in accepted[second:]
    assert "Mengetahui" in accepted
    released = page[page.index("Penyerahan</h3>") : page.index("Pelepasan segel</h3>")]
    assert "Ditujukan kepada" in released
    assert "Pihak kedua" not in released


def test_seals_are_told_as_put_on_and_taken_off_and_read(portal: Opened) -> None:
    page = portal.text(address(BOX))
    assert "Segel dipasang" in page
    assert "Segel dilepas" in page
    assert "kpu/A1" in page
    assert "2 tanpa nomor" in words(page)
    read = " ".join(re.sub("<[^>]*>", "", page).split())
    assert "kpu/A1, catatan perangkat: kpu/A0" in read, "which may be old: not that it should be on"
    assert f'href="{address(PACK)}"' in page


def test_the_public_sees_no_handlers_id_name_or_photograph(portal: Opened) -> None:
    """The twin beneath sees them."""
    pages = [portal.text(address(item), language) for item in (BOX, HELD, MOVING, PACK) for language in ("id", "en")]
    for handler in portal.world.handler_ids:
        assert not [page for page in pages if handler in page or handler.removeprefix("h-") in page]
    assert not [page for page in pages if "Siti" in page or HASH in page]
    assert "1 foto, hanya untuk yang masuk" in pages[0]
    assert portal.client().get(f"/photographs/{HASH}").status_code == 401
    led = portal.client().get(f"/photographs/{HASH}", headers=BROWSER)
    assert (led.status_code, led.headers["Location"]) == (303, f"/sign-in?next=%2Fphotographs%2F{HASH}")


def test_who_is_signed_in_sees_names_ids_and_photographs(portal: Opened) -> None:
    page = seen_by(portal, OPERATOR, address(BOX)).get_data(as_text=True)
    assert "Siti &lt;i&gt;Rahayu" in page
    assert portal.world.handler_ids[0] in page
    assert f'src="/photographs/{HASH}"' in page
    shown = seen_by(portal, OPERATOR, f"/photographs/{HASH}")
    assert (shown.mimetype, shown.data, shown.headers["Cache-Control"]) == (
        "image/jpeg",
        SALTED[16:],
        "private, no-store",
    )
    assert (
        seen_by(portal, PUBLIC, address(BOX)).headers["ETag"] != seen_by(portal, OPERATOR, address(BOX)).headers["ETag"]
    )


@pytest.mark.parametrize(
    ("made", "says"),
    [
        (lambda: label.sign(BOX, HOST, LABELS), "Label asli."),
        (lambda: label.sign(BOX, "localhost", LABELS), "Label menunjuk ke alamat asing."),
        (lambda: label.sign(PACK, HOST, LABELS), "Label di luar hak penerbitnya."),
        (lambda: label.sign(HELD, HOST, LABELS).replace(HELD, BOX), "Label palsu."),
        (lambda: label.sign(BOX, HOST, key_of("thief")), "Penerbit label tidak dikenal."),
        (lambda: label.sign(BOX, HOST, forger()), "Label palsu."),
        (lambda: label.sign(BOX, HOST, LABELS)[:-1], "Tanda tangan label rusak."),
        (lambda: label.sign(BOX, HOST, LABELS) + "&x=1", "Tanda tangan label rusak."),
        (lambda: f"https://{HOST}/{BOX}", "Dibuka tanpa tanda tangan label"),
    ],
)
def test_the_page_says_what_the_label_that_opened_it_shows(portal: Opened, made, says: str) -> None:  # type: ignore[no-untyped-def]
    path = made().split("/", 3)[3]
    found = portal.text(f"/{path}")
    assert says in found
    assert ("Label asli." in found) == (says == "Label asli.")


def forger() -> SigningKey:
    """A key that signs under the issuer's number."""

    class Forger(SigningKey):
        keyid = LABELS.keyid

        def __init__(self) -> None:
            self._signs = key_of("thief")

        def sign(self, message: bytes) -> bytes:
            return self._signs.sign(message)

    return Forger()


def test_a_genuine_label_of_what_the_log_does_not_know_is_told_apart(portal: Opened) -> None:
    genuine = label.sign(UNKNOWN, HOST, LABELS).split("/", 3)[3]
    assert "Labelnya asli, tetapi barangnya belum didaftarkan" in portal.text(f"/{genuine}")
    assert "Mungkin nomornya keliru" in portal.text(address(UNKNOWN))


def test_script_in_an_id_kind_or_query_is_shown_as_text(portal: Opened) -> None:
    path = address(HOSTILE)
    for page in (
        portal.text(path),
        seen_by(portal, OPERATOR, path).get_data(as_text=True),
        portal.text(f"{path}?k=<script>&s=<b>"),
    ):
        assert "<script>alert" not in page
        assert "<script>&" not in page
        assert "&lt;script&gt;alert(1)&lt;" in page


def test_the_history_comes_a_page_at_a_time_the_newest_first_and_shows_what_was_corrected(portal: Opened) -> None:
    first, second = (portal.text(f"{address(MANY)}?page={number}") for number in (1, 2))
    assert (first.count('<li id="entry-'), second.count('<li id="entry-')) == (EVENTS, 4)
    indexes = [int(one) for one in re.findall(r'<li id="entry-(\d+)"', first + second)]
    assert indexes == sorted(indexes, reverse=True)
    assert 'class="corrected"' in second
    assert "Memperbaiki" in second
    assert 'class="corrected"' not in first
    assert "Riwayatnya tidak sepanjang itu" in portal.text(f"{address(MANY)}?page=99")
    assert portal.text(f"{address(MANY)}?page=x").count('<li id="entry-') == EVENTS


def test_findings_stand_with_the_item_and_at_the_event_that_caused_them(portal: Opened) -> None:
    page = portal.text(address(HELD))
    findings = page[page.index('id="findings"') : page.index('id="events"')]
    found = re.findall(r'href="(/findings/f-[a-z2-7]{26})"', findings)
    assert found
    assert set(found) <= set(re.findall(r'href="(/findings/f-[a-z2-7]{26})"', page[page.index('id="events"') :]))
    assert "Tidak ada ketidaksesuaian" in portal.text(address(PLANNED))


def test_an_unchanged_item_is_answered_without_its_page(portal: Opened) -> None:
    client, path = portal.client(), address(BOX)
    tag = client.get(path).headers["ETag"]
    again = client.get(path, headers={"If-None-Match": tag})
    assert again.status_code == 304 or again.headers["ETag"] != tag
    assert client.get(path, headers={"If-None-Match": 'W/"0"'}).status_code == 200


@pytest.mark.parametrize("path", ["/8004/", "/8003/123", "/00/123456789012345678", "/8004/..%2f", "/plain/x"])
def test_what_is_no_id_is_refused(portal: Opened, path: str) -> None:
    assert portal.client().get(path, headers=BROWSER).status_code in (400, 404)


def test_a_page_with_all_its_files_is_small(portal: Opened) -> None:
    client, page = portal.client(), portal.text(address(MANY))
    files = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', page))
    names = {"bytes", "ed25519", "log", "merkle", "note", "statement", "steps"}
    sizes = [len(client.get(file).data) for file in files | {f"/static/verify/{name}.js" for name in names}]
    assert len(page.encode()) + sum(sizes) <= 150_000
