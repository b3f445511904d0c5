"""Archives for tests: of a small log with corrections, a photograph and a second site, and of one with many tiles."""

import shutil
from hashlib import sha256
from pathlib import Path
from typing import Any

from custody.audit.archive import layout
from custody.audit.archive.check import verify_archive
from custody.audit.archive.layout import Info
from custody.audit.archive.source import open_archive
from custody.audit.archive.write import Order, Written, write_archive
from custody.audit.config import AuditorConfig
from custody.audit.result import Result
from custody.audit.source import FolderSource
from custody.core import roster
from custody.photographs import Photographs
from tests import photos
from tests.audit.exported import Told
from tests.audit.logs import publish
from tests.rules.story import OFFICE, OTHER, STATION, VILLAGE, WAREHOUSE
from tests.world import key_of

PICTURE = photos.jpeg_file(64, 48)
PHOTOGRAPH, SALTED = photos.salted(PICTURE)
ABSENT = "5" * 64
REPORT = b"%PDF-1.7 a report, signed by somebody"


class Made:
    """The story's log in `log`, and the ledger's photographs beside it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.story = story()
        self.sites = self.story.sites
        self.entries = self.story.entries()
        self.config = publish(folder / "log", self.entries, self.story.world.origin)
        Photographs(folder / "store").put(PHOTOGRAPH, SALTED)
        self.report = folder / "report.pdf"
        self.report.write_bytes(REPORT)

    def write(self, name: str, **order: Any) -> Written:
        return write(self.config, Order(self.folder / name, **order))

    def full(self, name: str, **order: Any) -> Path:
        """An archive with all that one can have."""
        self.write(name, photographs=self.folder / "store", reports=(self.report,), **order)
        return self.folder / name

    def verify(self, name: str) -> Result:
        return verify(self.folder / name, self.config)


def story() -> Told:
    """Boxes go from the warehouse to the station, one by way of the village; something is corrected, also elsewhere."""
    told = Told()
    told.decide(roster.Device, **told.world.possession(key_of("station"), "device"), site=told.sites[STATION])
    told.begin()
    told.begin(OTHER)
    release = told.release(0, STATION, photos=[PHOTOGRAPH])
    told.accept(1, release, photos=[ABSENT])
    told.say("inspect", site=WAREHOUSE)
    wrong = told.handover(0, 1, items=[OTHER], to=told.sites[STATION])
    told.say("correct", refs=[wrong.id], items=[OTHER], to=told.sites[VILLAGE])
    stray = told.say("inspect", site=OFFICE, items=[OTHER])
    told.say("correct", refs=[stray.id], items=[OTHER], device=0)
    told.say("store", site=VILLAGE, items=[OTHER], device=2, refs=["9" * 64])
    told.say("inspect", site=WAREHOUSE)
    return told


def write(config: AuditorConfig, order: Order) -> Written:
    assert config.folder is not None
    with FolderSource(config.folder) as source:
        return write_archive(source, config, order, workers=0)


def verify(path: Path, config: AuditorConfig) -> Result:
    with open_archive(path) as source:
        return verify_archive(source, config, workers=0)


def files(folder: Path) -> dict[str, bytes]:
    """All that is in a folder, by name."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }


def copy(archive: Path, name: str) -> Path:
    """A copy beside an archive, to be spoilt."""
    other = archive.with_name(name)
    shutil.rmtree(other, ignore_errors=True)
    shutil.copytree(archive, other)
    return other


def renew_manifests(archive: Path) -> None:
    """What a forger would do: every list and sum made anew, so that the bag is valid again."""
    found = files(archive)
    data = {name: body for name, body in found.items() if name.startswith(layout.DATA)}
    manifest = "".join(f"{sha256(body).hexdigest()}  {name}\n" for name, body in data.items())
    (archive / layout.MANIFEST).write_text(manifest)
    said = (archive / layout.BAG_INFO).read_bytes()
    oxum = f"Payload-Oxum: {sum(map(len, data.values()))}.{len(data)}\n".encode()
    (archive / layout.BAG_INFO).write_bytes(said[: said.index(b"Payload-Oxum")] + oxum)
    tags = "".join(f"{sha256((archive / name).read_bytes()).hexdigest()}  {name}\n" for name in layout.TAGGED)
    (archive / layout.TAG_MANIFEST).write_text(tags)
    if (archive / layout.REPORT).is_dir():
        report = {path.name: path for path in (archive / layout.REPORT).iterdir() if path.name != "sha256.txt"}
        sums = "".join(f"{sha256(path.read_bytes()).hexdigest()}  {name}\n" for name, path in sorted(report.items()))
        (archive / layout.REPORT_SUMS).write_text(sums)


def info(archive: Path) -> Info:
    return Info.decode((archive / layout.BAG_INFO).read_bytes())


def messages(result: Result) -> list[str]:
    return [fault.message for fault in result.faults]
