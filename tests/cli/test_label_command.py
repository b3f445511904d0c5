"""`custody label print`: what is printed is read back, and is what the roster's label issuer signed."""

from pathlib import Path

import pytest

from custody.core import label
from tests.cli.desks import LOG, OFFICE, Desk
from tests.cli.programs import refused, succeed
from tests.printing.rendering import codes, pages, size_mm

HOST = "id.ledger.test"
BOXES = [f"8003/09521234000013A{number}" for number in range(1, 4)]


@pytest.fixture(scope="module")
def issuer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("issuer")
    succeed("label", "key", "init", "--log", LOG, "--out", folder, "--no-passphrase")
    return folder


def printing(issuer: Path, out: Path, *arguments: object) -> list[object]:
    key = issuer / "label-issuer.pem"
    return ["label", "print", "--key", key, "--host", HOST, "--format", "a4-24", "--out", out, *arguments]


def test_printed_labels_are_read_back_and_valid_in_the_roster(desk: Desk, issuer: Path, tmp_path: Path) -> None:
    desk.roster("label-issuer", "--request", issuer / "label-issuer.request", "--site", OFFICE,
                "--host", HOST, "--range", "8003/09521234000013A1", "--range", "8003/09521234000013A2")  # fmt: skip
    pdf = tmp_path / "labels.pdf"
    succeed(*printing(issuer, pdf, "--kind", "ballot-box", *BOXES))

    [page] = pages(pdf)
    read = {parsed.id: parsed for parsed in (label.parse(code.text) for code in codes(page, 300))}

    assert size_mm(page) == pytest.approx((210, 297), abs=0.2)
    assert sorted(read) == BOXES
    issuers = list(desk.replay().state.label_issuers())
    assert [label.judge(read[box], issuers) for box in BOXES] == ["valid", "valid", "out-of-range"]


def test_labels_from_a_list_carry_each_its_kind_and_place(issuer: Path, tmp_path: Path) -> None:
    listed = tmp_path / "boxes.csv"
    listed.write_text(f"id,kind,place\n{BOXES[0]},ballot-box,TPS 1\n{BOXES[1]},,TPS 2\n")
    pdf = tmp_path / "labels.pdf"
    succeed(*printing(issuer, pdf, "--kind", "container", "--from-csv", listed))
    [page] = pages(pdf)
    text = page.get_textpage().get_text_range()
    assert all(word in text for word in ("Kotak suara", "Kontainer", "TPS 1", "TPS 2"))
    assert len(codes(page, 300)) == 2


@pytest.mark.parametrize(
    ("rows", "named"),
    [
        (f"id\n{BOXES[0]}\n8003/09521234000012A1\n", "line 3"),
        (f"id,kind\n{BOXES[0]},ballot-box\n{BOXES[1]},box\n", "line 3"),
        (f"id,kind\n{BOXES[0]}\n", "line 2"),
        (f"id\n{BOXES[0]}\n{BOXES[0]}\n", "given twice"),
        (f"name\n{BOXES[0]}\n", "other columns"),
        ("id\n", "nothing to print"),
        (f"id\n{OFFICE}\n", "line 2"),
    ],
)
def test_a_faulty_list_of_labels_is_named_and_prints_nothing(
    issuer: Path, tmp_path: Path, rows: str, named: str
) -> None:
    listed = tmp_path / "boxes.csv"
    listed.write_text(rows)
    assert named in refused(*printing(issuer, tmp_path / "labels.pdf", "--from-csv", listed))
    assert not (tmp_path / "labels.pdf").exists()


def test_a_label_key_is_never_written_over(issuer: Path) -> None:
    before = [(issuer / name).read_bytes() for name in ("label-issuer.pem", "label-issuer.request")]
    assert "never written over" in refused("label", "key", "init", "--log", LOG, "--out", issuer, "--no-passphrase")
    assert [(issuer / name).read_bytes() for name in ("label-issuer.pem", "label-issuer.request")] == before
