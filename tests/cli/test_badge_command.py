"""`custody badge issue`: the PIN is typed twice, and nothing secret stays but the PDF."""

import stat
from pathlib import Path

import pytest

from custody.core import badge, roster
from custody.core.keys import SigningKey
from custody.core.roster import EnrolmentRequest, check_possession
from tests.cli.desks import LOG, OFFICE
from tests.cli.programs import at_a_terminal, refused, succeed
from tests.printing.rendering import codes, pages

PIN = "493817"
FIRST, AGAIN = "PIN baru", "Sekali lagi / Once more"


def issue(out: Path) -> list[object]:
    return [
        "badge",
        "issue",
        "--log",
        LOG,
        "--out",
        out,
        "--role",
        "carrier",
        "--site",
        OFFICE,
        "--site-name",
        "Gudang",
    ]


def private_file(path: Path, text: str, mode: int = 0o600) -> Path:
    path.touch()
    path.chmod(mode)
    path.write_text(text)
    return path


def read_back(out: Path) -> tuple[EnrolmentRequest, SigningKey, Path]:
    """The request, the key that badge and PIN give, and the PDF: all there is in `out`."""
    pdf, request = sorted(out.iterdir())
    [code] = [code for page in pages(pdf) for code in codes(page, 300) if badge.is_badge(code.text)]
    asked = roster.request_codec.decode(request.read_bytes())
    return asked, badge.unlock(badge.parse(code.text), PIN, LOG), pdf


def test_a_printed_badge_and_its_pin_give_the_key_that_is_asked_to_be_enrolled(tmp_path: Path) -> None:
    output = succeed(*issue(tmp_path / "out"), "--pin-file", private_file(tmp_path / "pin", PIN + "\n"))
    asked, key, pdf = read_back(tmp_path / "out")
    assert asked == roster.request(key, LOG, "handler", asked.subject, badge.VERSION)
    check_possession(asked)
    assert stat.S_IMODE(pdf.stat().st_mode) == 0o600
    assert f"Print, then delete:  {pdf}" in output


def test_a_reissued_badge_has_the_same_handler_and_another_key(tmp_path: Path) -> None:
    pin = ("--pin-file", private_file(tmp_path / "pin", PIN))
    succeed(*issue(tmp_path / "first"), *pin)
    first, first_key, pdf = read_back(tmp_path / "first")
    again = [*issue(tmp_path / "first"), "--handler", first.subject, *pin]
    assert "delete it first" in refused(*again)
    pdf.unlink()
    succeed(*again)
    second, second_key, _ = read_back(tmp_path / "first")
    assert (first.subject, first.badge) == (second.subject, second.badge)
    assert first_key.keyid != second_key.keyid


def test_a_pin_is_asked_for_until_it_is_good_and_typed_the_same_twice(tmp_path: Path) -> None:
    ended = at_a_terminal(
        issue(tmp_path / "out"),
        [(FIRST, "123456"), (FIRST, "271828"), (AGAIN, "314159"), (FIRST, PIN), (AGAIN, PIN)],
    )
    assert ended.code == 0, ended.output
    assert "too easy to guess" in ended.output
    assert "The PINs differ" in ended.output
    assert PIN not in ended.output
    asked, key, _ = read_back(tmp_path / "out")
    assert asked.key == roster.request(key, LOG, "handler", asked.subject).key


@pytest.mark.parametrize("pin", ["", "12345", "111111", "123456", "4938x7"])
def test_a_file_with_a_poor_pin_makes_no_badge(tmp_path: Path, pin: str) -> None:
    assert "no good PIN" in refused(*issue(tmp_path / "out"), "--pin-file", private_file(tmp_path / "pin", pin))
    assert not (tmp_path / "out").exists()


def test_a_pin_file_that_others_can_read_makes_no_badge(tmp_path: Path) -> None:
    pin = private_file(tmp_path / "pin", PIN, 0o640)
    assert f"chmod 600 {pin}" in refused(*issue(tmp_path / "out"), "--pin-file", pin)
    assert not (tmp_path / "out").exists()


def test_neither_pin_nor_secret_is_in_the_request(tmp_path: Path) -> None:
    succeed(*issue(tmp_path / "out"), "--pin-file", private_file(tmp_path / "pin", PIN))
    pdf, request = sorted((tmp_path / "out").iterdir())
    [code] = [code for page in pages(pdf) for code in codes(page, 300) if badge.is_badge(code.text)]
    secret = code.text.split("/")[3]
    assert PIN not in request.read_text()
    assert secret not in request.read_text()


def test_a_handler_id_of_another_form_is_refused(tmp_path: Path) -> None:
    pin = private_file(tmp_path / "pin", PIN)
    assert "subject" in refused(*issue(tmp_path / "out"), "--handler", "../budi", "--pin-file", pin)
    assert not (tmp_path / "out").exists()
