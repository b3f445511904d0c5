"""The processes that judge bundles, and what becomes of them."""

import os
import subprocess
import sys
import time
from pathlib import Path
from uuid import uuid4

PROGRAM = """
import sys
from pathlib import Path
from custody.audit.bundle import Terms
from custody.audit.pool import judges
from custody.audit.source import FolderSource

folder = Path(sys.argv[1])
with judges(FolderSource(folder), Terms(folder / "keys", events=False), 2):
    print("begun", flush=True)
    sys.stdin.read()
"""
SOON_S = 30


def marked(mark: str) -> set[int]:
    """The processes that have `mark` in their environment."""
    found = set()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if mark.encode() in (folder / "environ").read_bytes():
                found.add(int(folder.name))
        except OSError:
            pass  # it has ended, or is another's
    return found


def test_no_process_is_left_of_a_command_that_was_killed(tmp_path: Path) -> None:
    mark = uuid4().hex
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, tmp_path],
        env={**os.environ, "MARK": mark},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as program:
        assert program.stdout is not None
        assert program.stdout.readline() == b"begun\n"
        assert len(marked(mark)) > 2
        program.kill()
    waited_until = time.monotonic() + SOON_S
    while (left := marked(mark)) and time.monotonic() < waited_until:
        time.sleep(0.05)
    assert not left
