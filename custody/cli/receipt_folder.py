"""A desk's folder of receipts: what the log has answered, also of others' roster statements."""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from msgspec import Struct

from custody.core import entry
from custody.core.errors import ConfigFault, CustodyError
from custody.core.proof import Receipt
from custody.files import sync_folder

_SUFFIX = ".tlog-proof"


class Answered(Struct, frozen=True):
    """The entry of a receipt, and the file that holds it; `received` in Unix ms."""

    index: int
    envelope: bytes
    received: int
    path: Path


class ReceiptFolder:
    """Receipts as `<index>.tlog-proof`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._kept: dict[Path, Path] = {}

    def keep(self, index: int, receipt: bytes) -> None:
        """Files a checked receipt, which `sync` makes durable: a batch of them costs one sync."""
        self.folder.mkdir(exist_ok=True)
        path = self.folder / f"{index:010d}{_SUFFIX}"
        self._kept[path] = path.with_name(f".{path.name}.new")
        self._kept[path].write_bytes(receipt)

    def sync(self) -> None:
        """Makes the receipts filed so far durable: after a power cut each is there, whole, or not at all."""
        if not self._kept:
            return
        os.sync()
        for path in sorted(self._kept):
            self._kept.pop(path).replace(path)
        sync_folder(self.folder)

    def indexes(self) -> set[int]:
        """Of the receipts that are here, whole."""
        found = set()
        for path in self.folder.glob(f"*{_SUFFIX}"):
            with suppress(CustodyError):
                found.add(Receipt.decode(path.read_bytes()).index)
        return found

    def answered(self) -> Iterator[Answered]:
        """What each receipt proves to be in the log, ascending by index. Raises ConfigFault for a damaged one."""
        for path in sorted(self.folder.glob(f"*{_SUFFIX}")):
            try:
                receipt = Receipt.decode(path.read_bytes())
                envelope, received = entry.decode(receipt.extra or b"")
            except CustodyError as error:
                raise ConfigFault(f"{path} is damaged", got=error, remedy="Run: custody roster fetch") from None
            yield Answered(receipt.index, envelope, received, path)
