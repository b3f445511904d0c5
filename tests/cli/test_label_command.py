"""`custody label print`: what is printed is read back, and is what the roster's label issuer signed."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from custody.core import label
from custody.files import load_key
from custody.printing.label_job import SUFFIX, Label, LabelJob, encode
from tests.cli.desks import LOG, OFFICE, Desk
from tests.cli.programs import at_a_terminal, custody, refused, succeed
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


def job_file(key_folder: Path, folder: Path, **members: object) -> Path:
    key = load_key(key_folder / "label-issuer.pem")
    labels = [Label(id=box, kind="ballot-box", place=f"TPS {number}") for number, box in enumerate(BOXES)]
    job = LabelJob(v=1, issuer=key.keyid, host=HOST, format="a4-24", skip=2, labels=labels)
    path = folder / f"gudang{SUFFIX}"
    path.write_bytes(encode(replace(job, **members)))
    return path


def test_a_job_of_the_portal_is_shown_then_signed_and_printed_on_the_issuing_machine(
    issuer: Path, tmp_path: Path
) -> None:
    job, pdf, texts = job_file(issuer, tmp_path), tmp_path / "labels.pdf", tmp_path / "texts.txt"
    command = ["label", "print", "--key", issuer / "label-issuer.pem", "--job", job, "--out", pdf, "--texts", texts]

    refused_by_hand = at_a_terminal(command, [("Sign all of them?", "n")])
    assert (refused_by_hand.code != 0, pdf.exists()) == (True, False)
    said = succeed(*command, "--yes")

    assert all(word in said for word in (HOST, BOXES[0], BOXES[-1], "8003/09521234000013A… (3)"))
    [page] = pages(pdf)
    assert "TPS 2" in page.get_textpage().get_text_range()
    read = sorted(code.text for code in codes(page, 300))
    assert read == sorted(texts.read_text().split())
    assert [label.parse(text).id for text in read] == BOXES


@pytest.mark.parametrize(
    ("members", "named"),
    [
        ({"issuer": "0" * 64}, "another label issuer"),
        ({"format": "a5"}, "no such label format"),
        ({"labels": [Label(id=OFFICE)]}, "that of an item"),
        ({"labels": [Label(id=BOXES[0]), Label(id=BOXES[0])]}, "given twice"),
        ({"labels": [Label(id=BOXES[0], kind="box")]}, "no kind of item"),
        ({"labels": [Label(id=BOXES[0], place="TPS\x07")]}, "no place"),
    ],
)
def test_a_job_that_cannot_be_printed_is_refused_before_anything_is_signed(
    issuer: Path, tmp_path: Path, members: dict[str, object], named: str
) -> None:
    pdf, job = tmp_path / "labels.pdf", job_file(issuer, tmp_path, **members)
    command = ["label", "print", "--key", issuer / "label-issuer.pem", "--job", job, "--out", pdf, "--yes"]
    assert named in refused(*command)
    assert not pdf.exists()


def test_a_job_cannot_be_mixed_with_what_it_says_itself(issuer: Path, tmp_path: Path) -> None:
    job = job_file(issuer, tmp_path)
    command = ["label", "print", "--key", issuer / "label-issuer.pem", "--out", tmp_path / "labels.pdf", "--yes"]
    assert custody(*command, "--job", job, "--host", "id.other.test").code == 2
    assert custody(*command, BOXES[0]).code == 2
