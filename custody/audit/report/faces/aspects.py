"""Tepat jumlah, jenis, mutu, sasaran, waktu: what the figures of a report say, each under its heading."""

from collections.abc import Iterator, Mapping

from custody.audit.report.faces.charts import Bar, stacked_bars
from custody.audit.report.faces.findings import counts_of
from custody.audit.report.faces.opening import ITEM
from custody.audit.report.faces.page import Block, Cell, Chart, Column, Heading, Paragraph, Section, Table
from custody.audit.report.faces.tables import by_site, capital, facts, left_out
from custody.audit.report.faces.voice import Voice
from custody.audit.report.figures import Deliveries, Figures, Manner, Reconciliation, SiteRow
from custody.core.finding_titles import TITLES
from custody.core.words import BALLOT_TYPES, ITEM_STATUSES, KINDS, Pair

_MOST_BARS = 40
_MOST_DEVICES = 50
_RECONCILED: dict[str, Pair] = {
    "planned": ("Rencana", "Planned"),
    "sent": ("Dikirim", "Sent"),
    "received": ("Diterima", "Received"),
    "returned": ("Kembali", "Returned"),
    "missing": ("Hilang", "Missing"),
    "here": ("Di lokasi", "At the site"),
    "coming": ("Menuju lokasi", "On the way"),
}
_DELIVERED: dict[str, Pair] = {
    "delivered_on_time": ("Sampai tepat waktu", "Delivered on time"),
    "delivered_late": ("Sampai terlambat", "Delivered late"),
    "on_time": ("Belum jatuh tempo", "Not due yet"),
    "at_risk": ("Terancam terlambat", "At risk"),
    "overdue": ("Lewat tenggat", "Overdue"),
}
MANNERS: dict[Manner, Pair] = {
    "two-devices": ("kedua pihak, di dua perangkat", "both parties, on two devices"),
    "one-device": ("kedua pihak, di satu perangkat", "both parties, on one device"),
    "paper": ("penerima hanya di atas kertas", "receiver on paper only"),
    "undersigned": ("tanpa tanda tangan salah satu pihak", "without a party's signature"),
    "unreleased": ("diterima tanpa penyerahan", "accepted without a release"),
}


def aspects(figures: Figures, voice: Voice) -> Iterator[Section]:
    yield _quantity(figures, voice)
    yield _kind(figures, voice)
    yield _quality(figures, voice)
    yield _destination(figures, voice)
    yield _time(figures, voice)


def _quantity(figures: Figures, voice: Voice) -> Section:
    columns = [voice(pair) for pair in _RECONCILED.values()]
    total = _amounts(figures.reconciliation, _RECONCILED)
    statuses = [
        [Cell(capital(voice(pair))), Cell(voice.number(figures.items.get(status, 0)))]  # type: ignore[call-overload]
        for status, pair in ITEM_STATUSES.items()
    ]
    return Section(
        "quantity",
        voice(("Tepat jumlah", "Right quantity")),
        voice(
            (
                "Berapa barang yang direncanakan ke tiap lokasi, dikirim ke sana, diterima, dan kembali atau"
                " diteruskan. Setiap barang dihitung sekali di tiap kolom.",
                "How many items were planned for each site, sent there, received, and returned or passed on. Each item"
                " counts once in each column.",
            )
        ),
        [
            by_site(
                voice(("Rekonsiliasi menurut lokasi", "Reconciliation by site")),
                columns,
                total,
                [(row, _amounts(row.reconciliation, _RECONCILED)) for row in figures.sites],
                voice,
            ),
            Table(
                voice(("Barang menurut keadaannya", "Items by status")),
                [Column(voice(("Keadaan", "Status"))), Column(voice(("Barang", "Items")), numeric=True)],
                statuses,
            ),
            *counts_of("quantity", figures, voice),
        ],
    )


