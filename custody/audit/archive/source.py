"""An archive as a source of its log: whatever reads a folder of tiles reads an archive."""

from collections.abc import Iterator
from pathlib import Path

from custody.audit.archive import layout
from custody.audit.archive.layout import Info
from custody.audit.archive.members import FolderMembers, Members, read
from custody.audit.archive.zip_members import BEGINS, ZipMembers
from custody.audit.source import Closing, FolderSource, missing
from custody.core.errors import Malformed

_MAX_INFO = 4096


class ArchiveSource(Closing):
    """The log in an archive. `info`: what the archive says of itself."""

    def __init__(self, members: Members) -> None:
        """Raises StorageFault, Malformed, NewerFormat if it is no archive that this software knows."""
        self.members = members
        if read(members, layout.BAGIT, _MAX_INFO) != layout.BAGIT_TEXT:
            raise Malformed(f"{layout.BAGIT} is none of an archive", expected=layout.BAGIT_TEXT)
        self.info = Info.decode(read(members, layout.BAG_INFO, _MAX_INFO))
        self.part = self.info.site is not None

    @property
    def at_hand(self) -> FolderSource | None:
        folder = self.members.folder
        return None if folder is None else FolderSource(folder / layout.LOG, part=self.part)

    def read(self, path: str, limit: int) -> bytes:
        name = layout.LOG + path
        if name not in self.members.sizes:
            raise missing(path)
        return read(self.members, name, limit)

    def paths(self) -> Iterator[str]:
        tiles = f"{layout.LOG}tile/"
        return (name.removeprefix(layout.LOG) for name in self.members.sizes if name.startswith(tiles))

    def close(self) -> None:
        self.members.close()


def is_zip(path: Path) -> bool:
    """Whether a file begins as a zip does. Raises OSError."""
    with path.open("rb") as file:
        return file.read(len(BEGINS[0])) in BEGINS


def open_archive(path: Path) -> ArchiveSource:
    """The archive in a folder or a zip.

    Raises Unsafe, Oversize, Malformed, CutShort, StorageFault for what no archive may be; NewerFormat, OSError.
    """
    members: Members
    if path.is_dir():
        members = FolderMembers(path)
    elif is_zip(path):
        members = ZipMembers(path)
    else:
        raise Malformed(f"{path} is no archive", expected="a folder, or a zip", got="a file that is none")
    try:
        return ArchiveSource(members)
    except BaseException:
        members.close()
        raise
