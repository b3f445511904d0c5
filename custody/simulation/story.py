"""The demo's story, a chapter a method: ten ballot boxes from a warehouse to a village, signed at each handover."""

import csv
import socket
from itertools import pairwise
from pathlib import Path

from custody.core.ids import check_digit
from custody.simulation import photographs, places, portal
from custody.simulation.archiving import ARCHIVE
from custody.simulation.camera import Camera
from custody.simulation.hands import clear_table, confirm, scan_badges, scan_boxes, seal_boxes, show_badge, show_boxes
from custody.simulation.log_copy import copy_log, flip_byte, wait_until_ready
from custody.simulation.people import Person, labels_of
from custody.simulation.programs import Program, SerialLine, Unexpected, console, run, say, show
from custody.simulation.reporting import REPORT
from custody.simulation.simulated_time import Time, iso

REGENCY = "34.71"
DISTRICTS, VILLAGES, STATIONS = 2, 3, 5
"""Each of the one before: thirty polling stations."""
BOXES = 10
HOUR_MS = 500
"""Of the election, on every clock."""
LABEL_HOST = "id.custody-demo.example"
ASSET = f"0952123400001{check_digit('0952123400001')}"


class Story:
    """`folder` holds all that it makes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = _free_port()
        self.origin = f"localhost:{self.port}/demo"
        self.url = f"http://{self.origin}"
        self.base = f"http://localhost:{self.port}"
        self.desk = folder / "authority"
        self.boxes = [f"8003/{ASSET}KS{number:04}" for number in range(1, BOXES + 1)]
        self.time = Time(HOUR_MS)
        self.regency_desk = folder / "authority-regency"
        self.places = list(places.regency(REGENCY, DISTRICTS, VILLAGES, STATIONS))
        self.warehouse, self.district, self.village = map(self._first, ("warehouse", "district", "village"))
        self.vkey = ""
        self.entry0 = ""

    def trust(self) -> None:
        """Root and authority keys on one machine, the log on another."""
        say(1, "Otoritas membuat kunci dan pernyataan akar", "The authority makes its keys and the root statement")
        show(run("custody", "authority", "init", self.desk, "--log", self.origin, "--no-passphrase"))
        say(2, "Buku besar dibuat dari pernyataan akar", "The ledger is made from the root statement")
        listen = f"127.0.0.1:{self.port}"
        root = self.desk / "root.json"
        told = run("custody", "init", self.folder / "ledger", "--root", root, "--listen", listen)
        show(told)
        self.vkey, self.entry0 = (_after(word, told) for word in ("vkey:", "(SHA-256):"))

    def ledger(self) -> Program:
        """The ledger, answering."""
        config, log = self.folder / "ledger" / "ledger.toml", self.folder / "ledger" / "log.ndjson"
        program = Program("custody", "serve", "--config", config, name="ledger", log=log)
        wait_until_ready(f"{self.base}/readyz")
        return program

    def roster(self) -> list[Person]:
        """Places, devices, badges and a label issuer, stated by the authority."""
        say(3, "Lokasi, perangkat, petugas, dan penerbit label", "Sites, devices, handlers and a label issuer")
        at_desk = ("--desk", self.desk, "--yes")
        sites = self.folder / "sites.csv"
        with sites.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(places.COLUMNS)
            writer.writerows(place.cells() for place in self.places)
        show(run("custody", "roster", "site", "--import", sites, *at_desk))
        for name, place in (("agent-a", self.warehouse), ("agent-b", self.district)):
            self._make_agent(name, place)
            [request] = (self.folder / name).glob("*.json")
            run("custody", "roster", "device", "--request", request, "--site", place.site, *at_desk)
        people = [
            Person("petugas-gudang", "staff", self.warehouse, "271828"),
            Person("pengangkut", "carrier", self.warehouse, "161803"),
            Person("petugas-ppk", "staff", self.district, "314159"),
            Person("petugas-pps", "staff", self.village, "141421"),
        ]
        for person in people:
            person.make_badge(self.folder / "badges", self.origin)
            run("custody", "roster", "handler", "--request", person.request, "--role", person.role,
                "--site", person.place.site, *at_desk)  # fmt: skip
        labels = self.folder / "labels"
        run("custody", "label", "key", "init", "--log", self.origin, "--out", labels, "--no-passphrase")
        [request] = labels.glob("*.request")
        run("custody", "roster", "label-issuer", "--request", request, "--site", self.places[1].site,
             "--host", LABEL_HOST, "--range", f"8003/{ASSET}", "--range", "8004/952", *at_desk)  # fmt: skip
        run("custody", "roster", "advisor", "--request", self.folder / "ledger" / "advice.request", *at_desk)
        self._delegate()
        self._state_policy()
        show(run("custody", "roster", "submit", "--desk", self.desk, "--ledger", self.base, "--vkey", self.vkey), 4)
        run("scanner-agent", "sync", "--config", self.folder / "agent-b" / "agent.toml")
        return people

    def _delegate(self) -> None:
        """The regency gets an authority of its own, good for what lies under it."""
        root = self.desk / "root.json"
        run("custody", "authority", "request", self.regency_desk, "--root", root, "--no-passphrase")
        [request] = self.regency_desk.glob("*.request")
        run("custody", "roster", "authority", "--request", request, "--site", self.places[1].site,
            "--desk", self.desk, "--yes")  # fmt: skip

    def _state_policy(self) -> None:
        path = self.folder / "policy.toml"
        # Carriers have no device: both parties sign at the one that is there. Six hours take three seconds.
        said = [f"begins = {iso(self.time.ms)}", "two_devices = false", 'release = "3s"']
        for one, other in pairwise(("warehouse", "district", "village", "polling-station")):
            said += [f'[[legs]]\nfrom = "{start}"\nto = "{end}"\ntimes = ["1s"]'
                     for start, end in ((one, other), (other, one))]  # fmt: skip
        path.write_text("\n".join(said) + "\n")
        run("custody", "policy", "set", path, "--desk", self.desk, "--yes")

    def _first(self, category: str) -> places.Place:
        return next(place for place in self.places if place.category == category)

    def labels(self) -> dict[str, photographs.Picture]:
        """Ten signed labels as PDF at exact size, then each as a photograph."""
        say(4, "Label dicetak, lalu difoto", "Labels are printed, then photographed")
        pdf = self.folder / "labels" / "labels.pdf"
        [key] = (self.folder / "labels").glob("*.pem")
        run("custody", "label", "print", *self.boxes, "--key", key, "--host", LABEL_HOST, "--format", "roll-100x50",
            "--kind", "ballot-box", "--out", pdf)  # fmt: skip
        pages = photographs.pages(pdf.read_bytes())
        return {
            box: photographs.photograph(page, seed)
            for seed, (box, page) in enumerate(zip(self.boxes, pages, strict=True))
        }

    def at_the_warehouse(self, pictures: dict[str, photographs.Picture], people: list[Person]) -> None:
        """Agent A reads from a camera: the boxes begin, and the carrier takes them over."""
        staff, carrier = people[:2]
        with Camera(photographs.photograph(photographs.blank(), 0)) as camera:
            self.set_sources("agent-a", f'kind = "camera"\ndevice = "{camera.url}"\nname = "gudang"\nwindow = 1.0')
            say(5, "Gudang: sepuluh kotak didaftarkan lewat kamera", "Warehouse: ten boxes are commissioned, by camera")
            agent = self.agent("agent-a")
            try:
                agent.wait_for("Pembaca siap")
                show_badge(agent, camera, staff)
                agent.type("action commission")
                agent.type("kind ballot-box")
                show_boxes(agent, camera, pictures)
                confirm(agent)
                clear_table(camera)
                agent.type("action seal")
                show_badge(agent, camera, staff)
                seal_boxes(agent, camera, pictures)
                confirm(agent)
                clear_table(camera)
                say(6, "Serah terima 1: gudang kepada pengangkut", "Handover 1: warehouse to carrier")
                agent.type("action handover")
                agent.type(f"to {self.district.site}")
                show_badge(agent, camera, staff)
                show_badge(agent, camera, carrier)
                show_boxes(agent, camera, pictures)
                confirm(agent)
                agent.wait_for("Bukti pencatatan diterima")
            finally:
                agent.stop()

    def offline(self, pictures: dict[str, photographs.Picture], people: list[Person]) -> None:
        """Agent B reads from a serial scanner, without a network, and loses its power."""
        _, carrier, ppk, _ = people
        texts = list(labels_of(pictures).items())
        line = SerialLine(self.folder / "agent-b" / "scanner")
        self.set_sources("agent-b", f'kind = "serial"\ndevice = "{line.device.absolute()}"\nname = "genggam"')
        try:
            say(7, "Serah terima 2, tanpa jaringan: pengangkut kepada PPK", "Handover 2, no network: carrier to PPK")
            agent = self.agent("agent-b")
            agent.wait_for("Pembaca siap")
            agent.type("action handover")
            scan_badges(agent, line, carrier, ppk)
            scan_boxes(agent, line, texts[:5])
            say(8, "Listrik padam; sesi dipulihkan", "The power is cut; the session is restored")
            agent.cut_power()
            agent = self.agent("agent-b")
            agent.wait_for("dipulihkan")
            agent.wait_for("Pembaca siap")
            scan_badges(agent, line, carrier, ppk)
            scan_boxes(agent, line, texts[5:])
            confirm(agent)
            agent.stop()
        finally:
            line.unplug()

    def deliver(self) -> None:
        """The network is back: what was signed offline is sent, and each receipt checked."""
        say(
            10,
            "Jaringan kembali: dikirim, bukti pencatatan diperiksa",
            "The network is back: sent, and receipts checked",
        )
        config = self.folder / "agent-b" / "agent.toml"
        self._without_sources("agent-b")
        show(run("scanner-agent", "sync", "--config", config))
        show(run("scanner-agent", "status", "--config", config))
        for name in ("agent-a", "agent-b"):
            run("scanner-agent", "receipts", "--config", self.folder / name / "agent.toml", "--to",
                self.folder / "receipts" / name)  # fmt: skip

    def prove(self) -> None:
        """The whole log, one receipt offline, and a flipped byte that is found."""
        config = self.folder / "auditor.toml"
        config.write_text(f'url = "{self.url}"\nvkey = "{self.vkey}"\nentry0 = "{self.entry0}"\n')
        say(16, "Auditor memeriksa seluruh log", "The auditor verifies the whole log")
        show(run("custody", "audit", "verify", "--config", config), 30)
        say(17, "Satu bukti pencatatan diperiksa tanpa jaringan", "One receipt is checked offline")
        receipt = max((self.folder / "receipts" / "agent-b").glob("*.tlog-proof"))
        show(run("custody", "audit", "receipt", receipt, "--vkey", self.vkey), 20)
        say(
            18,
            "Salinan log diperiksa; lalu satu bita dibalik",
            "A copy of the log is verified; then one byte is flipped",
        )
        copied = self.folder / "tiles"
        copy_log(self.url, self.vkey, copied)
        run("custody", "audit", "verify", "--config", config, "--folder", copied)
        index, where = flip_byte(copied, self.folder / "tampered")
        console.print(f"  [cyan]{where}[/cyan]")
        found = run("custody", "audit", "verify", "--config", config, "--folder", self.folder / "tampered", code=1)
        show(found)
        if str(index) not in found:
            raise Unexpected(f"verification did not name entry {index}")

    def check_store(self) -> None:
        """`custody fsck`, the ledger being stopped."""
        say(23, "Buku besar memeriksa penyimpanannya sendiri", "The ledger checks its own store")
        show(run("custody", "fsck", "--config", self.folder / "ledger" / "ledger.toml"))

    def farewell(self) -> None:
        """What to try next."""
        config = self.folder / "auditor.toml"
        link = portal.invite(self)
        console.print(f"\n[bold]Portal[/bold]  {self.base}/")
        console.print(f"  barang / item: {self.base}/{self.boxes[0]}")
        console.print(f"  masuk sebagai pengawas / sign in as supervisor: {link}", soft_wrap=True)
        console.print(
            f"  pindai ke kolom pencarian / scan into its search field: {self.folder / 'labels' / 'labels.pdf'}"
        )
        console.print(f"\n[bold]URL[/bold]   {self.url}")
        console.print(f"[bold]log[/bold]   {self.origin}")
        console.print(f"[bold]vkey[/bold]  {self.vkey}")
        console.print("\nBerikutnya / Next:")
        receipt = next((self.folder / "receipts" / "agent-a").glob("*.tlog-proof"))
        for command in (
            f".venv/bin/custody audit verify --config {config}",
            f".venv/bin/custody audit replay --config {config}",
            f"xdg-open {self.folder / REPORT}",
            f".venv/bin/custody audit verify {self.folder / ARCHIVE} --config {config}",
            f"less {self.folder / ARCHIVE / 'README.md'}",
            f".venv/bin/custody audit show 0 --config {config}",
            f".venv/bin/custody audit receipt {receipt} --config {config}",
            f"curl {self.url}/checkpoint",
            f"curl {self.base}/api/v1/findings",
            f"curl {self.base}/api/v1/items/{self.boxes[0]}",
        ):
            console.print(f"  [cyan]{command}[/cyan]")

    def _make_agent(self, name: str, place: places.Place) -> None:
        folder = self.folder / name
        run("scanner-agent", "init", folder, "--url", self.base, "--vkey", self.vkey, "--entry0", self.entry0,
            "--site", place.site)  # fmt: skip

    def agent(self, name: str, *options: str) -> Program:
        """An agent that runs, with the readers that its settings name."""
        return Program("scanner-agent", "run", "--config", self.folder / name / "agent.toml", *options, name=name)

    def set_sources(self, name: str, *sources: str) -> None:
        """Gives an agent these readers instead of those that it has."""
        self._without_sources(name)
        with (self.folder / name / "agent.toml").open("a") as file:
            file.writelines(f"\n[[source]]\n{settings}\n" for settings in sources)

    def _without_sources(self, name: str) -> None:
        path = self.folder / name / "agent.toml"
        path.write_text(path.read_text().partition("\n[[source]]")[0])


def _after(word: str, text: str) -> str:
    """The next word after a word of a program's output."""
    return text.partition(word)[2].split()[0]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
