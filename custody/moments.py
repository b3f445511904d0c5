"""When something happened, as people at a place say it: in the time of their zone, and in words. Pure."""

from datetime import UTC, datetime, timedelta

from msgspec import Struct

from custody.core.zones import ZONES
from custody.numerals import in_words

DAYS = (
    ("Senin", "Monday"),
    ("Selasa", "Tuesday"),
    ("Rabu", "Wednesday"),
    ("Kamis", "Thursday"),
    ("Jumat", "Friday"),
    ("Sabtu", "Saturday"),
    ("Minggu", "Sunday"),
)
MONTHS = (
    ("Januari", "January", "I"),
    ("Februari", "February", "II"),
    ("Maret", "March", "III"),
    ("April", "April", "IV"),
    ("Mei", "May", "V"),
    ("Juni", "June", "VI"),
    ("Juli", "July", "VII"),
    ("Agustus", "August", "VIII"),
    ("September", "September", "IX"),
    ("Oktober", "October", "X"),
    ("November", "November", "XI"),
    ("Desember", "December", "XII"),
)
"""(Bahasa Indonesia, English, as a document's number has it)."""


class Moment(Struct, frozen=True):
    """`date`: 28 November 2026. `clock`: 16.45 WIB. `in_words`: Sabtu tanggal dua puluh delapan … `month`: Roman."""

    date: str
    clock: str
    in_words: str
    english: str
    month: str
    year: int


def moment(time: int, zone: str) -> Moment:
    """`time` is Unix ms."""
    local = datetime.fromtimestamp(time / 1000, UTC) + timedelta(hours=ZONES[zone])
    day, month = DAYS[local.weekday()], MONTHS[local.month - 1]
    spelled = f"tanggal {in_words(local.day)} bulan {month[0]} tahun {in_words(local.year)}"
    return Moment(
        date=f"{local.day} {month[0]} {local.year}",
        clock=f"{local:%H.%M} {zone}",
        in_words=f"{day[0]} {spelled}",
        english=f"{day[1]} {local.day} {month[1]} {local.year}, {local:%H:%M} {zone} (UTC+{ZONES[zone]})",
        month=month[2],
        year=local.year,
    )


def document_number(seq: int, action: str, device: str, at: Moment) -> str:
    """Of a handover document: seq and kind, the device (keyid), the month and year. It never repeats."""
    kind = "SJ" if action == "depart" else "BAST"
    return f"{seq:06}/{kind}/{device[:8].upper()}/{at.month}/{at.year}"
