"""A log that is verified and judged as it grows: what was judged once is not read again.

What judging goes on from is in memory, as much as `replay` has when it ends, and the statements in a temporary file.
Now and then it is kept for reports, too.
"""

from contextlib import ExitStack
from typing import Self

from custody.audit import desk
from custody.audit.config import AuditorConfig
from custody.audit.judging import Judging
from custody.audit.result import Result
from custody.audit.source import Pinned, Source
from custody.audit.tree import Tree
from custody.audit.verification import Verification
from custody.audit.verify import read_head, refuse_part
from custody.core.errors import CustodyError, Unavailable

_KEPT_AFTER = 16
"""What is kept is written whole: once the log has grown by one part in so many."""


class Following:
    """Judges one log again and again, each time under a checkpoint that goes on from the one before."""

    def __init__(self, source: Source, config: AuditorConfig, *, workers: int | None = None) -> None:
        """`workers` as for `verify`."""
        self._source = source
        self._config = config
        self._workers = workers
        self._kept: Verification[Judging] | None = None
        self._open = ExitStack()
        self._kept_for_reports = 0

    @property
    def size(self) -> int:
        """How many entries are judged; 0: the next judgement is of the whole log."""
        return self._kept.tree.size if self._kept else 0

    def judge(self, note: bytes) -> tuple[Result, Judging | None]:
        """As `replay` under a signed checkpoint: of all entries, though only the new ones are read.

        Where the files do not fit together nothing is kept: another time they may. Raises Unavailable if the log cannot
        be read now (what was read by then is kept), or is a part of one.
        """
        verification = self._kept or self._begin()
        self._kept = None
        result, judging = verification.result, None
        try:
            read_head(Pinned(self._source, note), self._config, result)
            verification.run()
            judging = verification.recorder
            self._keep_for_reports(verification)
        except Unavailable:
            self._keep(verification, sound=verification.whole and not verification.misfit)
            raise
        except CustodyError as error:
            result.add(error, result.judged if result.judged < result.size else None)
        self._keep(verification, sound=judging is not None and not verification.misfit)
        return result, judging

    def close(self) -> None:
        self._open.close()
        self._kept = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def _begin(self) -> Verification[Judging]:
        refuse_part(self._source)
        self._open = ExitStack()
        tree = Tree()
        self._open.callback(tree.close)
        return Verification(
            source=self._source,
            config=self._config,
            result=Result(origin=self._config.verifier.name, vkey=self._config.vkey),
            tree=tree,
            workers=self._workers,
            progress=lambda *_: None,
            record=Judging,
            open=self._open,
            judged=None,
        )

    def _keep_for_reports(self, verification: Verification[Judging]) -> None:
        result, kept = verification.result, self._kept_for_reports
        if result.verdict == "holds" and result.size - kept > kept // _KEPT_AFTER:
            desk.keep(verification)
            self._kept_for_reports = result.size

    def _keep(self, verification: Verification[Judging], *, sound: bool) -> None:
        if sound:
            self._kept = verification
        else:
            self._open.close()
