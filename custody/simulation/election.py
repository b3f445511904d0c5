"""The demo's second half, a chapter a method: a regency's election, and the seven wrongs that the log shows."""

import json
from collections.abc import Iterable
from operator import itemgetter
from typing import Any

from rich.markup import escape

from custody.core import label
from custody.files import load_key
from custody.simulation import journeys, wrongs
from custody.simulation.crew import Crew
from custody.simulation.log_copy import findings_of, size_of
from custody.simulation.office import Office
from custody.simulation.programs import Unexpected, console, run, say, show
from custody.simulation.regency import Regency
from custody.simulation.story import ASSET, LABEL_HOST, Story
from scanner_agent.config import LogConfig

LEAD_MS = 12_000
"""From the writing of the plan to the first day."""
MEMBERS = ("id", "code", "severity", "since", "open", "root", "parent", "evidence", "closed_by")


class Election:
    """Played in a story whose trust is set up, with a ledger that answers."""

    def __init__(self, story: Story) -> None:
        self._story = story
        self._time = story.time
        [key_file] = (story.folder / "labels").glob("*.pem")
        issuer = load_key(key_file)
        self._regency = Regency(
            story.places, ASSET, Crew(story.origin), story.time, lambda item: label.sign(item, LABEL_HOST, issuer)
        )

    def prepare(self) -> None:
        """The regency's own authority enrols its people and agents; the plan is imported."""
        story, regency = self._story, self._regency
        say(
            11,
            f"Kabupaten/kota mendaftarkan {len(regency.people)} petugas dan merencanakan {len(regency.boxes)} kotak",
            f"The regency enrols {len(regency.people)} handlers and plans {len(regency.boxes)} boxes",
        )
        log = LogConfig(url=story.base, vkey=story.vkey, entry0=story.entry0)
        regency.equip(story.folder / "regency", log)
        office = Office(load_key(story.regency_desk / "authority.pem"), story.origin)
        regency.enrol(office)
        office.send(story.base)
        self._time.begin(LEAD_MS)
        plan = story.folder / "plan.csv"
        regency.write_plan(plan)
        at_desk = ("--desk", story.desk)
        show(run("custody", "plan", "import", plan, *at_desk, "--yes"), 10)
        run("custody", "roster", "submit", *at_desk)
        regency.sync()

    def play(self) -> None:
        """Three days, which devices' clocks tell in half a minute."""
        regency = self._regency
        days = journeys.Election(regency, wrongs.INSTEAD)
        try:
            for number, (day, indonesian, english) in enumerate(
                (
                    (days.print_and_pack, "Percetakan → gudang: sortir, lipat, kemas, segel",
                     "Printer → warehouse: sort, fold, pack, seal"),
                    (days.deliver, "Gudang → PPK → PPS → TPS, paling lambat H-1",
                     "Warehouse → PPK → PPS → polling stations, by H-1"),
                    (days.vote, "Pemungutan suara; TPS → PPS", "The vote; polling stations → PPS"),
                    (days.recapitulate, "PPS → PPK: dibuka untuk rekapitulasi, disegel lagi → gudang",
                     "PPS → PPK: opened for the recapitulation, sealed again → warehouse"),
                ),
                12,
            ):  # fmt: skip
                say(number, indonesian, english)
                day()
        finally:
            regency.close()

    def judge(self) -> None:
        """Exactly the seven wrongs are found: live, from the copied tiles, and by the ledger. Raises Unexpected."""
        story = self._story
        say(
            19,
            "Ketujuh kesalahan ditemukan, dari buku besar dan dari salinannya",
            "The seven wrongs are found, in the ledger and in the copy",
        )
        ask = ("custody", "audit", "replay", "--config", story.folder / "auditor.toml", "--json")
        live = json.loads(run(*ask))["findings"]
        if _told(live) != _told(json.loads(run(*ask, "--folder", story.folder / "tiles"))["findings"]):
            raise Unexpected("the copied tiles lead to other findings than the running ledger")
        if _told(live) != _told(findings_of(story.base, size_of(story.url, story.vkey))):
            raise Unexpected("the ledger says other findings than its log")
        for one in live:
            _print(one, [other for other in live if other["parent"] == one["id"]])
        codes = sorted(one["code"] for one in live if one["root"])
        if codes != sorted(wrongs.CODES):
            raise Unexpected(f"expected {sorted(wrongs.CODES)}, found {codes}")


def _told(found: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """What everybody says of them, in one order."""
    return sorted(({name: one[name] for name in MEMBERS} for one in found), key=itemgetter("id"))


def _print(finding: dict[str, Any], beneath: list[dict[str, Any]]) -> None:
    """A root and what follows from it."""
    if not finding["root"]:
        return
    state = "terbuka / open" if finding["open"] else "selesai / closed"
    about = f"{finding['severity']}, {state}, entri / entries {finding['evidence']}"
    console.print(f"  [bold red]{finding['code']}[/bold red]  {escape(about)}")
    console.print(f"    {escape(finding['text']['id'])}\n    [dim]{escape(finding['text']['en'])}[/dim]")
    for below in beneath:
        console.print(f"      └ {below['code']}: {escape(below['text']['id'])}", style="dim")
