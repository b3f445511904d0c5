"""The files of a zip, of which nothing is unpacked to a disk: what its directory declares is bounded first."""

import os
import stat
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from custody.audit.archive.layout import BAGIT, MAX_FILE_NAME, MAX_FILES, check_file_names
from custody.audit.archive.members import PIECE, changed_while_read, check_count, check_kind, missing
from custody.audit.source import check_size
from custody.core.errors import CutShort, Malformed, Oversize, StorageFault

BEGINS = (b"PK\x03\x04", b"PK\x05\x06")
"""Of a zip with files, and of an empty one."""
MAX_DIRECTORY = MAX_FILES * (46 + MAX_FILE_NAME + 28)
"""Bytes of the list of files at the end: of each a header, its name, and sizes and place above 4 GiB."""
MAX_RATIO = 100
"""Bytes that come of one in the zip, over all of it: entries and hashes hardly shrink."""
_SLACK = 1 << 20
_HEADER = 30
"""Bytes before a file's name and data."""
_LOCAL = struct.Struct("<6sHH8xI4xHH")
"""Flags, method, packed size, lengths of name and extra of what stands before a file."""
_IN_EXTRA = 0xFFFFFFFF
_LAST = 22
"""Bytes of the end of a zip without a comment."""
_ENCRYPTED, _SIZES_FOLLOW = 0x1, 0x8
_EMPTY_DEFLATED = 2
_BROKEN = (BadZipFile, EOFError, zlib.error, struct.error, NotImplementedError, RuntimeError, ValueError, OverflowError)


