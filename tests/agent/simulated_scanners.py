"""Scanners that speak back, at the far end of a serial line, by their manuals and not by our code."""

import threading
import time
from pathlib import Path
from types import TracebackType

from tests.agent.serial_line import Scanner


class Speaking:
    """A scanner that does what it is told by `heard`, in a thread."""

    def __init__(self, folder: Path) -> None:
        self.line = Scanner(folder)
        self.line.plug_in()
        self._ended = threading.Event()
        self._listening = threading.Lock()
        self._thread = threading.Thread(target=self._listen, daemon=True)

    def __enter__(self) -> "Speaking":
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self._ended.set()
        self._thread.join(5)
        self.unplug()

    def unplug(self) -> None:
        with self._listening:
            self.line.unplug()

    def _listen(self) -> None:
        while not self._ended.wait(0.001):
            with self._listening:
                byte = self.line.receive(1, 0.02)
            if byte:
                self.heard(byte)

    def heard(self, byte: bytes) -> None:
        raise NotImplementedError


class Zebra(Speaking):
    """SSI with ACK/NAK: acknowledges commands whose checksum is right, and repeats what is not acknowledged."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.commands: list[bytes] = []
        self.answers: list[bytes] = []
        self.deaf = 0
        """Acknowledgements that it does not hear."""
        self.spoil = 0
        """Transmissions that the line is to garble."""
        self._held = b""
        self._answered = threading.Event()

    def heard(self, byte: bytes) -> None:
        self._held += byte
        if len(self._held) < self._held[0] + 2:
            return
        whole, self._held = self._held, b""
        assert (sum(whole[:-2]) + int.from_bytes(whole[-2:], "big")) % 0x10000 == 0, whole.hex()
        assert whole[2] == 4, "a host's packet says so"
        if whole[1] in (0xD0, 0xD1):
            if self.deaf:
                self.deaf -= 1
                return
            self.answers.append(whole)
            self._answered.set()
        else:
            self.commands.append(whole)
            if whole[1] != 0xEB:
                self.line.send(bytes.fromhex("04 D0 00 00 FF 2C"))

    def send(self, opcode: int, data: bytes, status: int = 0, wait: float = 0.6) -> bool:
        """One packet, up to three times; whether it was acknowledged."""
        for attempt in range(3):
            body = bytes([len(data) + 4, opcode, 0, status | (attempt > 0)]) + data
            whole = body + ((0x10000 - sum(body)) % 0x10000).to_bytes(2, "big")
            if self.spoil:
                self.spoil -= 1
                whole = whole[:5] + bytes([whole[5] ^ 0x10]) + whole[6:]
            self._answered.clear()
            self.line.send(whole)
            if self._answered.wait(wait) and self.answers[-1][1] == 0xD0:
                return True
        return False

    def scan(self, text: bytes, kind: int = 0x1C, size: int = 250) -> bool:
        """Reads a label; whether the agent acknowledged all of it."""
        pieces = [text[start : start + size] for start in range(0, len(text), size)] or [b""]
        *first, last = [bytes([kind]) + piece for piece in pieces]
        return all(self.send(0xF3, piece, status=2) for piece in first) and self.send(0xF3, last)

    def has(self, *commands: str) -> bool:
        """Whether these commands are the last to have come; waits for them."""
        wanted = [bytes.fromhex(command) for command in commands]
        deadline = time.monotonic() + 5
        while time.monotonic() < deadline:
            if [command for command in self.commands if command[1] != 0xEB][-len(wanted) :] == wanted:
                return True
            time.sleep(0.01)
        return False


class Honeywell(Speaking):
    """Host-ACK: after a read it is silent until the host answers, and sounds an error where it does not."""

    ACCEPT, REJECT, LIGHT, LOW_BEEP = b"\x1b7,", b"\x1b8,", b"\x1b1,", b"\x1b4,"

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.signals: list[bytes] = []
        self._held = b""
        self._answered = threading.Event()

    def heard(self, byte: bytes) -> None:
        self._held += byte
        if byte == b",":
            self.signals.append(self._held)
            self._held = b""
            self._answered.set()

    def scan(self, frame: bytes, wait: float = 5.0) -> bool:
        """Sends a read; whether it was answered before the error tone would sound."""
        self._answered.clear()
        self.line.send(frame)
        return self._answered.wait(wait)

    def has(self, *signals: bytes) -> bool:
        deadline = time.monotonic() + 5
        while time.monotonic() < deadline and tuple(self.signals) != signals:
            time.sleep(0.01)
        return tuple(self.signals) == signals


def dechdr(text: bytes, aim: bytes = b"Q1") -> bytes:
    """A read in Honeywell's decode header, followed by its usual CR."""
    body = b"MSGGET%04ds%b\x1d%b\r" % (len(text), aim, text)
    return b"\x16\xfe" + len(body).to_bytes(4, "little") + b"\r" + body
