"""`custody plan`: what must be where by when; signed and sent as the rest of the roster is."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from custody.cli.desk import Desk
from custody.cli.signing import Session, signs
from custody.core.plan import itineraries
from custody.core.planning import Plan
from custody.lists.plan import Journey, read_plan
from custody.lists.plan_parts import changed, split
from custody.lists.table import Faults, read_file
from custody.readable import instant


@click.group()
def plan() -> None:
    """State what must be where by when. Work at the authority's desk (--desk)."""


@plan.command(name="import")
@click.argument("file", metavar="FILE.csv", type=click.Path(path_type=Path, dir_okay=False))
@signs()
def import_(session: Session, file: Path) -> None:
    """Sign the plan in FILE.csv, a line for each item and way (config/plan.example.csv).

    It takes the place of earlier plans of the items that it names. Deliveries of which nothing has changed are passed
    over, so that the whole file can be imported again after a correction. Of a file with a fault nothing is signed.
    """
    desk = session.desk
    signer = desk.state.keys.get(desk.settings.authority)
    journeys = read_plan(read_file(file), desk.state, signer.site if signer else None, Faults(file))
    known = _in_force(desk)
    groups = changed(journeys, known)
    to_state = [one for group in groups for one in group]
    if len(to_state) < len(journeys):
        passed_over = len(journeys) - len(to_state)
        click.echo(f"Sudah direncanakan begitu / Planned so already, passed over: {passed_over}")
    if not to_state:
        return
    parts = split(groups)
    for part in parts:
        session.propose(Plan, ways=part.ways, items=part.items)
    replaced = sum(one.planned.item in known for one in to_state)
    Console(markup=False, emoji=False, highlight=False).print(_overview(to_state, len(groups), len(parts), replaced))


def _in_force(desk: Desk) -> dict[str, Journey]:
    """The plan of each item, as far as this desk knows."""
    found: dict[str, Journey] = {}
    for filed in desk.filed:
        if isinstance(filed.body, Plan) and filed.effect is None:
            for item, planned in itineraries(0, filed.statement.id, filed.body.time, filed.body).items():
                found[item] = Journey.of(planned)
    return found


def _overview(journeys: Sequence[Journey], groups: int, statements: int, replaced: int) -> Table:
    ways = [way for one in journeys for way in one.ways]
    kinds = Counter(one.planned.kind for one in journeys)
    table = Table(title="Rencana pengiriman / Delivery plan", show_header=False, title_justify="left")
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    table.add_row("Barang / Items", "\n".join([str(len(journeys)), *(f"{k}: {n}" for k, n in sorted(kinds.items()))]))
    table.add_row("Menggantikan rencana / Replaces the plan of", str(replaced))
    table.add_row("Pengiriman / Deliveries", str(groups))
    table.add_row("Lokasi tujuan / Sites to be reached", str(len({way.to for way in ways})))
    table.add_row("Tenggat pertama / First due", instant(min(way.due for way in ways)))
    table.add_row("Tenggat terakhir / Last due", instant(max(way.due for way in ways)))
    table.add_row("Pernyataan / Statements", str(statements))
    return table