class ZipMembers:
    """As `Members`."""

    folder: Path | None = None

    def __init__(self, path: Path) -> None:
        """Raises CutShort, Malformed, Oversize, Unsafe, OSError."""
        self._path = path
        self._file = path.open("rb")
        try:
            with self._explained("its directory"):
                self._zip = ZipFile(cast(IO[bytes], _Bounded(self._file)))
            self._infos = self._checked(self._zip.infolist())
        except BaseException:
            self._file.close()
            raise
        self.sizes = {name: info.file_size for name, info in self._infos.items()}

    def pieces(self, name: str) -> Iterator[bytes]:
        info = self._infos.get(name)
        if info is None:
            raise missing(name)
        got = 0
        with self._explained(name), self._zip.open(info) as file:
            while piece := file.read(PIECE):
                got += len(piece)
                yield piece
        if got != info.file_size:
            raise changed_while_read(name, info.file_size, got)

    def close(self) -> None:
        self._zip.close()
        self._file.close()

    def _checked(self, infos: list[ZipInfo]) -> dict[str, ZipInfo]:
        check_count(len(infos))
        self._check_sizes(infos)
        found, folders = [], []
        for info in infos:
            mode = info.external_attr >> 16
            if _is_folder(info):
                folders.append(info.orig_filename.removesuffix("/"))
                continue
            if stat.S_IFMT(mode):
                check_kind(info.orig_filename, mode)
            if info.compress_type not in (ZIP_STORED, ZIP_DEFLATED) or info.flag_bits & _ENCRYPTED:
                got = f"method {info.compress_type}, flags {info.flag_bits:#x}"
                raise Malformed("a file is packed in a way that no archive is", expected="stored or deflated", got=got)
            found.append(info)
        names = check_file_names((info.orig_filename for info in found), folders)
        self._check_places(infos)
        base = _base(names)
        by_name = {info.orig_filename: info for info in found}
        return {name.removeprefix(base): by_name[name] for name in names}

    def _check_sizes(self, infos: list[ZipInfo]) -> None:
        size = self._path.stat().st_size
        declared = sum(info.file_size for info in infos)
        if declared > MAX_RATIO * size + _SLACK:
            raise Oversize(
                "the zip would unpack to far more than it holds",
                expected=f"at most {MAX_RATIO} times its {size} bytes",
                got=f"{declared} bytes",
            )
        end = 0
        for info in sorted(infos, key=lambda info: info.header_offset):
            if info.header_offset < end:
                raise Malformed("files of the zip lie one over another", expected="each by itself", got=info.filename)
            end = info.header_offset + _HEADER + info.compress_size

    def _check_places(self, infos: list[ZipInfo]) -> None:
        """Whoever unpacks a zip as it comes sees what lies between its files, and the directory says nothing of it."""
        at = 0
        for info in sorted(infos, key=lambda info: info.header_offset):
            if info.header_offset != at:
                raise _hidden(at, info.header_offset)
            at = self._end(info)
        if at != self._zip.start_dir:
            raise _hidden(at, self._zip.start_dir)
        end = os.pread(self._file.fileno(), _LAST, self._path.stat().st_size - _LAST)
        if not (end.startswith(BEGINS[1]) and end.endswith(bytes(2))):
            raise Malformed("the zip goes on after its directory", expected="its end", got=f"...{end!r}")

    def _end(self, info: ZipInfo) -> int:
        """Where a file ends, by what stands before it."""
        data = os.pread(self._file.fileno(), _HEADER + len(info.orig_filename), info.header_offset)
        _, flags, method, packed, name, extra = _LOCAL.unpack_from(data)
        sizes = (info.compress_size, _IN_EXTRA, *((0,) if flags & _SIZES_FOLLOW else ()))
        if method != info.compress_type or packed not in sizes or data[_HEADER:] != info.orig_filename.encode():
            raise Malformed(
                "a file of the zip is another before its bytes than in the directory",
                expected="the same name, method and size",
                got=info.orig_filename,
            )
        end: int = info.header_offset + _HEADER + name + extra + info.compress_size
        return end + (self._sizes_after(info, end) if flags & _SIZES_FOLLOW else 0)

    def _sizes_after(self, info: ZipInfo, end: int) -> int:
        """The length of what says sum and sizes after a file, in any of its four spellings."""
        said = os.pread(self._file.fileno(), 24, end)
        for sizes in ("<IQQ", "<III"):
            for begin in (b"PK\x07\x08", b""):
                expected = begin + struct.pack(sizes, info.CRC, info.compress_size, info.file_size)
                if said.startswith(expected):
                    return len(expected)
        raise Malformed("a file of the zip is not followed by its sizes", expected="them", got=info.orig_filename)

    @contextmanager
    def _explained(self, what: str) -> Iterator[None]:
        """What zipfile makes of broken bytes, as errors of ours."""
        try:
            yield
        except _BROKEN as error:
            if "not a zip file" in str(error):
                raise CutShort(
                    f"{self._path} is cut short", expected="the zip's directory at its end", remedy="Copy it again."
                ) from None
            raise Malformed(f"the zip is broken at {what}", expected="what its directory says", got=error) from None
        except OSError as error:
            raise StorageFault(f"{self._path} cannot be read", got=error.strerror or error) from None


class _Bounded:
    """A file of which nobody reads more at once than a directory may have: zipfile reads it whole."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.seek, self.tell, self.seekable = file.seek, file.tell, file.seekable

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(MAX_DIRECTORY + 1 if size < 0 else min(size, MAX_DIRECTORY + 1))
        check_size("the zip's directory", data, MAX_DIRECTORY)
        return data


def _is_folder(info: ZipInfo) -> bool:
    kind = stat.S_IFMT(info.external_attr >> 16)
    empty = info.file_size == 0 and info.compress_size <= _EMPTY_DEFLATED
    return info.orig_filename.endswith("/") and empty and kind in (0, stat.S_IFDIR)


def _hidden(at: int, until: int) -> Malformed:
    return Malformed("the zip hides bytes between its files", expected=f"the next at byte {at}", got=f"at byte {until}")


def _base(names: list[str]) -> str:
    """The folder in which all of the archive lies, with its slash; a zip made by hand may have none."""
    if BAGIT in names or not names:
        return ""
    base = names[0].partition("/")[0] + "/"
    return base if all(name.startswith(base) for name in names) else ""
