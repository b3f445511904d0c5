"""The audit trail: every act of those who sign in, and of the command line. Rows are appended, each with the hash of
the one before it, so that one that was changed or taken out shows.

Whoever can write to the file can write it anew from some row on: who wants to find that keeps what `verify` said.
"""

import sqlite3
from collections.abc import Sequence
from hashlib import sha256

from msgspec import Struct

from custody.core.canonical import encode
from custody.core.errors import Malformed, StorageFault
from custody.core.words import Pair

ACTS: dict[str, Pair] = {
    "account-created": ("Akun dibuat", "Account created"),
    "account-disabled": ("Akun dinonaktifkan", "Account disabled"),
    "account-enabled": ("Akun diaktifkan", "Account enabled"),
    "roles-changed": ("Peran diubah", "Roles changed"),
    "link-made": ("Tautan sekali pakai dibuat", "One-time link made"),
    "passkey-added": ("Kunci sandi ditambahkan", "Passkey added"),
    "passkey-renamed": ("Kunci sandi diganti namanya", "Passkey renamed"),
    "passkey-removed": ("Kunci sandi dihapus", "Passkey removed"),
    "passkey-held-back": ("Kunci sandi ditahan setelah gagal berulang", "Passkey held back after repeated failures"),
    "signed-in": ("Masuk", "Signed in"),
    "signed-out": ("Keluar", "Signed out"),
    "statement-prepared": ("Pernyataan disiapkan", "Statement prepared"),
    "statement-withdrawn": ("Pernyataan yang disiapkan ditarik", "Prepared statement withdrawn"),
    "draft-downloaded": ("Berkas draf diunduh", "Draft file downloaded"),
    "signed-uploaded": ("Berkas bertanda tangan diunggah", "Signed file uploaded"),
    "code-shown": ("Kode pendaftaran ditampilkan", "Enrolment code shown"),
    "request-set-aside": ("Permohonan perangkat dikesampingkan", "Device’s request set aside"),
    "session-ended": ("Sesi diakhiri", "Session ended"),
    "sessions-ended": ("Semua sesi diakhiri", "All sessions ended"),
    "token-issued": ("Token baca diterbitkan", "Read token issued"),
    "token-revoked": ("Token baca dicabut", "Read token revoked"),
    "name-set": ("Nama dicatat", "Name kept"),
    "names-imported": ("Daftar nama dicatat", "List of names kept"),
    "name-forgotten": ("Nama dihapus", "Name erased"),
    "note-written": ("Catatan ditulis", "Note written"),
    "note-erased": ("Catatan dihapus", "Note erased"),
    "labels-asked-for": ("Label diminta", "Labels asked for"),
    "labels-printed": ("Label dicetak", "Labels printed"),
    "command-sheet-printed": ("Lembar perintah dicetak", "Command sheet printed"),
}
"""The one table of acts: what each is called in (Bahasa Indonesia, English). The subject of an act on an account is
its handle; on a passkey or a read token, its label; on a session, its browser; on the roles, the handle and the roles
from then on; on a prepared statement, its kind and what it says; on a file, its name; of a code, its site; of a
request and a command sheet, the device's fingerprint; on a name, its id; on a note, the finding and the note's id; of
many names or labels, how many."""

LONGEST_SUBJECT = 200
FIRST = bytes(32)
"""What stands before the first row."""


class Line(Struct, frozen=True):
    """A row of the trail. `account` is an account's id; None: the command line. `time` is Unix ms."""

    seq: int
    time: int
    account: str | None
    act: str
    subject: str
    hash: bytes


class Head(Struct, frozen=True):
    """How far the trail goes: the seq of its last row (0: there is none), and that row's hash."""

    seq: int
    hash: bytes


def append(db: sqlite3.Connection, now: int, account: str | None, act: str, subject: str) -> None:
    """Adds a row, within a transaction. Raises Malformed for a subject that is too long or cannot be shown."""
    if act not in ACTS:
        raise ValueError(f"no act has this name: {act}")
    if len(subject) > LONGEST_SUBJECT or not subject.isprintable():
        raise Malformed(
            "that cannot stand in the trail", expected=f"at most {LONGEST_SUBJECT} printable characters", got=subject
        )
    head = _head(db)
    row = (head.seq + 1, now, account, act, subject)
    db.execute("INSERT INTO trail VALUES (?, ?, ?, ?, ?, ?)", (*row, _hash(head.hash, row)))


def lines(db: sqlite3.Connection, before: int | None, count: int) -> list[Line]:
    """The last `count` rows, or the last of those before seq `before`; the newest first."""
    rows = db.execute(
        "SELECT * FROM trail WHERE ? IS NULL OR seq < ? ORDER BY seq DESC LIMIT ?", (before, before, count)
    )
    return [Line(*row) for row in rows]


def verify(db: sqlite3.Connection, known: Head | None = None) -> Head:
    """Hashes every row again; the last one. Raises StorageFault for the first that does not follow.

    `known`: what this said before. Rows that were made anew up to the end, or taken off there, show by that alone.
    """
    head = Head(0, FIRST)
    for *row, hash_ in db.execute("SELECT * FROM trail ORDER BY seq"):
        seq = row[0]
        if seq != head.seq + 1:
            raise StorageFault("rows of the trail are missing", expected=f"row {head.seq + 1}", got=f"row {seq}")
        if hash_ != _hash(head.hash, row):
            raise StorageFault(
                f"row {seq} of the trail, or one before it, is not what was written",
                expected="the hash of this row and the one before",
                got=hash_.hex(),
            )
        head = Head(seq, hash_)
        if known is not None and seq == known.seq and hash_ != known.hash:
            raise StorageFault("the trail was made anew", expected=f"{seq}:{known.hash.hex()}", got=hash_.hex())
    if known is not None and head.seq < known.seq:
        raise StorageFault("rows at the trail's end are missing", expected=f"row {known.seq}", got=f"row {head.seq}")
    return head


def _head(db: sqlite3.Connection) -> Head:
    row = db.execute("SELECT seq, hash FROM trail ORDER BY seq DESC LIMIT 1").fetchone()
    return Head(0, FIRST) if row is None else Head(*row)


def _hash(before: bytes, row: Sequence[object]) -> bytes:
    """SHA-256 of the canonical JSON of the row's members in order, after the hash of the row before."""
    return sha256(encode([before.hex(), *row])).digest()
