"""Runs the real programs of the house, as a person at a terminal would, and shows what they say."""

import os
import pty
import queue
import shlex
import signal
import subprocess
import sys
import threading
import time
import tty
from pathlib import Path
from typing import IO

from rich.console import Console

BIN = Path(sys.executable).parent
_ENVIRONMENT = os.environ | {"PYTHONUNBUFFERED": "1", "COLUMNS": "110"}
console = Console(highlight=False, soft_wrap=True)


class Unexpected(Exception):
    """The story did not go as it must."""


def say(number: int, indonesian: str, english: str) -> None:
    """A chapter's heading."""
    console.print(f"\n[bold]{number}. {indonesian}[/bold]  [dim]{english}[/dim]")


def run(*words: str | Path, code: int = 0) -> str:
    """Runs one of our commands to its end and returns what it printed. Raises Unexpected for another exit code."""
    command = [str(word) for word in words]
    console.print(f"  [cyan]$ {shlex.join([command[0], *map(_short, command[1:])])}[/cyan]")
    done = subprocess.run(  # noqa: S603  # our own programs
        [BIN / command[0], *command[1:]],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        env=_ENVIRONMENT,
    )
    if done.returncode != code:
        raise Unexpected(f"exit code {done.returncode} instead of {code}:\n{done.stdout}{done.stderr}")
    return done.stdout + done.stderr


def show(text: str, most: int = 12) -> None:
    """The first lines of an output, indented."""
    lines = [line for line in text.splitlines() if line.strip()]
    for line in lines[:most]:
        console.print(f"    {line}", style="dim", markup=False)
    if len(lines) > most:
        console.print(f"    … {len(lines) - most}", style="dim")


class Program:
    """One of our programs that runs beside the story; its lines are shown, and can be waited for."""

    def __init__(self, *words: str | Path, name: str, log: Path | None = None) -> None:
        """With `log`, its lines go into that file instead of being shown."""
        command = [str(word) for word in words]
        console.print(f"  [cyan]$ {shlex.join([command[0], *map(_short, command[1:])])}[/cyan]")
        self._name = name
        self._log = log
        self._lines: queue.Queue[str | None] = queue.Queue()
        self._process = subprocess.Popen(  # noqa: S603  # our own programs
            [BIN / command[0], *command[1:]],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            bufsize=1,
            env=_ENVIRONMENT,
        )
        threading.Thread(target=self._pump, args=(self._process.stdout,), daemon=True).start()

    def type(self, line: str) -> None:
        """A line at its keyboard."""
        stdin = self._process.stdin
        if stdin is None:
            raise Unexpected(f"{self._name} has no keyboard")
        stdin.write(line + "\n")
        stdin.flush()

    def wait_for(self, text: str, seconds: float = 30.0) -> str:
        """The next line that holds `text`. Raises Unexpected if none comes in time."""
        deadline = time.monotonic() + seconds
        seen = []
        while (left := deadline - time.monotonic()) > 0:
            try:
                line = self._lines.get(timeout=left)
            except queue.Empty:
                break
            if line is None:
                break
            seen.append(line)
            if text in line:
                return line
        raise Unexpected(f"{self._name} did not say {text!r}; it said:\n{''.join(seen)}")

    def stop(self) -> None:
        """Asks it to end, as Ctrl-C would."""
        self._end(signal.SIGINT)

    def cut_power(self) -> None:
        """Ends it with no chance to tidy up."""
        self._end(signal.SIGKILL)

    def _end(self, how: signal.Signals) -> None:
        if self._process.poll() is None:
            self._process.send_signal(how)
        try:
            self._process.wait(15)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(15)

    def _pump(self, stream: IO[str] | None) -> None:
        for line in stream or ():
            if self._log is None:
                console.print(f"    {self._name} │ {line.rstrip()}", style="dim", markup=False)
            else:
                with self._log.open("a", encoding="utf-8") as file:
                    file.write(line)
            self._lines.put(line)
        self._lines.put(None)


class SerialLine:
    """A virtual serial line: what the scanner at one end sends is read at `device`, the other."""

    def __init__(self, device: Path) -> None:
        self._scanner, line = pty.openpty()
        tty.setraw(line)
        device.unlink(missing_ok=True)
        device.symlink_to(os.ttyname(line))
        self.device = device
        # Kept open: once nobody holds it, the line would look unplugged.
        self._line = line

    def scan(self, text: str) -> None:
        """A label is read: AIM identifier, text, carriage return."""
        os.write(self._scanner, f"]Q1{text}\r".encode("ascii"))

    def unplug(self) -> None:
        os.close(self._scanner)
        os.close(self._line)
        self.device.unlink(missing_ok=True)


def _short(word: str) -> str:
    """A path below the working folder without it: what a person would type."""
    return word.removeprefix(f"{Path.cwd()}/")