def _kind(figures: Figures, voice: Voice) -> Section:
    rows = [
        [
            Cell(voice.word(KINDS, one.kind)),
            Cell(voice.word(BALLOT_TYPES, one.ballot_type)),
            Cell(voice.number(one.items)),
            Cell(voice.number(one.pieces)),
        ]
        for one in figures.kinds
    ]
    table: Block = Table(
        voice(("Barang menurut jenis", "Items by kind")),
        [
            Column(voice(("Jenis", "Kind"))),
            Column(voice(("Jenis surat suara", "Ballot type"))),
            Column(voice(("Barang", "Items")), numeric=True),
            Column(voice(("Isi (lembar/buah)", "Pieces")), numeric=True),
        ],
        rows,
    )
    if not rows:
        table = Paragraph(voice(("Tidak ada barang yang tercatat.", "No item is on record.")))
    return Section(
        "kind",
        voice(("Tepat jenis", "Right kind")),
        voice(
            (
                "Barang menurut jenis dan surat suaranya, sebagaimana direncanakan atau didaftarkan.",
                "Items by kind and ballot type, as planned or commissioned.",
            )
        ),
        [table, *counts_of("kind", figures, voice)],
    )


def _quality(figures: Figures, voice: Voice) -> Section:
    seals = figures.seals
    said = {
        ("Segel dipasang", "Seals put on"): voice.number(seals.recorded),
        ("Segel dibaca pada peristiwa lain", "Seals read in other events"): voice.number(seals.read),
        ("Barang yang segelnya diperiksa", "Items whose seals were inspected"): voice.number(seals.items_inspected),
        ("Segel yang terpasang sekarang", "Seals that are on now"): voice(
            ("{seals} pada {items}", "{seals} on {items}"),
            seals=voice.number(seals.on),
            items=voice.count(seals.items_sealed, ITEM),
        ),
        ("Barang dengan segel tidak cocok", "Items whose seals differ"): voice.number(seals.items_differing),
    }
    return Section(
        "quality",
        voice(("Tepat mutu", "Right condition")),
        voice(
            (
                "Segel sebagaimana dicatat waktu dipasang dan sebagaimana dibaca lagi kemudian, serta kerusakan yang"
                " dilaporkan.",
                "Seals as recorded when they were put on and as read later, and damage that was reported.",
            )
        ),
        [
            facts(said, voice),
            *_by_code(voice(("Segel yang tidak cocok", "Seals that differ")), seals.differing, voice),
            *counts_of("quality", figures, voice),
        ],
    )


def _destination(figures: Figures, voice: Voice) -> Section:
    custody, manners = figures.custody, figures.handovers
    chains = {
        ("Barang yang pernah dicatat", "Items that any event names"): custody.items,
        ("Rantai penguasaan utuh", "Custody unbroken"): custody.unbroken,
        ("Pernah putus, sudah dijelaskan", "Was broken, and is mended"): custody.mended,
        ("Putus", "Broken"): custody.broken,
    }
    rows = [(voice(pair), manners.by_manner.get(manner)) for manner, pair in MANNERS.items()]
    rows.append((voice(("diserahkan, belum diterima", "released, not accepted yet")), manners.awaited))
    return Section(
        "destination",
        voice(("Tepat sasaran", "Right destination")),
        voice(
            (
                "Apakah tercatat, tanpa putus, siapa yang menguasai tiap barang sampai ke tujuannya, dan bagaimana"
                " barang berpindah tangan.",
                "Whether it is on record, without a break, who had each item on its way, and how items changed hands.",
            )
        ),
        [
            facts({label: voice.number(count) for label, count in chains.items()}, voice),
            *_by_code(voice(("Sebab putusnya rantai", "What broke custody")), custody.breaks, voice),
            Table(
                voice(("Serah terima menurut cara penandatanganan", "Handovers by how they were signed")),
                [
                    Column(voice(("Ditandatangani oleh", "Signed by")), share=2),
                    Column(voice(("Serah terima", "Handovers")), numeric=True),
                    Column(voice(("Barang", "Items")), numeric=True),
                ],
                [
                    [
                        Cell(capital(label)),
                        Cell(voice.number(found.handovers if found else 0)),
                        Cell(voice.number(found.items if found else 0)),
                    ]
                    for label, found in rows
                ],
            ),
            *counts_of("destination", figures, voice),
        ],
    )


def _time(figures: Figures, voice: Voice) -> Section:
    columns = [voice(pair) for pair in _DELIVERED.values()]
    destinations = by_site(
        voice(("Pengiriman menurut lokasi tujuan", "Deliveries by destination")),
        [*columns, voice(("Tepat waktu", "On time"))],
        [*_amounts(figures.deliveries, _DELIVERED), figures.deliveries.punctual.permille],
        [(row, [*_amounts(row.deliveries, _DELIVERED), row.deliveries.punctual.permille]) for row in figures.sites],
        voice,
        last=lambda row: voice.percent((row.deliveries if row else figures.deliveries).punctual),
    )
    return Section(
        "time",
        voice(("Tepat waktu", "Right time")),
        voice(
            (
                "Pengiriman menurut rencana, masing-masing dalam satu kolom. Persentase dihitung dari yang sudah sampai"
                " atau sudah lewat waktunya.",
                "Planned deliveries, each in one column. The percentage is of those that are delivered or overdue.",
            )
        ),
        [*_delivery_chart(figures, voice), destinations, *_clocks(figures, voice), *counts_of("time", figures, voice)],
    )


