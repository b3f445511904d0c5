"""Where the outbox and the key are: room, a file system that keeps what it has confirmed, how long that takes."""

import errno
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from shlex import quote
from statistics import median

from custody.core.errors import BadKey, CustodyError
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
_MAKE_ROOM = "sudo apt-get clean; df -h"
_NEW_KEY = "scanner-agent init --help  # kunci baru di folder lain, didaftarkan / a new key elsewhere, to be enrolled"
_SPACE, _SYSTEM = ("Ruang disk", "Disk space"), ("Sistem berkas", "File system")
_FSYNC, _KEY = ("Tulis ke disk", "Writes to disk"), ("Kunci perangkat", "Device key")


def check(config: AgentConfig) -> Iterator[Line]:
    folder = config.outbox.parent
    if folder.is_dir():
        yield from _folder(folder)
    else:
        yield Line("wrong", _SYSTEM, f"{folder}: tidak ada / not there", f"sudo mount -a; ls -ld {_quoted(folder)}")
    yield key(config.key)


def _folder(folder: Path) -> Iterator[Line]:
    yield space(shutil.disk_usage(folder).free, folder)
    yield file_system(folder, Path("/proc/mounts").read_text())
    yield fsync(folder)


def space(free: int, folder: Path) -> Line:
    """`free`: bytes."""
    found = f"{free // _MIB} MiB bebas / free ({folder})"
    if free >= _LITTLE:
        return Line("ok", _SPACE, found)
    return Line("attention" if free >= _TOO_LITTLE else "wrong", _SPACE, found, _MAKE_ROOM)


def file_system(folder: Path, mounts: str) -> Line:
    """`mounts` as /proc/mounts has it."""
    place, kind = _mount_of(folder.resolve(), mounts)
    found = f"{kind} ({place})"
    move = f"rsync -a {_quoted(folder)}/ FOLDER/  # ext4, xfs, btrfs; --config FOLDER/agent.toml"
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
        return Line("wrong", _FSYNC, f"{folder}: {error.strerror}", _mend(error, folder))
    found = f"{median(times):.1f} ms"
    if median(times) > _SLOW_MS:
        return Line("attention", _FSYNC, f"{found}: lambat, bunyi tertunda / slow, beeps come late", "iostat -x 1")
    return Line("ok", _FSYNC, found)


def key(path: Path) -> Line:
    """The device's key: there, usable, its owner's alone."""
    try:
        load_key(path)
    except CustodyError as error:
        if not path.exists():
            mend = f"ls -l {_quoted(path.parent)}; {_NEW_KEY}"
        elif isinstance(error, BadKey):
            mend = _NEW_KEY
        elif os.access(path, os.R_OK):
            mend = f"chmod 600 {_quoted(path)}"
        else:
            mend = f"sudo chown $USER {_quoted(path)}"
        return Line("wrong", _KEY, str(error), mend)
    return Line("ok", _KEY, str(path))


def _mend(error: OSError, folder: Path) -> str:
    """What lets a folder be written again, by why it cannot be."""
    match error.errno:
        case errno.EROFS:
            return f'sudo mount -o remount,rw "$(findmnt -no TARGET -T {_quoted(folder)})"'
        case errno.ENOSPC | errno.EDQUOT:
            return _MAKE_ROOM
        case errno.EACCES | errno.EPERM:
            return f"sudo chown $USER {_quoted(folder)}"
        case _:
            return "sudo dmesg --level=err | tail"


def _quoted(path: Path) -> str:
    return quote(str(path))


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
