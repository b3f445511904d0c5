"""What a session is given: reads, choices, badges, a confirmation. `Kept` is journalled, and survives a restart."""

from msgspec import Struct

from custody.core.head import HandlerRole
from scanner_agent.reading import Found
from scanner_agent.texts import Words


class Chosen(Struct, frozen=True, tag_field="input", tag="action"):
    action: str


class Given(Struct, frozen=True, tag_field="input", tag="field"):
    """A member of the event, as typed or scanned. Of what stays private, the value is the hash."""

    field: str
    value: str


class Expected(Struct, frozen=True, tag_field="input", tag="expected"):
    """What a statement says there is, such as a release that is to be accepted: the event refers to it."""

    statement: str
    items: tuple[str, ...]


class Archived(Struct, frozen=True, tag_field="input", tag="archive"):
    """The hash of a photograph of a document that was signed by hand, after that document's statement was named."""

    photo: str


class Listed(Struct, frozen=True, tag_field="input", tag="listed"):
    """Items that a document names and that are missing: nobody reads their labels."""

    items: tuple[str, ...]


class Vehicle(Struct, frozen=True, tag_field="input", tag="vehicle"):
    """The next seals are on the vehicle's compartment."""


class Undo(Struct, frozen=True, tag_field="input", tag="undo"):
    """Takes back what came last, whatever it was: an input or a badge."""


Kept = Found | Chosen | Given | Archived | Expected | Listed | Vehicle | Undo


class Spell(Struct, frozen=True):
    """The digits and letters that come next are of this field."""

    field: str


class Letter(Struct, frozen=True):
    """A card of what is being spelled: a digit, a letter, `clear` or `done`."""

    key: str


class BadgeShown(Struct, frozen=True):
    """`known`: the roster has this handler, or there is no roster yet."""

    handler: str
    known: bool = True


class Unlocked(Struct, frozen=True):
    """Badge and PIN gave the handler's key; `warning` is what the roster has against the badge, `role` what it says."""

    handler: str
    warning: str | None = None
    role: HandlerRole | None = None


class Locked(Struct, frozen=True):
    """The keys were dropped."""


class Caution(Struct, frozen=True):
    """What the rules will find in these items if the draft is signed as it is: a finding's code and its text."""

    code: str
    words: Words
    items: tuple[str, ...]


class Confirm(Struct, frozen=True):
    """Sign the draft, of which this much looks wrong."""

    cautions: tuple[Caution, ...] = ()


Input = Kept | Spell | Letter | BadgeShown | Unlocked | Locked | Confirm
