"""Drafts: what the rules note about one item or one statement. Findings are made of them (`judgement`)."""

from msgspec import Struct

Facts = dict[str, str | int]
"""What a finding's text names. Times in Unix ms, durations in ms."""


class Draft(Struct, omit_defaults=True, gc=False):
    """One thing wrong with one item (None: with a statement or a chain), from the instant `since` (Unix ms) on.

    Drafts of one code and subject are one finding. `evidence` are entry indexes, the cause first; `closed_by` is the
    entry that mended it, at `closed_at` by its device's clock.
    """

    code: str
    subject: str
    since: int
    evidence: list[int]
    item: str | None = None
    closed_by: int | None = None
    closed_at: int | None = None
    facts: Facts = {}

    @property
    def key(self) -> tuple[str, str, str | None]:
        return self.code, self.subject, self.item
