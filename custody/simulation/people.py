"""The people of the drill: each has a badge, printed and photographed like a real one, and knows a PIN."""

from pathlib import Path

import cv2
import zxingcpp

from custody.core import roster
from custody.core.head import HandlerRole
from custody.simulation import photographs
from custody.simulation.photographs import Picture
from custody.simulation.places import Place
from custody.simulation.programs import Unexpected, run

_QR = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])
BACK = (105.0, 30.0), (85.6, 54.0)
"""Where on the printed page the side with the code is: corner and size in millimetres."""


class Person:
    """A handler of a place, with a PIN of their own."""

    def __init__(self, name: str, role: HandlerRole, place: Place, pin: str) -> None:
        self.name, self.role, self.place, self.pin = name, role, place, pin
        self.handler = ""
        self.request = Path()
        self._badge = Path()

    def make_badge(self, folder: Path, origin: str) -> None:
        """`custody badge issue`: leaves the badge to print and the enrolment request in a folder of their own."""
        own = folder / self.name
        own.mkdir(parents=True)
        pin_file = own / "pin"
        pin_file.touch(0o600)
        pin_file.write_text(f"{self.pin}\n")
        run("custody", "badge", "issue", "--log", origin, "--out", own, "--role", self.role, "--site", self.place.site,
            "--site-name", self.place.name, "--pin-file", pin_file)  # fmt: skip
        pin_file.unlink()
        [self._badge], [self.request] = own.glob("*.pdf"), own.glob("*.request")
        self.handler = roster.request_codec.decode(self.request.read_bytes()).subject or ""

    def badge_picture(self) -> Picture:
        """The side with the code, held before the camera."""
        page = next(photographs.pages(self._badge.read_bytes(), 200))
        return photographs.photograph(photographs.cut_out(page, *BACK, 200), 7, 0.7)

    def badge_text(self) -> str:
        """What a hand-held scanner reads of it."""
        return read_code(self.badge_picture())


def labels_of(pictures: dict[str, Picture]) -> dict[str, str]:
    """What a hand-held scanner reads of each label."""
    return {box: read_code(picture) for box, picture in pictures.items()}


def commands_of(sheet: Path) -> dict[str, str]:
    """What a hand-held scanner reads of each code of a command sheet, by its word."""
    found = [code.text for page in photographs.pages(sheet.read_bytes()) for code in _read(page)]
    return {text.rpartition("/")[2]: text for text in found}


def read_code(picture: Picture) -> str:
    """The one QR code in a picture. Raises Unexpected."""
    found = _read(picture)
    if len(found) != 1:
        raise Unexpected(f"{len(found)} codes in a picture that has one")
    return str(found[0].text)


def _read(picture: Picture) -> list[zxingcpp.Barcode]:
    return zxingcpp.read_barcodes(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), formats=_QR)
