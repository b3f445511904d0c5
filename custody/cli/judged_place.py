"""What `custody audit verify` judges, and by whose keys."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import click
import msgspec

from custody.audit import config as settings
from custody.audit.archive.source import ArchiveSource
from custody.audit.config import AuditorConfig
from custody.audit.result import Result, Verdict
from custody.audit.source import Source
from custody.audit.verify import refuse_part, verify
from custody.cli import audit_texts
from custody.cli.audit_options import open_log
from custody.core.note import Verifier


class Given(NamedTuple):
    """What was said on the command line: a place (None: that of the settings), settings, or keys instead of them."""

    location: str | None
    config_file: Path
    vkey: str | None
    entry0: str | None
    own_keys: bool
    witnesses: tuple[str, ...] = ()


@contextmanager
def judged_place(given: Given) -> Iterator[tuple[Source, AuditorConfig, list[str]]]:
    """The log, what it is held against, and which of `vkey` and `entry0` were taken from the archive itself."""
    if given.vkey is None and given.entry0 is None and not given.own_keys:
        if given.witnesses:
            raise click.UsageError("Those of --witness go with --vkey and --entry0; else the settings name them.")
        config = settings.load(given.config_file)
        with open_log(given.location, config) as source:
            yield source, config, []
        return
    if given.location is None:
        raise click.UsageError("With keys instead of settings, name the archive, folder or URL as well.")
    if not given.own_keys and (given.vkey is None or given.entry0 is None):
        got = "--vkey and --entry0 go together: what you do not give, an archive would say of itself."
        raise click.UsageError(f"{got} `custody audit verify --own-keys` takes that, and says so.")
    with open_log(given.location) as source:
        config, own = _keys(given, source)
        config = msgspec.structs.replace(config, witnesses=given.witnesses)
        _ = config.trusted_witnesses
        yield source, config, own


def judge(
    source: Source, config: AuditorConfig, workers: int | None, progress: Callable[[int, int], None], *, whole: bool
) -> Result:
    """The verdict on a log, or on an archive with all that is in it."""
    if isinstance(source, ArchiveSource):
        from custody.audit.archive.check import verify_archive  # noqa: PLC0415  # and the rules of custody with it

        return verify_archive(source, config, workers=workers, progress=progress)
    return verify(source, config, workers=workers, progress=progress, from_start=whole)


def check_keeps(source: Source, config: AuditorConfig) -> None:
    """Before anything is verified: raises UsageError or Unavailable where nothing can be kept for a report."""
    if config.state is None:
        raise click.UsageError("What --judge judges is kept beside the settings: name them, instead of keys.")
    refuse_part(source)


def keep_judged(
    source: Source, config: AuditorConfig, workers: int | None, progress: Callable[[int, int], None]
) -> tuple[Verdict, str]:
    """Judges for the next report what came since the last: the verdict on what was read for it, and what to say."""
    from custody.audit.desk import judge as judge_and_keep  # noqa: PLC0415  # the rules of custody with it

    result, kept = judge_and_keep(source, config, workers=workers, progress=progress)
    return result.verdict, audit_texts.kept_for_reports(result, kept)


def _keys(given: Given, source: Source) -> tuple[AuditorConfig, list[str]]:
    if given.vkey is not None and given.entry0 is not None:
        Verifier(given.vkey)
        return AuditorConfig(vkey=given.vkey, entry0=given.entry0.lower()), []
    if not isinstance(source, ArchiveSource):
        raise click.UsageError("Only an archive has keys of its own: give --vkey and --entry0, or settings.")
    from custody.audit.archive.check import own_keys  # noqa: PLC0415

    own = [name for name, value in (("vkey", given.vkey), ("entry0", given.entry0)) if value is None]
    return own_keys(source, given.vkey, given.entry0), own
