"""Options that are written as people write times, durations and positions (custody.lists.written)."""

from pathlib import Path
from typing import Any

import click

from custody.core.errors import Malformed
from custody.lists.written import duration, instant, micro_degrees


class Instant(click.ParamType[int]):
    """An option's `instant`."""

    name = "instant"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        return value if isinstance(value, int) else _or_fail(self, instant, value, param, ctx)


class NewFile(click.ParamType[Path]):
    """An option's file, or new folder, to be made: whether it can lie there is said before the log is read."""

    name = "path"

    def __init__(self, *, folder: bool = False) -> None:
        self._folder = folder

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        path = Path(value)
        if not path.parent.is_dir():
            self.fail(f"There is no folder {str(path.parent)!r}.", param, ctx)
        if self._folder and path.exists():
            self.fail(f"{str(path)!r} is there already: name a new folder.", param, ctx)
        if path.is_dir():
            self.fail(f"{str(path)!r} is a folder: name a file.", param, ctx)
        return path


class Duration(click.ParamType[int]):
    """An option's `duration`."""

    name = "duration"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        return value if isinstance(value, int) else _or_fail(self, duration, value, param, ctx)


class Degrees(click.ParamType[int]):
    """An option's `micro_degrees`."""

    name = "degrees"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        return value if isinstance(value, int) else _or_fail(self, micro_degrees, value, param, ctx)


def _or_fail(kind: click.ParamType[int], read: Any, value: Any, param: Any, ctx: Any) -> int:
    try:
        found: int = read(value)
    except Malformed as error:
        kind.fail(str(error), param, ctx)
    return found
