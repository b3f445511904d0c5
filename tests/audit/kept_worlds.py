"""Random worlds of which the log is judged as it grows, each time by what was kept of the time before."""

from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from custody.audit.desk import judged
from custody.audit.report.reporting import Reporting
from custody.audit.source import FolderSource
from custody.core import entry
from tests.audit.logs import LOG_KEY, publish
from tests.ledger.test_worlds import HOUR, Ledgers, encode
from tests.rules import comparing
from tests.tile_folder import write_log


class Kept(Ledgers):
    """The same worlds: at the end of each its log is served at some of its sizes, one after the other."""

    def _compare(self) -> None:
        entries = [entry.encode(statement.envelope, received) for received, statement in self.book.entries]
        sizes = sorted({len(entries), *(self.random.randint(1, len(entries)) for _ in range(4))})
        with TemporaryDirectory() as folder:
            config = publish(Path(folder) / "log", entries[:1], self.world.origin)
            config = msgspec.structs.replace(config, state=Path(folder) / "auditor.state")
            assert config.folder is not None
            held = False
            for size in sizes:
                write_log(config.folder, entries[:size], self.world.origin, LOG_KEY)
                with FolderSource(config.folder) as source, judged(source, config, Reporting, workers=0) as found:
                    result, judging = found
                    assert judging is not None
                    told = encode(judging.gathered)
                    held |= result.verdict == "holds"
                    assert (Path(folder) / "auditor.judged").exists() == held
                with (
                    FolderSource(config.folder) as source,
                    judged(source, config, Reporting, workers=0, from_start=True) as (_, anew),
                ):
                    assert anew is not None
                    assert encode(anew.gathered) == told
                    assert encode(anew.memory.tracks) == encode(judging.memory.tracks), "in this order"
        assert comparing.kept(judging.memory) == comparing.kept(self.book.memory)
        last = self.book.entries[-1][0]
        for now in (last, last + 48 * HOUR):
            assert encode(judging.findings(now)) == encode(self.book.findings(now))
