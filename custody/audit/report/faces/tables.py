"""What several parts of a report are built of."""

from collections.abc import Callable, Mapping, Sequence

from custody.audit.report.faces.page import Cell, Column, Fact, Facts, Table
from custody.audit.report.faces.voice import Voice
from custody.audit.report.figures import SiteRow
from custody.core.words import Pair

MOST_SITES = 600


def facts(said: Mapping[Pair, Cell | str], voice: Voice) -> Facts:
    """Each with its label; those that say nothing are left out."""
    cells = {voice(label): value if isinstance(value, Cell) else Cell(value) for label, value in said.items()}
    return Facts([Fact(label, value) for label, value in cells.items() if value.text])


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def left_out(shown: int, of: int, voice: Voice) -> str | None:
    """What is said where not all is shown."""
    if shown == of:
        return None
    return voice(
        (
            "Ditampilkan {shown} dari {of}; semuanya ada di berkas JSON laporan ini.",
            "{shown} of {of} are shown; the report's JSON has them all.",
        ),
        shown=voice.number(shown),
        of=voice.number(of),
    )


def by_site(
    caption: str,
    columns: Sequence[str],
    total: Sequence[int],
    rows: Sequence[tuple[SiteRow, list[int]]],
    voice: Voice,
    *,
    last: Callable[[SiteRow | None], str] | None = None,
) -> Table:
    """A table of sites, those above before those under them, as deep as `MOST_SITES` allow, without those of noughts.

    `last` says the last column, of the total for None.
    """

    def cells(amounts: Sequence[int], row: SiteRow | None, *, strong: bool) -> list[Cell]:
        said = [voice.number(amount) for amount in amounts]
        if last is not None:
            said[-1] = last(row)
        return [Cell(text, strong=strong) for text in said]

    counted = [(row, amounts) for row, amounts in rows if any(amounts)]
    depth = max((row.depth for row, _ in counted), default=0)
    while depth and sum(row.depth <= depth for row, _ in counted) > MOST_SITES:
        depth -= 1
    shown = [(row, amounts) for row, amounts in counted if row.depth <= depth][:MOST_SITES]
    alone = [amounts for row, amounts in shown if row.depth == 0] == [list(total)]  # then that one is all
    lines = [
        [Cell(voice.site(row.site), indent=row.depth, strong=strong), *cells(amounts, row, strong=strong)]
        for row, amounts in shown
        for strong in [alone and not row.depth]
    ]
    if not alone:
        lines.insert(0, [Cell(voice(("Semua", "All")), strong=True), *cells(total, None, strong=True)])
    return Table(
        caption,
        [Column(voice(("Lokasi", "Site"))), *(Column(title, numeric=True) for title in columns)],
        lines,
        more=left_out(len(shown), len(counted), voice),
    )
