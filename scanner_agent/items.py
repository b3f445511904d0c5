"""Items in a session: read, read again, and counted against what documents say there is. Pure."""

import msgspec

from scanner_agent import texts
from scanner_agent.manifest import tally
from scanner_agent.members import CONTAINER_FIRST
from scanner_agent.reading import Found
from scanner_agent.sealing import at_item
from scanner_agent.state import Line, Say, State, Step, refuse
from scanner_agent.texts import Words


def read_item(state: State, found: Found) -> Step:
    line = Line(found.source, found.symbology, found.verdict)
    if state.action in CONTAINER_FIRST and state.container is None:
        if found.id in state.lines:
            return refuse(state, texts.OWN_CONTAINER, found.id)
        return _read(state, found, msgspec.structs.replace(line, use="container"))
    at = at_item(state, found.id, alone=found.alone)
    if found.id in state.items:
        return _read_again(state.with_(at=at), state, found, line)
    if found.id == state.container:
        if found.id in state.lines and state.lines[found.id].again(line) != state.lines[found.id]:
            return _read_again(state, state, found, line)
        return refuse(state, texts.OWN_CONTAINER, found.id)
    return _read(state.with_(at=at), found, line)


def _read(state: State, found: Found, line: Line) -> Step:
    after = state.with_(lines=state.lines | {found.id: line})
    if found.verdict in texts.VERDICTS:
        return Step(after, Say("warned", counted(texts.VERDICTS[found.verdict], after), found.id))
    if line.use == "container":
        return Step(after, Say("good", texts.CONTAINER, found.id))
    there = tally(after)
    if there is None:
        return Step(after, Say("good", texts.ITEM, f"{found.id} ({len(after.items)})"))
    if found.id in there.extra:
        return Step(after, Say("warned", counted(texts.EXTRA, after), found.id))
    return Step(after, Say("good", counted(texts.ITEM, after), found.id))


def _read_again(after: State, state: State, found: Found, line: Line) -> Step:
    """`after`: with where the next seals go."""
    kept = state.lines[found.id].again(line)
    changed = after.at != state.at or kept != state.lines[found.id]
    after = after.with_(lines=after.lines | {found.id: kept})
    if kept.verdict in texts.VERDICTS:
        return Step(after, Say("warned", counted(texts.VERDICTS[kept.verdict], after), found.id), changed=changed)
    words = texts.SEALS_GO_ON if after.at == found.id != state.at else texts.AGAIN
    return Step(after, Say("heard", counted(words, after), found.id), changed=changed)


def counted(words: Words, state: State) -> Words:
    """With how many of the expected items were read, where any are expected."""
    there = tally(state)
    return words if there is None else (f"{words[0]}, {there.words[0]}", f"{words[1]}, {there.words[1]}")
