"""When something happened, as people at a place say it: in the time of their zone, and in words. Pure."""

import re
from datetime import UTC, datetime, timedelta

from msgspec import Struct

from scanner_agent.documents.numerals import in_words

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
ZONES = {"WIB": 7, "WITA": 8, "WIT": 9}
"""Hours ahead of UTC (Keputusan Presiden 41/1987)."""

# Provinces by the first two digits of the official codes of places (Kemendagri).
_WITA = {"51", "52", "53", "63", "64", "65", "71", "72", "73", "74", "75", "76"}
_WIT = {"81", "82", "91", "92", "93", "94", "95", "96"}
_CODE = re.compile(r"414/[0-9]{13}/254/([1-9][0-9])(?:[.].*)?")


def zone(site: str) -> str | None:
    """The zone of a site whose id holds the official code of its place; None of any other."""
    match = _CODE.fullmatch(site)
    if match is None:
        return None
    return "WITA" if match[1] in _WITA else "WIT" if match[1] in _WIT else "WIB"


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
