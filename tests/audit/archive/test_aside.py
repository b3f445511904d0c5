"""Work in another process: its bytes, or done here if that process comes to nothing; and nothing of it is left."""

import gc
import os
import signal
from pathlib import Path

import pytest

from custody.audit.archive import contents
from custody.audit.archive.aside import Aside
from custody.core.errors import Malformed
from tests.audit.archive.made import Made, copy, files, messages, renew_manifests, verify
from tests.audit.logs import flip


def test_the_bytes_come_from_another_process_and_none_is_left() -> None:
    here = os.getpid()
    with Aside(lambda: b"%d" % os.getpid() + bytes(1 << 20), here=False) as aside:
        there = aside.result()
    assert int(there.rstrip(b"\0")) != here
    assert len(there) > 1 << 20
    with Aside(lambda: b"%d" % os.getpid(), here=True) as aside:
        assert int(aside.result()) == here


def test_to_collect_garbage_copies_nothing_that_both_processes_share() -> None:
    shared = [[number] for number in range(300_000)]

    def collect() -> bytes:
        before = own_bytes()
        gc.collect()
        return b"%d" % (own_bytes() - before)

    try:
        with Aside(collect, here=False) as aside:
            copied = int(aside.result())
    finally:
        gc.unfreeze()
    assert copied < 4_000_000 < len(shared) * 64


def own_bytes() -> int:
    """What of this process's memory no other shares."""
    said = Path("/proc/self/smaps_rollup").read_text()
    return sum(int(line.split()[1]) * 1024 for line in said.splitlines() if line.startswith("Private"))


def test_what_fails_there_is_done_here() -> None:
    here = os.getpid()

    def dies() -> bytes:
        if os.getpid() != here:
            os.kill(os.getpid(), signal.SIGKILL)
        return b"here"

    def refuses() -> bytes:
        raise Malformed("no")

    with Aside(dies, here=False) as aside:
        assert aside.result() == b"here"
    with Aside(refuses, here=False) as aside, pytest.raises(Malformed):
        aside.result()


def test_a_block_that_raises_ends_the_other_process(monkeypatch: pytest.MonkeyPatch) -> None:
    killed = []
    monkeypatch.setattr(os, "kill", lambda *given, kill=os.kill: killed.append(given) or kill(*given))
    with pytest.raises(Malformed), Aside(lambda: signal.pause() or b"", here=False):  # type: ignore[func-returns-value]
        raise Malformed("no")
    [(child, _)] = killed
    with pytest.raises(ProcessLookupError):
        os.kill(child, 0)


def test_a_large_logs_archive_is_the_same_and_is_judged_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = Made(tmp_path)
    made.write("small")
    monkeypatch.setattr(contents, "SMALL", 0)
    made.write("large")
    assert files(tmp_path / "large") == files(tmp_path / "small")
    assert made.verify("large").verdict == "holds"

    spoilt = copy(tmp_path / "large", "spoilt")
    flip(spoilt / "data/epcis.jsonld", 1000)
    renew_manifests(spoilt)
    assert messages(verify(spoilt, made.config)) == [
        "data/epcis.jsonld is not what follows from the log, from byte 1000 on"
    ]
