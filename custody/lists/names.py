"""Names for ids as a table: `id,name`, each id once."""

from collections.abc import Callable

from custody.core.errors import Malformed
from custody.directory import check_id, check_name
from custody.lists.table import Faults, read_table

COLUMNS = ["id", "name"]


def read_names(data: bytes, faults: Faults, check: Callable[[str], object] = check_id) -> dict[str, str]:
    """The names in a CSV file, by id, of ids that `check` lets pass.

    Raises Malformed, with every fault by line and column in `faults`.
    """
    names: dict[str, str] = {}
    for row in read_table(data, COLUMNS, [], faults):
        for column, look in (("id", check), ("name", check_name)):
            try:
                look(row.cells[column])
            except Malformed as error:
                faults.add(row.line, error, column)
        if row.cells["id"] in names:
            faults.add(row.line, Malformed("an id has a line already", got=row.cells["id"]), "id")
        names[row.cells["id"]] = row.cells["name"]
    faults.refuse("Mend these lines, then import the whole file again.")
    return names
