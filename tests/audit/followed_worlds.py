"""Random worlds of which the log is judged as it grows: `make worlds` holds that against the rules in memory."""

from pathlib import Path
from tempfile import TemporaryDirectory

from custody.audit.following import Following
from custody.audit.source import FolderSource
from custody.core import entry
from custody.core.errors import SplitView
from tests.audit.logs import LOG_KEY, publish
from tests.ledger.test_worlds import HOUR, Ledgers, encode
from tests.rules import comparing
from tests.tile_folder import write_log


class Followed(Ledgers):
    """The same worlds: at the end of each its log is served at some of its sizes, one after the other."""

    def _compare(self) -> None:
        entries = [entry.encode(statement.envelope, received) for received, statement in self.book.entries]
        sizes = sorted({len(entries), *(self.random.randint(1, len(entries)) for _ in range(4))})
        with TemporaryDirectory() as folder:
            config = publish(Path(folder) / "log", entries[:1], self.world.origin)
            assert config.folder is not None
            with Following(FolderSource(config.folder), config, workers=0) as following:
                for size in sizes:
                    note = write_log(config.folder, entries[:size], self.world.origin, LOG_KEY)[-1]
                    result, judging = following.judge(note)
        assert {fault.kind for fault in result.faults} <= ({SplitView.kind} if self.split else set())
        assert judging is not None
        assert comparing.kept(judging.memory) == comparing.kept(self.book.memory)
        last = self.book.entries[-1][0]
        for now in (last, last + 48 * HOUR):
            assert encode(judging.findings(now)) == encode(self.book.findings(now))
