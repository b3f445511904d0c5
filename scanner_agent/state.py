"""A session so far, as a value, and what a step makes of it."""

from typing import Any, Literal

import msgspec
from msgspec import Struct

from custody.core.event import LabelVerdict, Source
from custody.core.head import HandlerRole
from scanner_agent import texts
from scanner_agent.inputs import Caution, Kept
from scanner_agent.members import PARTIES, WATCHERS, SealState
from scanner_agent.texts import Words

LABEL_WARNINGS: dict[LabelVerdict, str] = {
    "forged": "label-bad",
    "unknown-issuer": "label-bad",
    "out-of-range": "label-bad",
    "foreign-host": "label-foreign-host",
}
"""What the rules call a label that is not right."""
_VERDICTS: list[LabelVerdict] = ["valid", "unsigned", "foreign-host", "out-of-range", "unknown-issuer", "forged"]
"""The worst last."""
VEHICLE = "vehicle"
"""Where the seals of a compartment are; no item's id."""


class Line(Struct, frozen=True):
    """Something that was read: an item, a seal `on` an item, or a `use` of its own.

    Of a seal: `count` where it stands for so many without a number, the number `expected` where another was read, and
    its `state`. `listed`: an item that was not read, but taken from a document.
    """

    source: Source
    symbology: str | None
    verdict: LabelVerdict
    on: str | None = None
    use: Literal["container", "compartment"] | None = None
    count: int | None = None
    expected: str | None = None
    state: SealState | None = None
    listed: bool = False

    def again(self, read: "Line") -> "Line":
        """This line when the same id is read once more: of two labels the worse one is what is recorded."""
        if _VERDICTS.index(read.verdict) <= max(_VERDICTS.index(self.verdict), _VERDICTS.index("unsigned")):
            return self
        return msgspec.structs.replace(self, source=read.source, symbology=read.symbology, verdict=read.verdict)


class Signer(Struct, frozen=True):
    """Who has unlocked a badge: what the roster has against it, and what it says that the handler is.

    `after`: how many inputs the draft had before.
    """

    warning: str | None = None
    role: HandlerRole | None = None
    after: int = 0


class Spelling(Struct, frozen=True):
    """A field that is being filled card by card, and what there is of it."""

    field: str
    text: str = ""


class State(Struct, frozen=True):
    """`past`: the inputs of which all but the badges is made, so that the last of them can be taken back.

    `handlers` in the order unlocked. `documents`: by the ids of the statements that the event refers to, in the order
    named, the items that they say there are. `photos`: hashes. `lines` by id, in the order read; see `number` for
    seals. `at`: the item that the next seals are on, or `VEHICLE`; None: nobody has said. `shown`: cautions that the
    handler has seen, of the draft as it is; `overridden`: the codes of those that did not keep the handler from
    confirming. `spelling`: what is not in a field yet.
    """

    past: tuple[Kept, ...] = ()
    action: str | None = None
    handlers: dict[str, Signer] = {}
    pin_of: str | None = None
    fields: dict[str, str] = {}
    documents: dict[str, tuple[str, ...]] = {}
    photos: tuple[str, ...] = ()
    lines: dict[str, Line] = {}
    at: str | None = None
    shown: tuple[Caution, ...] = ()
    overridden: tuple[str, ...] = ()
    spelling: Spelling | None = None

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
            line.source == "manual" and line.verdict == "unsigned" and not line.listed for line in read
        )

    @property
    def compartment(self) -> list[str]:
        return [number(key) for key, line in self.lines.items() if line.use == "compartment"]

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
    def watching(self) -> list[str]:
        """Those whose office it is to attest."""
        return [handler for handler, signer in self.handlers.items() if signer.role in WATCHERS]

    @property
    def carrier(self) -> str | None:
        return next((handler for handler, signer in self.handlers.items() if signer.role == "carrier"), None)

    @property
    def filled(self) -> dict[str, str]:
        """Who is which party, in the order of the badges. Goods do not pass to those who watch."""
        able = [handler for handler in self.handlers if handler not in self.watching]
        return dict(zip(self.parties, able, strict=False))

    def part(self, handler: str) -> str | None:
        """Which party a handler is; None: none of them."""
        return next((party for party, one in self.filled.items() if one == handler), None)

    def seals_on(self, item: str) -> dict[str, Line]:
        return {id_: line for id_, line in self.lines.items() if line.on == item}

    def referring_to(self, statement: str, items: tuple[str, ...] = ()) -> "State":
        """With a further statement. A correction is of one, and what that said is no more than what is corrected."""
        if self.action == "correct":
            return self.with_(documents={statement: ()})
        others = {id_: document for id_, document in self.documents.items() if id_ != statement}
        return self.with_(documents=others | {statement: items})

    def with_(self, **changes: Any) -> "State":
        return msgspec.structs.replace(self, **changes)


Detail = str | Words
"""What stands after words: the same in both languages, or in each."""


def both(detail: Detail) -> str:
    """For a place that shows both languages."""
    return detail if isinstance(detail, str) else " / ".join(detail)


def number(key: str) -> str:
    """The seal that a key of `lines` stands for: one that was read in a second place has that place after it."""
    return key.partition(" ")[0]


class Say(Struct, frozen=True):
    """Words for the handler. Only what is `wrong` was not taken; what is `heard` was, and counts nothing more."""

    tone: Literal["good", "heard", "warned", "wrong", "plain"]
    words: Words
    detail: Detail = ""


class Step(Struct, frozen=True):
    """`changed`: the draft is another, and the input is to be journalled if it is `Kept`. `sign`: it is complete."""

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
    badges = {signer.warning for signer in state.handlers.values() if signer.warning}
    return sorted(labels | badges | set(state.overridden))
