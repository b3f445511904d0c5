"""Documents as they come from a printer: what they say, and that a scanner reads them."""

import re
import sqlite3
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

from custody.core.event import Clock
from custody.core.merkle import EMPTY_ROOT
from scanner_agent import sealing, texts
from scanner_agent.advice import CODES
from scanner_agent.cli import cli
from scanner_agent.config import AgentConfig
from scanner_agent.documents import wording
from scanner_agent.documents.record import Record
from scanner_agent.documents.writer import pdf
from scanner_agent.drafting import Occasion, sign_session
from scanner_agent.manifest import cautions
from scanner_agent.outbox import Outbox
from scanner_agent.private import salt
from scanner_agent.state import LABEL_WARNINGS, Line, Signer, State
from scanner_agent.storage import load_trust
from scanner_agent.trust import Trust
from tests.agent.scene import WHEN, Scene, sync
from tests.agent.simulated_ledger import serve
from tests.printing.rendering import codes, pages, size_mm
from tests.world import BOOT, item_id, site_id

UNKNOWN = site_id(999)
LONG = "8004/952000ABCDEFGHIJKLMNOPQRSTU"


@dataclass
class Desk:
    """An outbox with signed sessions, of which documents are made."""

    scene: Scene
    config: AgentConfig
    outbox: Outbox
    trust: Trust

    def sign(self, action: str, items: int = 3, seals: int = 2, **more: object) -> list[str]:
        """Ids of the statements of a session by Ann and Budi."""
        lines: dict[str, Line] = {}
        for number in range(items):
            item = item_id(number)
            lines[item] = Line("serial", "]Q1", "valid")
            lines |= {f"seal/kpu/{number:05}-{n}": Line("serial", "]Q1", "valid", on=item) for n in range(seals)}
        fields = more.pop("fields", {})
        state = State(
            action=action,
            handlers={self.scene.ann.handler: Signer(), self.scene.budi.handler: Signer(role=more.pop("role", None))},
            fields=fields,
            lines=lines | more.pop("lines", {}),
            **more,
        )
        seq, prev = self.outbox.next_link(self.scene.device.keyid)
        clock = Clock(boot=BOOT, mono=seq, size=0, root=EMPTY_ROOT.hex())
        occasion = Occasion(self.config.origin, self.config.site, seq, prev, WHEN, clock)
        keys = [self.scene.ann.key, self.scene.budi.key]
        signed = sign_session(state, occasion, self.scene.device, keys)
        self.outbox.commit(signed)
        return [one.id for one in signed]

    def keep(self, kind: str, content: bytes) -> str:
        private = salt(kind, content)
        self.outbox.add_draft(b"{}", private)
        return private.hash

    def document(self, id_: str) -> bytes:
        record = Record(self.outbox, self.trust)
        return pdf(record.whole(id_), record)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """Of a device that has met its ledger once."""
    scene = Scene()
    with serve(scene.ledger) as url:
        config = scene.config(tmp_path, url)
        sync(config)
    outbox = Outbox(config.outbox)
    return Desk(scene, config, outbox, load_trust(config, outbox))


def text_of(document: bytes) -> list[str]:
    """What each page says, without what only lets a line end."""
    return [re.sub(r"[\u200b\ufffe\r]", "", page.get_textpage().get_text_range()) for page in pages(document)]


