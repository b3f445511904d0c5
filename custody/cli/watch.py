"""`custody audit watch`: looks at a log again and again, and tells people what they have to know."""

import os
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any

import click

from custody.audit import config as settings
from custody.cli import watch_texts
from custody.cli.audit_options import config_option, open_log, token_option, workers_option
from custody.cli.main import FAILED, NEWER_FORMAT, UNAVAILABLE
from custody.cli.written import Duration
from custody.core.errors import legible

if TYPE_CHECKING:
    from custody.audit.journal import Journal
    from custody.audit.watch import Alert, Step, Watch

COMMAND_S = 60
"""How long the command of an alert may take."""


class _Words(click.ParamType[list[str]]):
    """A command with its arguments, parted as a shell would, run by none."""

    name = "CMD"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> list[str]:
        if isinstance(value, list):
            return value
        try:
            words = shlex.split(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)
        return words or self.fail("a command is needed", param, ctx)


@click.command()
@click.argument("location", required=False, metavar="[URL]")
@config_option
@token_option
@click.option("--interval", type=Duration(), default="1min", show_default=True, help="From one look to the next.")
@click.option("--stale", type=Duration(), default="6h", show_default=True, help="Alert after so long without news.")
@click.option(
    "--judge-every",
    type=Duration(),
    default="5min",
    show_default=True,
    help="Verify and judge the log at most so often, once it has grown.",
)
@click.option("--alert", "command", type=_Words(), help="Run this for each alert, without a shell.")
@click.option("--journal", type=click.Path(path_type=Path, dir_okay=False), help="Where what was seen is kept.")
@click.option("--once", is_flag=True, help="Look once.")
@click.option("--steps", type=click.IntRange(min=1), help="Look so many times; by default until ended.")
@workers_option
def watch(  # noqa: PLR0917  # click gives them by name
    location: str | None,
    config_file: Path,
    interval: int,
    stale: int,
    judge_every: int,
    command: list[str] | None,
    journal: Path | None,
    once: bool,
    steps: int | None,
    workers: int | None,
) -> None:
    """Follow the log at URL, or where the settings say, and alert on what somebody has to know.

    Alerts: two histories, a rollback, no proof that a checkpoint goes on from the last, one that the log's key has not
    signed, a stale one, a log that does not hold, a new critical finding. Exit code at the end: 1 after any alert, 3
    if entries are of a newer format, 4 if the log was never there, else 0.
    """
    # What only this command needs takes long.
    from custody.audit.journal import Journal  # noqa: PLC0415
    from custody.audit.watch import Watch  # noqa: PLC0415

    config = settings.load(config_file)
    path = journal or config_file.with_suffix(".watch")
    kept = Journal(path, config.verifier)
    try:
        with ExitStack() as stack:
            source = stack.enter_context(open_log(location, config))
            ended = stack.enter_context(_until_asked_to_end())
            watching = Watch(
                source,
                config,
                kept,
                path.parent,
                begun=_now(),
                stale_ms=stale,
                judge_ms=judge_every,
                workers=workers,
            )
            stack.callback(watching.close)
            following = _Following(watching, kept, config.verifier.name, command)
            following.run(1 if once else steps, interval, ended)
    finally:
        kept.close()
    sys.exit(following.exit_code())


class _Following:
    """Steps of a watch, told to people."""

    def __init__(self, watch: "Watch", journal: "Journal", origin: str, command: list[str] | None) -> None:
        self._watch = watch
        self._journal = journal
        self._origin = origin
        self._command = command
        self._pending: dict[tuple[str, ...], Alert] = {}
        """Alerts whose command has failed: given again at the next step."""
        self._alerted = False
        self._newer = False

    def run(self, steps: int | None, interval_ms: int, ended: Event) -> None:
        """So many steps, or until `ended`."""
        done = 0
        while True:
            self._tell(self._watch.step(_now()))
            done += 1
            if done == steps or ended.wait(interval_ms / 1000):
                return

    def exit_code(self) -> int:
        if self._alerted:
            return FAILED
        if self._newer:
            return NEWER_FORMAT
        return 0 if self._journal.held else UNAVAILABLE

    def _tell(self, step: "Step") -> None:
        for line in watch_texts.news(step):
            self._log(line)
        broken = step.broken
        self._newer |= step.judged is not None and step.judged.verdict == "newer-format"
        self._pending |= {alert.keys: alert for alert in step.alerts}
        for keys, alert in list(self._pending.items()):
            self._alerted = True
            self._log(watch_texts.alert(alert))
            if self._run(alert):
                # Told first: after a power cut an alert comes twice rather than never.
                del self._pending[keys]
                try:
                    self._journal.tell(keys, _now())
                except OSError as error:
                    broken = error
        if broken is not None:
            raise broken

    def _run(self, alert: "Alert") -> bool:
        """Whether the command, if there is one, has taken the alert."""
        if self._command is None:
            return True
        try:
            done = subprocess.run(  # noqa: S603  # the user's own command
                self._command,
                stdin=subprocess.DEVNULL,
                env={**os.environ, **_environment(alert, self._origin)},
                timeout=COMMAND_S,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            self._log(watch_texts.command_failed(str(error)))
            return False
        if done.returncode != 0:
            self._log(watch_texts.command_failed(f"exit {done.returncode}"))
        return done.returncode == 0

    @staticmethod
    def _log(text: str) -> None:
        click.echo(f"{watch_texts.stamp(_now())} {text}")
        sys.stdout.flush()


def _environment(alert: "Alert", origin: str) -> Mapping[str, str]:
    indonesian, english = watch_texts.texts(alert)
    facts = {"alert": alert.kind, "log": origin, "message_id": indonesian, "message_en": english} | alert.facts
    return {f"CUSTODY_{name.upper()}": "\n".join(map(legible, fact.split("\n"))) for name, fact in facts.items()}


@contextmanager
def _until_asked_to_end() -> Iterator[Event]:
    """Set at the first SIGINT or SIGTERM, so that a step is finished; the second one ends the program at once."""
    ended = Event()

    def end(number: int, _: object) -> None:
        ended.set()
        signal.signal(number, signal.SIG_DFL)

    before = {number: signal.signal(number, end) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield ended
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _now() -> int:
    return time.time_ns() // 1_000_000