def _delivery_chart(figures: Figures, voice: Voice) -> Iterator[Chart]:
    """A bar for each site of the first level that has several with deliveries."""
    levels: dict[int, list[SiteRow]] = {}
    for row in figures.sites:
        if any(_amounts(row.deliveries, _DELIVERED)):
            levels.setdefault(row.depth, []).append(row)
    found = next((found for found in levels.values() if len(found) > 1), [])
    if not found:
        return
    rows, caption = found, voice(("Ketepatan waktu pengiriman menurut lokasi", "Deliveries on time by site"))
    if len(found) > _MOST_BARS:
        rows = sorted(found, key=_least_on_time)[:_MOST_BARS]
        caption += voice(
            (": {shown} dari {of}, yang paling tidak tepat waktu", ": {shown} of {of}, those least on time"),
            shown=voice.number(len(rows)),
            of=voice.number(len(found)),
        )
    bars = []
    for row in rows:
        counts = _amounts(row.deliveries, _DELIVERED)
        said = voice.percent(row.deliveries.punctual)
        bars.append(Bar(voice.site(row.site), tuple(counts), tuple(map(voice.number, counts)), said))
    yield Chart(
        caption,
        stacked_bars("deliveries", [voice(pair) for pair in _DELIVERED.values()], bars, share=True),
        "; ".join(f"{bar.label}: {bar.said}" for bar in bars),
    )


def _least_on_time(row: SiteRow) -> tuple[bool, int]:
    punctual = row.deliveries.punctual
    return punctual.of == 0, punctual.permille  # where nothing was due yet, nothing is late


def _clocks(figures: Figures, voice: Voice) -> Iterator[Block]:
    clocks = figures.clocks
    said = {
        ("Perangkat yang menandatangani", "Devices that signed"): voice.number(clocks.devices),
        ("Peristiwa", "Events"): voice.number(clocks.events),
        ("Jeda terlama sampai tercatat", "Longest on its way to the log"): voice.duration(clocks.delay_ms),
        ("Jam yang paling mendahului log", "Clock most ahead of the log's"): voice.duration(clocks.ahead_ms),
    }
    yield Heading(voice(("Jam perangkat", "Devices' clocks")))
    yield facts(said, voice)
    if not clocks.differing:
        return
    shown = clocks.differing[:_MOST_DEVICES]
    yield Table(
        voice(("Perangkat yang jamnya dipersoalkan", "Devices of whose clocks something was found")),
        [
            Column(voice(("Perangkat", "Device")), share=2),
            Column(voice(("Yang ditemukan", "What was found")), share=2),
            Column(voice(("Peristiwa", "Events")), numeric=True),
            Column(voice(("Mendahului", "Ahead")), numeric=True),
            Column(voice(("Jeda terlama", "Longest delay")), numeric=True),
        ],
        [
            [
                Cell(one.device[:16], [voice.site(one.site)] if one.site else [], code=True),
                Cell("; ".join(f"{voice(TITLES[code])} ({voice.number(n)})" for code, n in one.findings.items())),
                Cell(voice.number(one.events)),
                Cell(voice.duration(one.ahead_ms)),
                Cell(voice.duration(one.delay_ms)),
            ]
            for one in shown
        ],
        more=left_out(len(shown), len(clocks.differing), voice),
    )


def _by_code(caption: str, counts: Mapping[str, int], voice: Voice) -> Iterator[Table]:
    if counts:
        yield Table(
            caption,
            [Column(voice(("Ketidaksesuaian", "Finding"))), Column(voice(("Jumlah", "Count")), numeric=True)],
            [[Cell(voice(TITLES[code])), Cell(voice.number(count))] for code, count in counts.items()],
        )


def _amounts(of: Reconciliation | Deliveries, names: Mapping[str, Pair]) -> list[int]:
    return [getattr(of, name) for name in names]
