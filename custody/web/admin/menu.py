"""What the desk offers, in the order in which it is shown: the one table to which each area of signed-in pages adds its
line.
"""

from msgspec import Struct

from custody.accounts.roles import NAMES, Role
from custody.core.words import Pair


class Offer(Struct, frozen=True):
    """A page of the desk: `endpoint` is its view's; for whom it is, its view says again by its mark."""

    title: Pair
    what: Pair
    """One sentence."""
    endpoint: str
    roles: tuple[Role, ...]
    everywhere: bool = False
    """Only for accounts that are not limited to a site."""


OFFERS = (
    Offer(
        ("Daftar kepercayaan", "Roster"),
        (
            "Siapkan lokasi, petugas, dan lainnya untuk ditandatangani otoritas; unggah yang sudah ditandatangani.",
            "Prepare sites, handlers and more for an authority to sign; upload what is signed.",
        ),
        "roster.show",
        ("operator", "authority"),
    ),
    Offer(
        ("Perangkat", "Devices"),
        (
            "Daftarkan agen pemindai dengan kode QR, dan lihat yang terdaftar.",
            "Enrol scanner agents with a QR code, and see those that are enrolled.",
        ),
        "devices.show",
        ("operator", "authority"),
    ),
    Offer(
        ("Rencana pengiriman", "Delivery plan"),
        (
            "Unggah rencana sebagai tabel, lihat bedanya dengan log, dan siapkan untuk ditandatangani.",
            "Upload a plan as a table, see how it differs from the log, and prepare it to be signed.",
        ),
        "plan.show",
        ("operator",),
    ),
    Offer(
        ("Label dan lembar cetak", "Labels and sheets to print"),
        (
            "Minta label ditandatangani, cetak yang sudah, dan cetak lembar perintah perangkat.",
            "Ask for labels to be signed, print those that are, and print devices’ command sheets.",
        ),
        "labels.show",
        ("operator",),
    ),
    Offer(
        ("Nama orang dan kunci", "Names of people and keys"),
        (
            "Nama yang tidak ada di log: cari, catat, unggah daftarnya, dan hapus.",
            "Names, which are not in the log: find, keep, upload a list, and erase.",
        ),
        "names.show",
        ("operator",),
    ),
    Offer(
        ("Akun", "Accounts"),
        ("Undang orang, atur perannya, dan akhiri aksesnya.", "Invite people, set their roles, and end their access."),
        "accounts.show",
        ("authority",),
        everywhere=True,
    ),
    Offer(
        ("Token baca", "Read tokens"),
        (
            "Beri program hak membaca log, dan akhiri lagi.",
            "Let programs read the log, and end that again.",
        ),
        "read_tokens.show",
        ("supervisor", "operator"),
        everywhere=True,
    ),
    Offer(
        ("Jejak audit", "Audit trail"),
        ("Siapa melakukan apa di portal ini, dan kapan.", "Who did what in this portal, and when."),
        "trail.show",
        ("supervisor", "auditor", "authority"),
    ),
    Offer(
        ("Kunci sandi", "Passkeys"),
        ("Kunci yang Anda pakai untuk masuk.", "The keys with which you sign in."),
        "passkeys.show",
        NAMES,
    ),
    Offer(
        ("Sesi", "Sessions"),
        ("Peramban tempat Anda sedang masuk.", "The browsers in which you are signed in."),
        "sessions.show",
        NAMES,
    ),
)


def offers(roles: tuple[Role, ...], site: str | None) -> list[Offer]:
    """What is there for who has these roles, for a site and all under it (None: for all)."""
    return [offer for offer in OFFERS if set(offer.roles) & set(roles) and (site is None or not offer.everywhere)]
