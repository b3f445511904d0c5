"""A phone's link to a server on this machine: bytes come late, and only so many a second.

What a browser's own throttling leaves out is here as well: a connection takes round trips before it carries anything,
and all connections share what there is. Not here: losses, and a window that grows; what a page waits for before it is
painted fits into the first.
"""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import ClassVar

from msgspec import Struct

PACKET = 1460
"""Bytes; connections take turns with so many."""


class Speed(Struct, frozen=True):
    """`down` and `up` in bits a second; `rtt`: a round trip, seconds."""

    name: str
    down: float
    up: float
    rtt: float
    HANDSHAKES: ClassVar[int] = 2
    """Round trips until a connection carries a request: TCP's, and that of TLS 1.3."""


# As Chrome's and Lighthouse's presets have them.
FAST_3G = Speed("fast 3G", 1.6e6, 750e3, 0.15)
SLOW_3G = Speed("slow 3G", 400e3, 400e3, 0.4)


class Link:
    """Listens at `port`, and carries all to the server's and back."""

    def __init__(self, server: int, speed: Speed) -> None:
        self.port = 0
        self.carried = 0
        """Bytes that came down so far, heads of answers included."""
        self._server = server
        self._speed = speed
        self._down, self._up = _Lane(speed.down, speed.rtt / 2), _Lane(speed.up, speed.rtt / 2)
        self._ready, self._done = threading.Event(), asyncio.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_until_complete, args=(self._run(),), daemon=True)

    def start(self) -> None:
        """Returns once it listens."""
        self._thread.start()
        self._ready.wait()

    def stop(self) -> None:
        """Connections end with it."""
        self._loop.call_soon_threadsafe(self._done.set)
        self._thread.join()
        self._loop.close()

    async def _run(self) -> None:
        listener = await asyncio.start_server(self._carry, "127.0.0.1", 0)
        self.port = listener.sockets[0].getsockname()[1]
        self._ready.set()
        await self._done.wait()
        listener.close()
        carrying = asyncio.all_tasks() - {asyncio.current_task()}
        for task in carrying:
            task.cancel()
        await asyncio.gather(*carrying, return_exceptions=True)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        opened = self._loop.time()
        server = await asyncio.open_connection("127.0.0.1", self._server)
        with suppress(OSError, asyncio.CancelledError):
            await asyncio.gather(
                self._pump(reader, server[1], self._up, opened + self._speed.rtt * Speed.HANDSHAKES),
                self._pump(server[0], writer, self._down, opened),
            )

    async def _pump(
        self, source: asyncio.StreamReader, target: asyncio.StreamWriter, lane: "_Lane", ready: float
    ) -> None:
        """From one end to the other until it ends, nothing before `ready`."""
        while data := await source.read(PACKET):
            await _until(ready)
            sent = lane.take(self._loop.time(), len(data))
            self.carried += len(data) if lane is self._down else 0
            self._loop.call_at(sent + lane.delay, target.write, data)
            await _until(sent)
        self._loop.call_later(lane.delay, target.close)


class _Lane:
    """One direction. Packets follow one another; each is under way for `delay` seconds."""

    def __init__(self, bits: float, delay: float) -> None:
        self.delay = delay
        self._bytes = bits / 8
        self._free = 0.0

    def take(self, now: float, size: int) -> float:
        """When so many bytes, there now, have been sent."""
        self._free = max(self._free, now) + size / self._bytes
        return self._free


async def _until(time: float) -> None:
    loop = asyncio.get_running_loop()
    if (wait := time - loop.time()) > 0:
        await asyncio.sleep(wait)


@contextmanager
def link(server: int, speed: Speed) -> Iterator[Link]:
    """A link to a server's port, until the block ends."""
    one = Link(server, speed)
    one.start()
    try:
        yield one
    finally:
        one.stop()
