"""A session so far, as a value, and what a step makes of it."""

from typing import Any, Literal

import msgspec
from msgspec import Struct

from custody.core.event import LabelVerdict, Source
from scanner_agent import texts
from scanner_agent.inputs import Caution
from scanner_agent.members import PARTIES, SealState
from scanner_agent.texts import Words

LABEL_WARNINGS: dict[LabelVerdict, str] = {
    "forged": "label-bad",
    "unknown-issuer": "label-bad",
    "out-of-range": "label-bad",
    "foreign-host": "label-foreign-host",
}
"""What the rules call a label that is not right."""


class Line(Struct, frozen=True):
    """Something that was read: an item, a seal `on` an item, or a `use` of its own.

    Of a seal: `count` where it stands for so many without a number, the number `expected` where another was read, and
    its `state`.
    """

    source: Source
    symbology: str | None
    verdict: LabelVerdict
    on: str | None = None
    use: Literal["container", "compartment"] | None = None
    count: int | None = None
    expected: str | None = None
    state: SealState | None = None


class Document(Struct, frozen=True):
    """A statement that the event refers to: the `items` that it says there are.

    `before`: how many lines and photographs there were.
    """

    items: tuple[str, ...]
    before: int


class Photograph(Struct, frozen=True):
    """A photograph's hash; `before`: how many lines and documents there were."""

    hash: str
    before: int


class State(Struct, frozen=True):
    """`documents` by statement id, in the order named; `lines` by id, in the order read.

    `handlers` in the order unlocked, with their warnings; `carrier`: the first of them who is one; `watching`: those
    whose office it is to attest. `at`: the item that seals go on. `shown`: cautions that the handler has seen;
    `overridden`: the codes of those that did not keep the handler from confirming.
    """

    action: str | None = None
    handlers: dict[str, str | None] = {}
    carrier: str | None = None
    watching: frozenset[str] = frozenset()
    pin_of: str | None = None
    fields: dict[str, str] = {}
    documents: dict[str, Document] = {}
    photos: tuple[Photograph, ...] = ()
    lines: dict[str, Line] = {}
    at: str | None = None
    shown: tuple[Caution, ...] = ()
    overridden: tuple[str, ...] = ()

    @property
    def items(self) -> list[str]:
        return [id_ for id_, line in self.lines.items() if line.on is None and line.use is None]

    @property
    def refs(self) -> tuple[str, ...]:
        """The statements that the event refers to."""
        return tuple(self.documents)

    @property
    def typed(self) -> bool:
        """Whether an id was typed: nobody types a signed label, but it may be pasted."""
        read = (line for line in self.lines.values() if line.count is None)
        return "container" in self.fields or any(
            line.source == "manual" and line.verdict == "unsigned" for line in read
        )

    @property
    def compartment(self) -> list[str]:
        return [id_ for id_, line in self.lines.items() if line.use == "compartment"]

    @property
    def container(self) -> str | None:
        """As typed, or as read."""
        read = next((id_ for id_, line in self.lines.items() if line.use == "container"), None)
        return self.fields.get("container", read)

    @property
    def parties(self) -> tuple[str, ...]:
        """The members that badges fill: the one who signs on paper shows none."""
        wanted = PARTIES.get(self.action or "", ())
        return tuple(party for party in wanted if party != "receiver") if "paper" in self.fields else wanted

    @property
    def badges_wanted(self) -> int:
        return max(1, len(self.parties))

    def seals_on(self, item: str) -> dict[str, Line]:
        return {id_: line for id_, line in self.lines.items() if line.on == item}

    def referring_to(self, statement: str, items: tuple[str, ...] = ()) -> "State":
        """With a further statement. A correction is of one, and what that said is no more than what is corrected."""
        before = len(self.lines) + len(self.photos)
        if self.action == "correct":
            return self.with_(documents={statement: Document((), before)})
        others = {id_: document for id_, document in self.documents.items() if id_ != statement}
        return self.with_(documents=others | {statement: Document(items, before)})

    def photographed(self, photo: str) -> "State":
        """With a further photograph, by its hash."""
        return self.with_(photos=(*self.photos, Photograph(photo, len(self.lines) + len(self.documents))))

    def with_(self, **changes: Any) -> "State":
        return msgspec.structs.replace(self, **changes)


Detail = str | Words
"""What stands after words: the same in both languages, or in each."""


def both(detail: Detail) -> str:
    """For a place that shows both languages."""
    return detail if isinstance(detail, str) else " / ".join(detail)


class Say(Struct, frozen=True):
    """Words for the handler. Only what is `wrong` was not taken."""

    tone: Literal["good", "warned", "wrong", "plain"]
    words: Words
    detail: Detail = ""


class Step(Struct, frozen=True):
    """`changed`: the input counts, and is to be journalled if it is `Kept`. `sign`: the draft is complete."""

    state: State
    say: Say
    changed: bool = True
    sign: bool = False


def refuse(state: State, words: Words, detail: Detail = "") -> Step:
    """The input does not count."""
    return Step(state, Say("wrong", words, detail), changed=False)


def warnings(state: State) -> list[str]:
    """The warnings that were shown, as an event names them: findings' codes wherever the rules have one."""
    labels = {LABEL_WARNINGS[line.verdict] for line in state.lines.values() if line.verdict in texts.VERDICTS}
    return sorted(labels | {warning for warning in state.handlers.values() if warning} | set(state.overridden))
