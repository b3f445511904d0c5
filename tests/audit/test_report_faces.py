"""The report as people read it: both faces say the model's figures, in either language, and are nothing but data."""

import re
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any

import msgspec
import pypdfium2
import pytest

from custody.audit.report.faces.content import page
from custody.audit.report.faces.html import html
from custody.audit.report.faces.page import Bullets, Chart, Page, Table
from custody.audit.report.faces.pdf import pdf
from custody.audit.report.faces.voice import NONE
from custody.audit.report.figures import Deliveries
from custody.audit.report.model import Report
from custody.audit.result import Fault
from custody.core.checkpoint import open_checkpoint
from custody.core.errors import legible
from custody.core.findings import Language
from custody.core.note import Verifier
from custody.core.words import BALLOT_TYPES
from tests.audit import sample_report as sample
from tests.printing.rendering import codes

LANGUAGES: list[Language] = ["id", "en"]
LOG = Verifier(sample.verification().keys.vkey)


class Read(HTMLParser):
    """What a page says, the elements that it has, and their attributes."""

    def __init__(self, data: bytes) -> None:
        super().__init__()
        self.words: list[str] = []
        self.elements: set[str] = set()
        self.attributes: set[str] = set()
        self.feed(data.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def squeezed(text: str) -> str:
    """Without blanks, ends of lines and places where a line may end."""
    return re.sub(r"[\s\u200b\ufffe\u00ad]", "", text)


def said_by_pdf(data: bytes) -> str:
    document = pypdfium2.PdfDocument(data)
    return squeezed("".join(one.get_textpage().get_text_bounded() for one in document))


def words_of(value: Any) -> list[str]:
    """All that a page says: everything but drawings, and words that are for the faces themselves."""
    hidden = {"svg", "said", "is", "key", "severity", "weight", "language", "words", "made", "keywords"}
    if isinstance(value, str):
        return [value] if value else []
    if isinstance(value, dict):
        return [word for name, one in value.items() if name not in hidden for word in words_of(one)]
    return [word for one in value for word in words_of(one)] if isinstance(value, list) else []


@dataclass
class Faces:
    page: Page
    html: bytes
    pdf: bytes


def faces(report: Report, language: Language) -> Faces:
    made = page(report, language)
    return Faces(made, html(made), pdf(made))


@pytest.fixture(scope="module", params=LANGUAGES)
def whole(request: pytest.FixtureRequest) -> Faces:
    """Of a whole election."""
    return faces(sample.report(), request.param)


@pytest.fixture(scope="module")
def indonesian() -> Faces:
    return faces(sample.handover_report(), "id")


# What they say


def test_both_faces_say_all_that_the_page_says(whole: Faces) -> None:
    in_html, in_pdf = squeezed("".join(Read(whole.html).words)), said_by_pdf(whole.pdf)

    words = words_of(msgspec.to_builtins(whole.page))
    assert len(words) > 400
    assert [word for word in words if squeezed(word) not in in_html] == []
    assert [word for word in words if squeezed(word) not in in_pdf and sample.OTHER_SCRIPT not in word] == []


def table(made: Page, section: str, number: int = 0) -> list[list[str]]:
    found = next(one for one in made.sections if one.key == section)
    of = [block for block in found.blocks if isinstance(block, Table)][number]
    return [[cell.text for cell in row] for row in of.rows]


def numbers(language: Language, *values: int) -> list[str]:
    return [f"{value:,}".replace(",", "." if language == "id" else ",") for value in values]


def test_the_figures_are_the_models(whole: Faces) -> None:
    made, model = whole.page, sample.figures()
    said = [one.value for one in made.opening.figures]
    decimal = "," if made.language == "id" else "."
    assert said == [f"99{decimal}9%", f"91{decimal}8%", "7", "13", f"96{decimal}3%"]

    amounts = model.reconciliation
    everything = msgspec.structs.astuple(amounts)
    assert table(made, "quantity")[0] == ["Komisi Pemilihan Umum", *numbers(made.language, *everything)]
    assert table(made, "quantity")[1][:4] == ["Aceh", "141", "120", "98"]
    assert [row[1] for row in table(made, "quantity", 1)] == numbers(made.language, *model.items.values())
    assert [row[2:] for row in table(made, "kind")] == [
        numbers(made.language, one.items, one.pieces) for one in model.kinds
    ]
    of_ballots = BALLOT_TYPES["ppwp"][LANGUAGES.index(made.language)]
    assert [row[1] for row in table(made, "kind")] == [NONE, of_ballots, NONE]
    assert [row[1:] for row in table(made, "destination", 1)] == [
        numbers(made.language, *counted)
        for counted in [(611, 20_000), (202, 4_004), (31, 800), (0, 0), (0, 0), (9, 812)]
    ]
    assert table(made, "time")[0][1:] == [*numbers(made.language, 5_400, 420, 2_400, 180, 60), f"91{decimal}8%"]


def test_what_is_wrong_now_comes_first_and_the_gravest_of_it_before_the_rest(whole: Faces) -> None:
    alarms = whole.page.opening.alarms
    assert [(one.severity, one.count) for one in alarms] == [
        *(("critical", "1"), ("critical", "1"), ("critical", "2")),
        *(("major", "1"), ("major", "1"), ("minor", "1")),
    ]


def letters(pair: tuple[str, str]) -> bool:
    return any(any(character.isalpha() for character in word) for word in pair)


def test_each_language_says_everything_in_its_own_words() -> None:
    """What both say alike is data, or a word that both languages have."""
    both = {"log", "checkpoint", "auditor", "handler", "status"}
    records = [msgspec.structs.replace(one, figures=None) for one in (sample.item_report(), sample.handover_report())]
    for report in (sample.report(), sample.faulty_report(), *records):
        first, second = (words_of(msgspec.to_builtins(page(report, language))) for language in LANGUAGES)
        assert len(first) == len(second)
        alike = {one for one, other in zip(first, second, strict=True) if one == other and letters((one, other))}
        data = " ".join(
            [*sample.NAMES.values(), sample.OTHER_SCRIPT, "Siti Rahmawati", str(msgspec.to_builtins(report))]
        )
        unexplained = {
            one
            for one in alike
            if one.lower() not in both
            and not any(part in legible(data) for part in re.split(r"(?: · |, )", one))
            and not re.search(r"\d (?:November|WI)|^custody |^printf |^\d{6}/BAST/", one)
        }
        assert unexplained == set()


@pytest.mark.parametrize(
    ("language", "as_of"),
    [("id", "Keadaan per Sabtu, 28 November 2026, 16.45 WIB"), ("en", "As of Saturday, 28 November 2026, 16:45 WIB")],
)
def test_times_are_those_of_the_clocks_at_the_place(language: Language, as_of: str) -> None:
    made = page(sample.report(), language)
    assert made.opening.as_of == as_of
    sheets = next(words_of(msgspec.to_builtins(one)) for one in made.sections if one.key == "findings")
    hours = {word[-9:] for word in sheets if re.search(r"\d\d[.:]45 WI(B|TA|T)$", word)}
    assert {word.split()[-1] for word in hours} == {"WIB", "WITA", "WIT"}


def test_a_period_is_told_with_the_seconds_of_its_bounds_if_they_have_any() -> None:
    minute = sample.NOW // 60_000 * 60_000
    begins, ends = "28 November 2026, 16.45.07 WIB", "28 November 2026, 16.46 WIB"
    period = sample.report(cover=sample.cover(begins=minute + 7_000, ends=minute + 60_000))
    assert page(period, "id").opening.covers.endswith(f", sejak {begins}, sebelum {ends}")
    assert "16:45:07 WIB" in page(period, "en").opening.covers


@pytest.mark.parametrize(
    ("language", "says"), [("id", "catatan perangkat: seal/maker/123"), ("en", "the device's record: seal/maker/123")]
)
def test_the_number_of_a_seal_that_a_device_knew_of_is_not_called_the_right_one(language: Language, says: str) -> None:
    """It may have been sealed anew since, out of the device's sight."""
    for report in (sample.item_report(), sample.handover_report()):
        assert f"seal/maker/321 ({says})" in words_of(msgspec.to_builtins(page(report, language)))


def test_a_time_beyond_every_calendar_is_said_as_it_is() -> None:
    step = sample.step(when=2**53 - 1)
    report = sample.handover_report()
    assert report.handover is not None
    beyond = msgspec.structs.replace(report, handover=msgspec.structs.replace(report.handover, step=step))
    assert "28 November 2026" not in page(beyond, "en").opening.covers
    item = sample.item_report()
    assert item.item is not None
    late = msgspec.structs.replace(item, item=msgspec.structs.replace(item.item, steps=[step]))
    assert f"{2**53 - 1} ms" in words_of(msgspec.to_builtins(page(late, "id")))


def test_a_log_that_does_not_hold_is_said_so_first_and_no_figure_is_given() -> None:
    made = page(sample.faulty_report(), "id")
    assert made.opening.verdict == "LOG TIDAK UTUH"
    assert made.opening.figures == []
    assert [one.severity for one in made.opening.alarms] == ["critical"]
    assert made.opening.alarms_note == "dan 20 kesalahan lagi"
    assert [one.key for one in made.sections] == ["verification", "check"]
    assert "LOG TIDAK UTUH" in html(made).decode()
    [faults] = [block.items for block in made.sections[0].blocks if isinstance(block, Bullets)]
    named = "Tidak cocok dengan akar yang ditandatangani: "
    assert made.opening.alarms[0].title.startswith(named)
    assert faults[0].startswith(f"Entri 4.711: {named}")
    assert faults[0].endswith("; seharusnya paling banyak 9 bita; ternyata tidak ada")


def test_what_a_fault_found_is_said_in_the_readers_language() -> None:
    fault = Fault("bad-proof", "tile/0/000: hash 7 is not that of the entries", 7, "aa", "bb")
    broken = msgspec.structs.replace(sample.faulty_report().verification, faults=[fault])
    for language, said in (("id", "hash 7 bukan hash entri-entrinya"), ("en", "hash 7 is not that of the entries")):
        made = page(sample.report(verification=broken, figures=None), language)
        assert said in made.opening.alarms[0].title
        assert said in "\n".join(words_of(msgspec.to_builtins(made.sections[0])))


def test_of_more_sites_than_a_chart_has_room_for_those_least_on_time_are_drawn_and_that_is_said() -> None:
    made = sample.report()
    assert made.figures is not None
    row = next(one for one in made.figures.sites if one.depth == 1)
    names = ("on_time", "delivered_on_time", "overdue")
    early, on_time, late = (Deliveries(**{name: 60}) for name in names)
    rows = [
        msgspec.structs.replace(row, site=f"414/{number}", deliveries=deliveries)
        for number, deliveries in enumerate([early] * 50 + [on_time] * 4 + [late] * 3, 1)
    ]
    made = msgspec.structs.replace(made, figures=msgspec.structs.replace(made.figures, sites=rows))
    charts = [
        block
        for section in page(made, "en").sections
        for block in section.blocks
        if isinstance(block, Chart) and block.caption.startswith("Deliveries on time")
    ]
    assert [one.caption for one in charts] == ["Deliveries on time by site: 40 of 57, those least on time"]
    drawn = [one.partition(":")[0] for one in charts[0].said.split("; ")]
    assert drawn[:8] == [f"414/{number}" for number in (55, 56, 57, 51, 52, 53, 54, 1)]


def test_a_handover_is_told_as_its_document_tells_it(indonesian: Faces) -> None:
    said = said_by_pdf(indonesian.pdf)
    for words in (
        "Pada hari ini, Sabtu tanggal dua puluh delapan bulan November tahun dua ribu dua puluh enam, pukul 13.45 WIT",
        "PIHAK PERTAMA menyerahkan kepada PIHAK KEDUA logistik pemilu sebanyak 2 (dua) barang dengan 5 (lima) segel",
        f"000042/BAST/{sample.DEVICE[:8].upper()}/XI/2026",
        "Mengetahui",
    ):
        assert squeezed(words) in said


def test_an_item_is_told_with_both_parties_at_each_step() -> None:
    made = page(sample.item_report(), "en")
    assert [one.key for one in made.sections] == ["item", "findings", "verification", "check"]
    assert made.opening.figures == []
    said = "\n".join(words_of(msgspec.to_builtins(made.sections[0])))
    assert "Released to: Siti Rahmawati" in said
    assert "First party: Siti Rahmawati (Staff), signed" in said
    assert "Second party: somebody without a badge (on paper), did not sign" in said


# That they are data


def test_markup_in_the_log_is_words_on_the_page(whole: Faces) -> None:
    read = Read(whole.html)
    assert "script" not in read.elements
    assert not {name for name in read.attributes if name.startswith("on")} | ({"style"} & read.attributes)
    for said in (squeezed("".join(read.words)), said_by_pdf(whole.pdf)):
        assert squeezed(legible(sample.HOSTILE)) in said
        assert "\u202e" not in said


def test_a_character_that_no_font_has_is_spelt_out_on_paper(indonesian: Faces) -> None:
    assert sample.OTHER_SCRIPT in indonesian.html.decode()
    assert squeezed(sample.OTHER_SCRIPT.encode("unicode_escape").decode()) in said_by_pdf(indonesian.pdf)


def test_the_same_report_gives_the_same_bytes(indonesian: Faces) -> None:
    again = faces(sample.handover_report(), "id")
    assert again.html == indonesian.html
    assert again.pdf == indonesian.pdf


# How they are made


def test_each_sheet_after_the_first_bears_the_checkpoint_and_its_number(whole: Faces) -> None:
    document = pypdfium2.PdfDocument(whole.pdf)
    count = len(document)
    for number, one in enumerate(document, start=1):
        said = squeezed(one.get_textpage().get_text_bounded())
        numbered = f"Halaman{number}dari{count}" if whole.page.language == "id" else f"Page{number}of{count}"
        assert numbered in said
        assert sample.checkpoint().root[:16] in said


def test_the_code_at_the_end_is_the_checkpoint_that_the_log_signed(whole: Faces) -> None:
    document = pypdfium2.PdfDocument(whole.pdf)
    (code,) = codes(document[len(document) - 1], 150)
    found = open_checkpoint(code.text.encode(), LOG)
    assert (found.size, found.root.hex()) == (sample.checkpoint().size, sample.checkpoint().root)
    assert "witness" not in code.text
