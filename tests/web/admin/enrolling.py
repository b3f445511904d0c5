"""What an authority and a device do while the device is enrolled: a desk that signs drafts, an agent that runs."""

import io
import threading
from collections.abc import Iterator
from pathlib import Path

from custody.cli import desk as desks
from custody.files import save_key
from scanner_agent import exchange_texts
from scanner_agent.running import run_agent
from tests.agent.scene import Scene
from tests.cli.programs import succeed


def make_desk(scene: Scene, folder: Path) -> Path:
    """That of the world's authority, in a new folder."""
    folder.mkdir()
    authority = scene.world.authority.key
    save_key(folder / desks.KEY, authority)
    root, *others = scene.roster
    desks.make_desk(folder, desks.Settings(log=scene.world.origin, authority=authority.keyid), root.envelope, others)
    return folder


def sign(desk: Path, draft: Path) -> tuple[Path, str]:
    """(what `custody roster sign` makes of a draft file, what it shows)."""
    shown = succeed("roster", "sign", draft, "--desk", desk, "--yes")
    return draft.with_name(draft.name.replace(".custody-draft.json", ".custody-signed.ndjson")), shown


def let_scan(settings: Path, *codes: str) -> None:
    """An agent's only reader reads these, from its next run on."""
    reader = '[[source]]\nkind = "replay"\npath = "scans.txt"\n'
    if reader not in settings.read_text():
        settings.write_text(settings.read_text() + reader)
    settings.with_name("scans.txt").write_text("".join(f"{code}\n" for code in codes))


def run(folder: Path, *lines: str) -> str:
    """What the agent tells until it has read what there is and the ledger has answered."""
    from scanner_agent.config import load

    out = Waiting(exchange_texts.ASKED if not lines else exchange_texts.RECEIPTED)
    typed = io.StringIO("".join(f"{line}\n" for line in lines)) if lines else out
    run_agent(load(folder / "agent.toml"), typed, out)  # type: ignore[arg-type]  # lines end with what is awaited
    return out.getvalue()


class Waiting(io.StringIO):
    """A terminal at which somebody waits until words are shown, and then leaves."""

    def __init__(self, words: tuple[str, str]) -> None:
        super().__init__()
        self._words, self._shown = words, threading.Event()

    def write(self, text: str) -> int:
        if self._words[1] in text:
            self._shown.set()
        return super().write(text)

    def __iter__(self) -> Iterator[str]:  # type: ignore[override]
        assert self._shown.wait(60)
        return iter(())
