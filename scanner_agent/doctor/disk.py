"""Where the outbox and the key are: room, a file system that keeps what it has confirmed, how long that takes."""

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from shlex import quote
from statistics import median

from custody.core.errors import CustodyError
from custody.files import load_key
from scanner_agent.config import AgentConfig
from scanner_agent.doctor.line import Line

_MIB = 1024 * 1024
_LITTLE, _TOO_LITTLE = 1024 * _MIB, 100 * _MIB
_SLOW_MS = 100.0
_WRITES = 9
_FORGETS = {"tmpfs", "ramfs"}
_ELSEWHERE = {"nfs", "nfs4", "cifs", "smb3", "9p", "fuse.sshfs"}
_NO_OWNERS = {"vfat", "exfat", "msdos"}
_SPACE, _SYSTEM = ("Ruang disk", "Disk space"), ("Sistem berkas", "File system")
_FSYNC, _KEY = ("Tulis ke disk", "Writes to disk"), ("Kunci perangkat", "Device key")


def check(config: AgentConfig) -> Iterator[Line]:
    folder = config.outbox.parent
    yield space(shutil.disk_usage(folder).free, folder)
    yield file_system(folder, Path("/proc/mounts").read_text())
    yield fsync(folder)
    yield key(config.key)


def space(free: int, folder: Path) -> Line:
    """`free`: bytes."""
    found = f"{free // _MIB} MiB bebas / free ({folder})"
    if free >= _LITTLE:
        return Line("ok", _SPACE, found)
    return Line("attention" if free >= _TOO_LITTLE else "wrong", _SPACE, found, "sudo apt-get clean; df -h")


def file_system(folder: Path, mounts: str) -> Line:
    """`mounts` as /proc/mounts has it."""
    place, kind = _mount_of(folder.resolve(), mounts)
    found = f"{kind} ({place})"
    move = f"rsync -a {folder}/ FOLDER/  # ext4, xfs, btrfs; --config FOLDER/agent.toml"
    if kind in _FORGETS:
        return Line("wrong", _SYSTEM, f"{found}: hilang saat listrik padam / lost at a power cut", move)
    if kind in _ELSEWHERE:
        return Line("wrong", _SYSTEM, f"{found}: di jaringan / on the network", move)
    if kind in _NO_OWNERS:
        return Line("wrong", _SYSTEM, f"{found}: tanpa hak akses / has no permissions", move)
    return Line("ok", _SYSTEM, found)


def fsync(folder: Path) -> Line:
    """How long it takes until the disk has confirmed 4 KiB."""
    try:
        with tempfile.NamedTemporaryFile(dir=folder) as file:
            times = [_written(file.fileno()) for _ in range(_WRITES)]
    except OSError as error:
        return Line("wrong", _FSYNC, f"{folder}: {error.strerror}", f"ls -ld {folder}; mount -o remount,rw {folder}")
    found = f"{median(times):.1f} ms"
    if median(times) > _SLOW_MS:
        return Line("attention", _FSYNC, f"{found}: lambat, bunyi tertunda / slow, beeps come late", "iostat -x 1")
    return Line("ok", _FSYNC, found)


def key(path: Path) -> Line:
    """The device's key: there, usable, its owner's alone."""
    try:
        load_key(path)
    except CustodyError as error:
        mended = f"chmod 600 {quote(str(path))}" if path.exists() else f"ls -l {quote(str(path.parent))}"
        return Line("wrong", _KEY, str(error), mended)
    return Line("ok", _KEY, str(path))


def _mount_of(folder: Path, mounts: str) -> tuple[str, str]:
    """(mount point, file system) of the mount that holds a folder."""
    longest = ("?", "?")
    for _, point, kind, *_ in map(str.split, mounts.splitlines()):
        place = _unescaped(point)
        if folder.is_relative_to(place) and len(place) >= len(longest[0]):  # a later mount hides the one below it
            longest = (place, kind)
    return longest


def _unescaped(text: str) -> str:
    """A path of /proc/mounts, where spaces are octal."""
    return text.replace("\\040", " ").replace("\\011", "\t").replace("\\134", "\\")


def _written(descriptor: int) -> float:
    """Milliseconds."""
    begun = time.perf_counter()
    os.write(descriptor, bytes(4096))
    os.fsync(descriptor)
    return 1000 * (time.perf_counter() - begun)
