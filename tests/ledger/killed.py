"""Opens the ledger of a folder, sends what `statements` gives, and kills itself at a step of its second round.

    python -m tests.ledger.killed FOLDER STEP

Each acknowledged statement is written to FOLDER/acknowledged, durably, as `<id> <index>`.
"""

import os
import signal
import sys
from pathlib import Path

from custody.core.statement import Statement
from custody.ledger.config import LedgerConfig
from custody.ledger.ledger import Ledger
from custody.ledger.views import Accepted
from tests.world import World

STEPS = ("before-commit", "after-commit", "after-readback", "after-sign", "after-guard")


def statements(world: World) -> list[list[Statement]]:
    """The batches that every run sends, from the first."""
    return [world.roster, *(world.handovers(5) for _ in range(6))]


def main(folder: Path, step: str) -> None:
    world = World()
    config = LedgerConfig(
        origin=world.origin,
        data=folder / "data",
        guard=folder / "guard" / "checkpoint",
        key=folder / "log-key.pem",
        threads=4,
    )
    rounds = 0

    def kill(reached: str) -> None:
        nonlocal rounds
        rounds += reached == step
        # A run that begins by signing what the one before left takes that for its first round.
        if rounds == 2:
            os.kill(os.getpid(), signal.SIGKILL)

    ledger = Ledger.open(config, hook=kill)
    with (folder / "acknowledged").open("a") as file:
        for batch in statements(world):
            for answer in ledger.submit([statement.envelope for statement in batch]):
                assert isinstance(answer, Accepted), answer
                print(answer.id, answer.index, file=file)
            file.flush()
            os.fsync(file.fileno())
    ledger.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
