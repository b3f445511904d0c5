import pytest

from custody.core import label
from custody.core.errors import ConfigFault
from custody.core.keys import SigningKey
from custody.core.words import KINDS
from custody.printing.formats import FORMATS
from custody.printing.labels import LabelSpec, label_sheet
from custody.typesetting import qr_code
from tests.printing.rendering import codes, pages, size_mm

QUIET_ZONE = 4  # modules, as ISO/IEC 18004 asks
ISSUER = SigningKey.from_seed(bytes(32))


def box(number: int, host: str = "logistik.example.go.id") -> LabelSpec:
    item = f"8003/09520123456788KS{number:05d}"
    return LabelSpec(
        text=label.sign(item, host, ISSUER), id=item, kind=KINDS["ballot-box"], place="TPS 007 Desa Sukamaju"
    )


@pytest.mark.parametrize("dpi", [200, 300])
@pytest.mark.parametrize("name", FORMATS)
def test_every_label_of_a_sheet_reads_back_in_its_own_place(name: str, dpi: int) -> None:
    paper = FORMATS[name]
    labels = [box(number) for number in range(paper.per_page)]
    (page,) = pages(label_sheet(labels, name))

    found = {code.text: code for code in codes(page, dpi)}

    assert set(found) == {printed.text for printed in labels}
    for place, printed in enumerate(labels):
        code = found[printed.text]
        (left, top), (width, height) = paper.corner(place), paper.label
        modules = qr_code(printed.text).modules
        quiet = QUIET_ZONE * (code.right - code.left) / (modules - 2 * QUIET_ZONE)
        middle_x, middle_y = (code.left + code.right) / 2, (code.top + code.bottom) / 2
        if paper.is_wide:
            assert (code.left - quiet, middle_y) == pytest.approx((left + paper.padding, top + height / 2), abs=0.4)
        else:
            assert (middle_x, code.top - quiet) == pytest.approx((left + width / 2, top + paper.padding), abs=0.4)
        assert code.right + quiet <= left + width - paper.padding + 0.4
        assert code.bottom + quiet <= top + height - paper.padding + 0.4


@pytest.mark.parametrize("name", FORMATS)
def test_a_page_has_the_exact_size_of_its_paper(name: str) -> None:
    (page,) = pages(label_sheet([box(1)], name))
    assert size_mm(page) == pytest.approx(FORMATS[name].page, abs=0.1)


@pytest.mark.parametrize("name", FORMATS)
def test_all_labels_lie_on_the_page_and_none_overlap(name: str) -> None:
    paper = FORMATS[name]
    width, height = paper.label
    corners = [paper.corner(place) for place in range(paper.per_page)]
    assert all(0 <= x <= paper.page[0] - width and 0 <= y <= paper.page[1] - height for x, y in corners)
    apart = [
        abs(x - other_x) >= width - 1e-9 or abs(y - other_y) >= height - 1e-9
        for at, (x, y) in enumerate(corners)
        for other_x, other_y in corners[:at]
    ]
    assert all(apart)


@pytest.mark.parametrize(
    ("name", "place", "corner"),
    [
        ("a4-21", 0, (7.25, 15.15)),
        ("a4-21", 20, (139.25, 243.75)),
        ("a4-14", 13, (106.25, 243.75)),
        ("a4-8", 0, (4.65, 13.1)),
        ("a4-24", 23, (140.0, 259.5)),
    ],
)
def test_labels_lie_where_the_maker_of_the_sheet_cuts_them(name: str, place: int, corner: tuple[float, float]) -> None:
    assert FORMATS[name].corner(place) == pytest.approx(corner, abs=0.05)


@pytest.mark.parametrize("name", [name for name, paper in FORMATS.items() if paper.dpi])
def test_modules_are_whole_dots_of_a_label_printer(name: str) -> None:
    paper = FORMATS[name]
    assert paper.dpi is not None
    (page,) = pages(label_sheet([box(1)], name))
    modules = qr_code(box(1).text).modules - 2 * QUIET_ZONE
    (code,) = codes(page, 1200)
    dots = (code.right - code.left) / modules / 25.4 * paper.dpi
    assert dots == pytest.approx(round(dots), abs=0.05)