def flat(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def test_a_handover_makes_a_berita_acara_with_everything_that_an_office_wants_on_it(desk: Desk) -> None:
    note, vehicle = desk.keep("note", b"basah di sudut"), desk.keep("vehicle", b"AB 1234 CD, Pak Anu")
    [id_] = desk.sign("handover", fields={"to": desk.scene.world.sites[2], "note": note, "vehicle": vehicle})
    document = desk.document(id_)
    assert [round(side) for side in size_mm(pages(document)[0])] == [210, 297]
    first, *_, annex = map(flat, text_of(document))

    keyid = desk.scene.device.keyid[:8].upper()
    for words in (
        "BERITA ACARA SERAH TERIMA",
        f"Nomor: 000001/BAST/{keyid}/XI/2026",
        "Pada hari ini, Sabtu tanggal dua puluh delapan bulan November tahun dua ribu dua puluh enam, pukul 16.45 WIB, "
        "bertempat di Site 1",
        "selanjutnya disebut PIHAK PERTAMA",
        "selanjutnya disebut PIHAK KEDUA",
        "3 (tiga) barang dengan 6 (enam) segel",
        "untuk diteruskan ke Site 2",
        "AB 1234 CD, Pak Anu",
        "basah di sudut",
        "Mengetahui",
        "NIP/NIK",
        "Jabatan : Petugas logistik",
    ):
        assert words in first, words
    for handler in (desk.scene.ann.handler, desk.scene.budi.handler):
        assert first.count(handler) == 2
    assert "LAMPIRAN" in annex
    for number in range(3):
        assert item_id(number) in annex
        assert f"seal/kpu/{number:05}-1" in annex
    assert id_ in re.sub(r"\s", "", annex)


@pytest.mark.parametrize("action", ["handover", "depart"])
def test_a_seal_that_is_missing_is_not_counted_and_named_and_one_that_is_broken_is_both(
    desk: Desk, action: str
) -> None:
    on = item_id(0)
    states = {"seal/kpu/lost": "missing", "seal/kpu/cut": "broken", "seal/kpu/whole": "intact"}
    lines = {id_: Line("serial", "]Q1", "valid", on=on, state=state) for id_, state in states.items()}  # type: ignore[arg-type]
    lines["unnumbered"] = Line("manual", None, "valid", on=on, count=4, state="missing")
    [id_] = desk.sign(action, items=1, lines=lines, fields={"to": desk.scene.world.sites[2]})
    first, *_, annex = map(flat, text_of(desk.document(id_)))
    counted = {"handover": "1 (satu) barang dengan 4 (empat) segel,", "depart": "4 (empat) segel terbaca"}
    for words in (
        counted[action],
        "Segel rusak Seal broken : 1 (satu): seal/kpu/cut",
        "Segel hilang Seal missing : 5 (lima): ",
        "seal/kpu/lost",
        "4 segel tanpa nomor",
    ):
        assert words in first, words
    assert "seal/kpu/whole" not in first
    assert "seal/kpu/lost (hilang)" in annex


def test_a_handover_with_all_seals_whole_names_none(desk: Desk) -> None:
    [id_] = desk.sign("handover", items=1)
    first = flat(text_of(desk.document(id_))[0])
    assert "Segel hilang" not in first
    assert "Segel rusak" not in first


def test_a_document_says_in_words_what_is_chosen_and_as_typed_what_is_not(desk: Desk) -> None:
    overridden = {"manifest-extra", "seal-differs"}
    for condition, said in (("good", "Baik / Good"), ("bocor", "bocor")):
        [id_] = desk.sign("handover", fields={"condition": condition}, overridden=tuple(overridden))
        first = flat(text_of(desk.document(id_))[0])
        assert f"Keadaan Condition : {said}" in first
        assert "Terbaca, padahal tidak ada di dokumen / Read, though not on the document" in first
        assert not any(code in first for code in overridden)


def test_every_warning_that_an_agent_writes_into_an_event_has_words() -> None:
    seal = Line("serial", "]Q1", "valid", on=item_id(1))
    of_vehicle = Line("serial", "]Q1", "valid", use="compartment")
    state = State(
        lines={
            item_id(1): Line("serial", "]Q1", "valid"),
            f"seal/kpu/1 {item_id(1)}": seal,
            f"seal/kpu/2 {sealing.VEHICLE}": of_vehicle,
        },
        documents={"0" * 64: (item_id(2),)},
    )
    noted = [*cautions(state), *sealing.cautions(state)]
    codes = CODES | {*LABEL_WARNINGS.values(), *texts.BADGES, *(one.code for one in noted)}
    assert codes == wording.WARNINGS.keys()


def test_a_departure_without_a_vehicle_leaves_a_line_for_it_and_a_place_nobody_knows_stands_there_once(
    desk: Desk,
) -> None:
    [id_] = desk.sign("depart", fields={"to": UNKNOWN}, role="carrier")
    first = flat(text_of(desk.document(id_))[0])
    assert "Kendaraan Vehicle : . . . . ." in first
    assert re.sub(r"\s", "", first).count(UNKNOWN) == 1
    [id_] = desk.sign("handover", fields={"to": UNKNOWN})
    first = flat(text_of(desk.document(id_))[0])
    assert "Kendaraan" not in first


def test_each_who_lets_goods_go_signs_as_the_sender(desk: Desk) -> None:
    to = {"to": desk.scene.world.sites[2]}
    [by_two], [by_one] = desk.sign("depart", fields=to), desk.sign("depart", fields=to, role="carrier")
    for id_, senders in ((by_two, 2), (by_one, 1)):
        assert flat(text_of(desk.document(id_))[0]).count("Yang memberangkatkan") == senders


@pytest.mark.parametrize(
    ("items", "seals", "words"),
    [(1, 1, "receives, 1 item of election logistics with 1 seal, as"), (2, 0, "2 items of")],
)
def test_the_english_counts_one_as_one(items: int, seals: int, words: str) -> None:
    assert words in wording.sentence("handover", {"items": (items, ""), "seals": (seals, "")}, None)[1]


def test_a_departure_makes_a_surat_jalan(desk: Desk) -> None:
    vehicle = desk.keep("vehicle", b"AB 1234 CD, Pak Anu")
    lines = {"seal/kpu/9001": Line("serial", "]Q1", "valid", use="compartment")}
    [id_] = desk.sign(
        "depart",
        fields={"to": desk.scene.world.sites[2], "vehicle": vehicle},
        lines=lines,
        role="carrier",
    )
    first = flat(text_of(desk.document(id_))[0])
    for words in (
        "SURAT JALAN",
        "/SJ/",
        "Site 2 (414/",
        "AB 1234 CD, Pak Anu",
        "seal/kpu/9001",
        "Yang memberangkatkan",
        "Pengangkut / pengemudi",
        "Pengawalan Polri",
        "Penerima di tujuan",
        "Singgah / bermalam",
    ):
        assert words in first, words
    for handler in (desk.scene.ann.handler, desk.scene.budi.handler):
        assert handler in first


def test_a_scanner_reads_the_statement_from_each_sheet_that_is_signed(desk: Desk) -> None:
    for action, fields in (("handover", {}), ("depart", {"to": desk.scene.world.sites[2]})):
        [id_] = desk.sign(action, fields=fields)
        first, *_, annex = pages(desk.document(id_))
        for page in (first, annex):
            [code] = codes(page, 200)
            assert code.text == id_
            assert code.right - code.left > 17


def test_a_session_in_parts_makes_one_document_whichever_part_is_asked_for(desk: Desk) -> None:
    desk.sign("inspect", items=1)
    ids = desk.sign("handover", items=700, seals=2)
    assert len(ids) > 1
    documents = {desk.document(id_) for id_ in ids}
    assert len(documents) == 1
    [document] = documents
    texts_of_pages = text_of(document)
    assert "700 (tujuh ratus) barang dengan 1400 (seribu empat ratus) segel" in flat(texts_of_pages[0])
    assert "000002/BAST" in texts_of_pages[0]
    for number, text in enumerate(texts_of_pages, start=1):
        assert f"Halaman {number} dari {len(texts_of_pages)}" in text
    annex = [text for text in texts_of_pages if "Nomor barang" in text]
    assert len(annex) > 10
    found = re.findall(r"8004/952\d{9}", "".join(annex))
    assert found == [item_id(number) for number in range(700)]
    assert {code.text for code in codes(pages(document)[-1], 200)} == set(ids)


def test_a_document_is_the_same_each_time(desk: Desk) -> None:
    [id_] = desk.sign("release", fields={"to": desk.scene.world.sites[2]})
    first = desk.document(id_)
    desk.sign("inspect")
    assert desk.document(id_) == first


def test_kinds_and_containers_are_those_that_this_device_recorded_before(desk: Desk) -> None:
    desk.sign("commission", items=2, seals=0, fields={"kind": "ballot-box"})
    desk.sign("pack", items=1, seals=0, fields={"container": LONG})
    [id_] = desk.sign("handover", items=3)
    desk.sign("unpack", items=1, seals=0, fields={"container": LONG})
    rows = re.split(r"(?=8004/952\d{9}\b)", flat(text_of(desk.document(id_))[-1]))[1:4]
    assert [bool(re.search("Kotak suara(?!:)", row)) for row in rows] == [True, True, False]
    assert [LONG in row.replace(" ", "") for row in rows] == [True, False, False]


def test_what_was_erased_is_on_a_new_print_by_its_hash_only(desk: Desk) -> None:
    vehicle = desk.keep("vehicle", b"AB 1234 CD, Pak Anu")
    [id_] = desk.sign("depart", fields={"to": desk.scene.world.sites[2], "vehicle": vehicle})
    assert "Pak Anu" in flat(text_of(desk.document(id_))[0])
    with sqlite3.connect(desk.config.outbox) as db:
        db.execute("DELETE FROM private WHERE hash = ?", (vehicle,))
    first = text_of(desk.document(id_))[0]
    assert "Pak Anu" not in first
    assert vehicle in re.sub(r"\s", "", first)


def test_a_receiver_without_a_badge_signs_on_the_paper(desk: Desk) -> None:
    [id_] = desk.sign("accept", fields={"paper": "7" * 64})
    assert "tanpa kartu pengenal; menandatangani di atas kertas" in flat(text_of(desk.document(id_))[0])


def test_an_agent_that_never_met_its_ledger_prints_ids_in_place_of_names(tmp_path: Path) -> None:
    scene = Scene()
    config = scene.config(tmp_path)
    desk = Desk(scene, config, Outbox(config.outbox), Trust(config.origin))
    [id_] = desk.sign("handover")
    first = flat(text_of(desk.document(id_))[0])
    assert f"bertempat di {scene.world.sites[1]}" in first
    assert "16.45 WIB" in first


def test_the_zone_is_that_of_the_nearest_site_above_whose_id_has_a_code() -> None:
    class Roster:
        def site(self, site: str) -> object:
            above = {"414/1": "414/2", "414/2": "414/9521234567899/254/94.01"}
            return type("S", (), {"parent": above.get(site)})

    record = Record(None, Roster())  # type: ignore[arg-type]  # it asks for a site's parent only
    assert (record.zone("414/1"), record.zone("414/3")) == ("WIT", "WIB")


@pytest.mark.parametrize("which", ["0" * 64, "an inspection"])
def test_of_other_statements_there_is_no_document(desk: Desk, which: str, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.sign("handover")
    [inspection] = desk.sign("inspect")
    asked = inspection if which == "an inspection" else which
    arguments = ["document", asked, "--to", "x.pdf", "--config", str(desk.config.outbox.with_name("agent.toml"))]
    result = CliRunner().invoke(cli, arguments)
    assert result.exit_code == 1
    assert re.search("no such statement|no document of this", str(result.exception))
