"""The load: prepared bodies over a few connections that are kept alive, from a process that does little else."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from types import TracebackType
from typing import Self

from msgspec import Struct

_HEADERS = {"Content-Type": "application/x-ndjson"}
_ACCEPTED = b'"status":"accepted"'


class Address(Struct, frozen=True):
    """Where statements are posted; `query` begins with a question mark or is empty."""

    port: int
    query: str = ""


class Driven(Struct, frozen=True):
    """What it took: seconds on the wall, and seconds of this process's processor time."""

    seconds: float
    cpu_seconds: float


class NotTaken(Exception):
    """The ledger answered otherwise than it must."""


class Connection:
    """One connection to the ledger."""

    def __init__(self, address: Address) -> None:
        self._http = HTTPConnection("127.0.0.1", address.port, timeout=60)
        self._path = f"/api/v1/statements{address.query}"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.close()

    def get(self, path: str) -> bytes:
        """What is at a path. Raises NotTaken for another status than 200."""
        self._http.request("GET", path)
        response = self._http.getresponse()
        answer = response.read()
        if response.status != 200:
            raise NotTaken(f"{path}: {response.status}, {answer[:500]!r}")
        return answer

    def post(self, body: bytes) -> None:
        """Raises NotTaken unless each line is accepted."""
        self._http.request("POST", self._path, body, _HEADERS)
        response = self._http.getresponse()
        answer = response.read()
        lines = body.count(b"\n")
        if response.status != 200 or answer.count(_ACCEPTED) != lines:
            raise NotTaken(f"{response.status}, {lines} statements: {answer[:500]!r}")


def drive(address: Address, lanes: list[list[bytes]]) -> Driven:
    """Posts each lane's bodies one after the other, the lanes side by side. Raises NotTaken."""
    ready = threading.Barrier(len(lanes) + 1)

    def post_all(bodies: list[bytes]) -> None:
        with Connection(address) as connection:
            ready.wait()
            for body in bodies:
                connection.post(body)

    with ThreadPoolExecutor(len(lanes)) as threads:
        futures = [threads.submit(post_all, bodies) for bodies in lanes]
        ready.wait()
        start, cpu = time.perf_counter(), time.process_time()
        for future in futures:
            future.result()
        return Driven(time.perf_counter() - start, time.process_time() - cpu)
