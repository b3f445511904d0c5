"""The label formats we print on: what lies where on a sheet or a roll. All lengths are millimetres."""

from msgspec import Struct

from custody.core.errors import ConfigFault

A4 = (210.0, 297.0)


class LabelFormat(Struct, frozen=True, kw_only=True):
    """Equal labels in `columns` × `rows`, centred on the page; `gap` lies between columns, none between rows.

    `padding` is kept white inside each label, for printers that cannot print to the edge. `dpi` is a label printer's
    resolution: its QR modules are then whole dots.
    """

    label: tuple[float, float]
    padding: float
    page: tuple[float, float] = A4
    columns: int = 1
    rows: int = 1
    gap: float = 0.0
    dpi: int | None = None

    @property
    def is_wide(self) -> bool:
        """Whether the words stand beside the code rather than under it."""
        width, height = self.label
        return width > 1.2 * height

    @property
    def per_page(self) -> int:
        return self.columns * self.rows

    def corner(self, place: int) -> tuple[float, float]:
        """Upper left corner (from the page's left, from its top) of label `place`, counted along rows from 0."""
        row, column = divmod(place, self.columns)
        width, height = self.label
        left = (self.page[0] - self.columns * width - (self.columns - 1) * self.gap) / 2
        top = (self.page[1] - self.rows * height) / 2
        return left + column * (width + self.gap), top + row * height


def _roll(width: float, height: float, *, padding: float, dpi: int) -> LabelFormat:
    return LabelFormat(label=(width, height), page=(width, height), padding=padding, dpi=dpi)


# Sheets as sold by Avery (L7160, L7163, L7165, 3474) and Herma (4464, 4676), and others in the same sizes.
FORMATS = {
    "a4-24": LabelFormat(label=(70.0, 37.0), columns=3, rows=8, padding=3.0),
    "a4-21": LabelFormat(label=(63.5, 38.1), columns=3, rows=7, gap=2.5, padding=2.0),
    "a4-14": LabelFormat(label=(99.1, 38.1), columns=2, rows=7, gap=2.5, padding=2.0),
    "a4-8": LabelFormat(label=(99.1, 67.7), columns=2, rows=4, gap=2.5, padding=3.0),
    "a4-4": LabelFormat(label=(105.0, 148.0), columns=2, rows=2, padding=5.0),
    "roll-100x50": _roll(100.0, 50.0, padding=2.0, dpi=203),
    "roll-62x100": _roll(62.0, 100.0, padding=2.0, dpi=300),
    "roll-50x30": _roll(50.0, 30.0, padding=1.0, dpi=300),
}


def named(name: str) -> LabelFormat:
    """Raises ConfigFault for a name that is not in `FORMATS`."""
    if name not in FORMATS:
        raise ConfigFault("there is no such label format", expected=", ".join(FORMATS), got=name)
    return FORMATS[name]
