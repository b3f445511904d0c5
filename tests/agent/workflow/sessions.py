"""What a session is given, and what it becomes: for tests of the workflow."""

from scanner_agent.inputs import Chosen, Expected, Given, Input, Unlocked
from scanner_agent.reading import Found
from scanner_agent.state import State, Step
from scanner_agent.workflow import step
from tests.world import handler_id, item_id, site_id

ANN, BUDI, CITRA = (handler_id(number) for number in range(3))
BOX, BAG = item_id(1), item_id(2)
SACK = item_id(3)
SEAL = "seal/kpu/000123"
OTHER_SEAL = "seal/kpu/000124"
HASH = "0" * 64
SITE = site_id(2)
WHY = Given("reason", "3" * 64)
DOCUMENT, OTHER_DOCUMENT = Expected("1" * 64, (BOX, BAG)), Expected("2" * 64, (SACK,))


def item(id_: str, verdict: str = "valid") -> Found:
    return Found("item", id_, "serial", "]Q1", verdict)  # type: ignore[arg-type]


def typed(id_: str, verdict: str = "unsigned") -> Found:
    return Found("item", id_, "manual", None, verdict)  # type: ignore[arg-type]


def seal(id_: str) -> Found:
    return Found("seal", id_, "camera", "]Q1", "unsigned")


def paper(id_: str) -> Found:
    return Found("statement", id_, "serial", "]Q1", "unsigned")


def site(id_: str) -> Found:
    return Found("site", id_, "camera", "]Q1", "unsigned")


def after(*inputs: Input) -> Step:
    """The last step of a session."""
    result = Step(State(), None)  # type: ignore[arg-type]
    for given in inputs:
        result = step(result.state, given)
    return result


HANDOVER = (Unlocked(ANN), Chosen("handover"), item(BOX), Unlocked(BUDI))
