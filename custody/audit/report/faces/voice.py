"""How a report says numbers, shares, times and names in one language. Pure."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from custody.audit.claims import INSTANTS as CLAIMED_INSTANTS
from custody.audit.claims import Claim
from custody.audit.claims import text as claim_text
from custody.audit.report.figures import Share
from custody.audit.report.model import Report
from custody.core.draft import Facts
from custody.core.errors import legible
from custody.core.findings import Language, duration, text
from custody.core.words import BALLOT_TYPES, Pair
from custody.core.zones import ZONES, zone_of
from custody.moments import DAYS, MONTHS
from custody.readable import INSTANTS

Noun = tuple[str, str, str]
"""In Bahasa Indonesia; in English one, and several."""
SHORT_HASH = 16
NONE = "–"
LAST_MS = 253_402_214_400_000
"""The year 9999 ends a day later: what a calendar has in every zone."""


class Voice:
    """Says pairs (Bahasa Indonesia, English), with `{…}` for facts, in the language of a report.

    What comes from statements is made legible and is never a pattern.
    """

    def __init__(self, report: Report, language: Language) -> None:
        self.language = language
        self._sites = report.names.sites
        self._people = report.names.people
        rows = report.figures.sites if report.figures else []
        self._parents = {row.site: row.parent for row in rows}
        self._zone = self._zone_at(_place(report))

    def __call__(self, pair: Pair, **facts: object) -> str:
        return pair[self.language == "en"].format_map(facts) if facts else pair[self.language == "en"]

    def word(self, words: Mapping[str, Pair], code: str | None) -> str:
        """The word of a code list; a code that is in none is said as it is."""
        if code is None:
            return NONE
        return self(words[code]) if code in words else legible(code)

    def ballots(self, ballot_type: str | None, district: str | None) -> str:
        """For which election and district ballots are; nothing where neither is known."""
        kinds = [self.word(BALLOT_TYPES, ballot_type)] if ballot_type else []
        return " · ".join([*kinds, *([legible(district)] if district else [])])

    def number(self, number: int) -> str:
        grouped = f"{number:,}"
        return grouped.replace(",", ".") if self.language == "id" else grouped

    def count(self, number: int, noun: Noun) -> str:
        """`12 barang`; `1 item`, `12 items`."""
        return f"{self.number(number)} {noun[0 if self.language == 'id' else 1 if number == 1 else 2]}"

    def percent(self, share: Share) -> str:
        """Rounded down to a tenth, so that only what is whole is 100; of nothing there is none."""
        if not share.of:
            return NONE
        whole, tenth = divmod(share.permille, 10)
        if share.count == share.of:
            return "100%"
        return f"{whole},{tenth}%" if self.language == "id" else f"{whole}.{tenth}%"

    def share(self, share: Share, noun: Noun) -> str:
        """`12 dari 15 barang`."""
        return self(
            ("{count} dari {of}", "{count} of {of}"), count=self.number(share.count), of=self.count(share.of, noun)
        )

    def duration(self, ms: int) -> str:
        return duration(ms, self.language)

    def day(self, ms: int, site: str | None = None) -> str:
        """`Sabtu, 28 November 2026`."""
        local = self._local(ms, site)
        if local is None:
            return f"{ms} ms"
        day, month = DAYS[local.weekday()][self._at], MONTHS[local.month - 1][self._at]
        return f"{day}, {local.day} {month} {local.year}"

    def clock(self, ms: int, site: str | None = None, *, seconds: bool = False) -> str:
        """`16.45 WIB`; `16:45 WIB`; with `seconds`, `16.45.07 WIB`."""
        local = self._local(ms, site)
        if local is None:
            return NONE
        said = f"{local:%H:%M:%S}" if seconds else f"{local:%H:%M}"
        return f"{said.replace(':', '.') if self.language == 'id' else said} {self.zone(site)}"

    def instant(self, ms: int, site: str | None = None, *, seconds: bool = False) -> str:
        """`28 November 2026, 16.45 WIB`, on the clocks of a site, else of what the report is about."""
        local = self._local(ms, site)
        if local is None:
            return f"{ms} ms"
        return f"{local.day} {MONTHS[local.month - 1][self._at]} {local.year}, {self.clock(ms, site, seconds=seconds)}"

    def bound(self, ms: int) -> str:
        """An instant that bounds a period: with its seconds, unless they are none."""
        return self.instant(ms, seconds=ms % 60_000 != 0)

    def as_of(self, ms: int) -> str:
        """`Sabtu, 28 November 2026, 16.45 WIB`; none of a log of which nothing was received."""
        return f"{self.day(ms)}, {self.clock(ms)}" if ms else NONE

    def zone(self, site: str | None = None) -> str:
        """WIB, WITA or WIT."""
        return self._zone if site is None else self._zone_at(site)

    def site(self, site: str) -> str:
        """What a site is called; its id if nothing is known of it."""
        return legible(self._sites.get(site) or site)

    def party(self, id_: str) -> str:
        """A person by the auditor's directory, a site, or one who signed on paper."""
        if id_ == "paper":
            return self(("seseorang tanpa kartu pengenal (di atas kertas)", "somebody without a badge (on paper)"))
        return legible(self._people.get(id_) or self._sites.get(id_) or id_)

    def finding(self, code: str, facts: Facts, site: str | None) -> str:
        """What a finding says."""
        shown: Facts = {
            name: self.instant(fact, site)
            if name in INSTANTS and isinstance(fact, int)
            else legible(self._sites.get(fact) or self._people.get(fact) or fact)
            if isinstance(fact, str)
            else fact
            for name, fact in facts.items()
        }
        return text(code, shown, self.language)

    def claim(self, claim: Claim) -> str:
        """What a verification proved, or did not."""
        shown: dict[str, int | str] = {
            name: legible(fact)
            if isinstance(fact, str)
            else self.instant(fact)
            if name in CLAIMED_INSTANTS
            else self.number(fact)
            for name, fact in claim.facts.items()
        }
        return claim_text(Claim(claim.code, shown), self.language)

    @property
    def _at(self) -> int:
        return int(self.language == "en")

    def _zone_at(self, site: str | None) -> str:
        return "WIB" if site is None else zone_of(site, self._parents.get)

    def _local(self, ms: int, site: str | None) -> datetime | None:
        """None: later than calendars go, which the format allows."""
        if not 0 <= ms <= LAST_MS:
            return None
        return datetime.fromtimestamp(ms / 1000, UTC) + timedelta(hours=ZONES[self.zone(site)])


def _place(report: Report) -> str | None:
    """Whose clocks a report goes by."""
    if report.handover is not None:
        return report.handover.step.site
    if report.item is not None and report.item.steps:
        return report.item.steps[-1].site
    return report.cover.site
