"""A report as its faces show it: words and numbers in one language, in the order in which they are read.

Both faces set the same page, so that neither can say what the other does not. Texts are data to both.
"""

from typing import Literal

from msgspec import Struct

from custody.core.findings import Language

Weight = Literal["holds", "faulty", "newer-format"]


class Cell(Struct, frozen=True):
    """What stands at one place of a table: a line, and lesser lines under it. `code`: an id, hash or command."""

    text: str
    notes: list[str] = []
    code: bool = False
    strong: bool = False
    indent: int = 0


class Column(Struct, frozen=True):
    """`share`: of the width that columns of numbers leave."""

    title: str
    numeric: bool = False
    share: int = 1


class Table(Struct, frozen=True, tag_field="is", tag="table"):
    """`caption` names it; the first column names its rows. `more`: what is said of rows that are left out."""

    caption: str
    columns: list[Column]
    rows: list[list[Cell]]
    more: str | None = None


class Fact(Struct, frozen=True):
    label: str
    value: Cell


class Facts(Struct, frozen=True, tag_field="is", tag="facts"):
    facts: list[Fact]


class Chart(Struct, frozen=True, tag_field="is", tag="chart"):
    """`said`: in words, for those who do not see it. What it shows stands in a table beside it."""

    caption: str
    svg: str
    said: str


class Paragraph(Struct, frozen=True, tag_field="is", tag="paragraph"):
    text: str


class Heading(Struct, frozen=True, tag_field="is", tag="heading"):
    text: str


class Bullets(Struct, frozen=True, tag_field="is", tag="bullets"):
    items: list[str]


class Step(Struct, frozen=True):
    """Something to do, and the command that does it."""

    text: str
    command: str | None = None


class Steps(Struct, frozen=True, tag_field="is", tag="steps"):
    steps: list[Step]


class Code(Struct, frozen=True, tag_field="is", tag="code"):
    """A QR code with what it says; `said`: for those who do not see it."""

    svg: str
    said: str
    title: str
    text: str
    lines: list[str]


class Sheet(Struct, frozen=True, tag_field="is", tag="sheet"):
    """A finding: what it is, what is wrong and what to do, and what it rests on."""

    severity: str
    grade: str
    state: str
    open: bool
    title: str
    code: str
    text: str
    facts: list[Fact]


class People(Struct, frozen=True, tag_field="is", tag="people"):
    """Who signs a document: each with what he is in it."""

    people: list[list[Fact]]


Block = Table | Facts | Chart | Paragraph | Heading | Bullets | Steps | Code | Sheet | People


class Section(Struct, frozen=True):
    key: str
    title: str
    lead: str
    blocks: list[Block]


class Figure(Struct, frozen=True):
    """One of the figures that a reader in a hurry sees."""

    label: str
    value: str
    detail: str


class Alarm(Struct, frozen=True):
    """Open findings of one kind, the gravest first."""

    severity: str
    grade: str
    count: str
    title: str
    where: str


class Opening(Struct, frozen=True):
    """The first page: what is covered, as of when, whether it verifies, five figures, what is wrong now."""

    title: str
    covers: str
    as_of: str
    log: str
    weight: Weight
    verdict: str
    meaning: str
    rests_on: str
    figures_title: str
    figures: list[Figure]
    alarms_title: str
    alarms: list[Alarm]
    alarms_note: str


class Words(Struct, frozen=True):
    """What the faces say themselves. `page`: with `{page}` and `{pages}`."""

    contents: str
    page: str
    checkpoint: str
    see_check: str


class Page(Struct, frozen=True):
    """`short`: the beginning of the checkpoint's root. `made`: the instant as of which, UTC: year to second.

    `keywords`: for programs, the checkpoint (`stated.keyword`).
    """

    language: Language
    title: str
    short: str
    keywords: list[str]
    made: tuple[int, int, int, int, int, int]
    words: Words
    opening: Opening
    sections: list[Section]
