"""What is said of an input that was taken back. Pure."""

from custody.core import choices
from scanner_agent import texts
from scanner_agent.inputs import Archived, Chosen, Expected, Given, Kept, Listed
from scanner_agent.items import counted
from scanner_agent.reading import Found
from scanner_agent.state import Say, State


def undone(last: Kept, before: State, after: State) -> Say:
    """The last input was taken back."""
    match last:
        case Found(what="item" | "seal") if before.lines.keys() == after.lines.keys():
            return Say("good", texts.AGAIN_UNDONE, last.id)
        case Found(what="item" | "seal"):
            return Say("good", counted(texts.UNDONE, after), last.id)
        case Listed(items):
            return Say("good", counted(texts.UNDONE, after), str(len(items)))
        case Found(what="site", id=site):
            return Say("good", texts.UNDONE, f"to {site}")
        case Expected(statement) | Found(id=statement):
            return Say("good", texts.UNDONE, f"ref {statement}")
        case Given(field, value):
            return Say("good", texts.UNDONE, f"{field} {value}")
        case Chosen(action):
            return Say("good", texts.ACTION_UNDONE, choices.ACTIONS[action])
        case Archived(photo):
            return Say("good", texts.UNDONE, f"photo {photo}")
        case _:
            return Say("good", texts.UNDONE)