def test_labels_beyond_one_sheet_go_on_with_the_next() -> None:
    labels = [box(number) for number in range(9)]
    first, second = pages(label_sheet(labels, "a4-8"))
    assert {code.text for code in codes(first, 200)} == {printed.text for printed in labels[:8]}
    assert {code.text for code in codes(second, 200)} == {labels[8].text}


def test_places_of_a_part_used_sheet_stay_empty() -> None:
    (page,) = pages(label_sheet([box(1)], "a4-8", skip=7))
    (code,) = codes(page, 200)
    assert (code.left > 105, code.top > 297 * 3 / 4) == (True, True)


def test_the_words_on_a_label_are_id_kind_and_place() -> None:
    (page,) = pages(label_sheet([box(42)], "roll-100x50"))
    words = page.get_textpage().get_text_range().split("\r\n")
    assert words == ["Kotak suara", "Ballot box", "TPS 007 Desa Sukamaju", "8003/09520123456788", "KS00042"]


@pytest.mark.parametrize(
    ("id_text", "lines"),
    [
        ("8003/09520123456788", ["8003/", "09520123456788"]),
        ("8004/9520123BAG-17", ["8004/", "9520123BAG-17"]),
        ("00/395201230000000017", ["00/", "395201230000000017"]),
        ("plain/bawaslu/SEGEL-9", ["plain/bawaslu/", "SEGEL-9"]),
        ("KS-17", ["KS-17"]),
    ],
)
def test_the_part_of_an_id_that_differs_from_label_to_label_stands_alone(id_text: str, lines: list[str]) -> None:
    label_spec = LabelSpec(text=box(1).text, id=id_text, kind=("Kantong perlengkapan", ""))
    (page,) = pages(label_sheet([label_spec], "roll-100x50"))
    assert page.get_textpage().get_text_range().split("\r\n") == ["Kantong perlengkapan", *lines]


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_fits_on_every_format(name: str, kind: str) -> None:
    label_spec = LabelSpec(text=box(1).text, id="8003/09520123456788KS00001", kind=KINDS[kind], place="TPS 007")
    assert label_sheet([label_spec], name)


def test_markup_in_words_is_printed_as_it_stands() -> None:
    label_spec = LabelSpec(text=box(1).text, id="plain/x/#1", kind=("*Kotak* #sys", "$x$"))
    (page,) = pages(label_sheet([label_spec], "roll-100x50"))
    assert page.get_textpage().get_text_range().split("\r\n") == ["*Kotak* #sys", "$x$", "plain/x/", "#1"]


def test_the_same_labels_give_the_same_bytes() -> None:
    sheet = label_sheet([box(1)], "a4-8")
    assert sheet == label_sheet([box(1)], "a4-8")
    assert b"Date" not in sheet
    assert label_sheet([box(1)], "a4-8") != label_sheet([box(2)], "a4-8")


def test_a_format_too_small_for_a_code_is_refused_with_its_module_size() -> None:
    long_host = "logistik-pemilu.kabupaten-administrasi-kepulauan-seribu.dki-jakarta.example.id"
    assert label_sheet([box(1)], "roll-50x30")
    with pytest.raises(ConfigFault, match=r"at least 0\.4 mm; got 0\.\d\d mm for \d+ modules.*larger format"):
        label_sheet([box(1, long_host)], "roll-50x30")


def test_words_that_do_not_fit_are_refused_and_not_cut() -> None:
    label_spec = LabelSpec(text=box(1).text, id="plain/x/1", kind=("Pertanggungjawabankeuangan" * 3, ""))
    with pytest.raises(ConfigFault, match=r"words of plain/x/1 do not fit"):
        label_sheet([label_spec], "roll-50x30")


@pytest.mark.parametrize(("count", "skip"), [(0, 0), (1, 8), (1, -1)])
def test_nothing_to_print_or_no_such_place_is_refused(count: int, skip: int) -> None:
    with pytest.raises(ConfigFault, match="0 to 7 places skipped"):
        label_sheet([box(1)] * count, "a4-8", skip=skip)


def test_an_unknown_format_is_refused_with_the_names_of_those_there_are() -> None:
    with pytest.raises(ConfigFault, match=r"expected a4-24, .*roll-50x30; got a5"):
        label_sheet([box(1)], "a5")
