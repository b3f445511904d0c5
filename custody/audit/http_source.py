"""A log that is served at a URL prefix: reads of bounded size, tried again while the server asks for patience."""

import time
from collections.abc import Iterator
from contextlib import suppress

import httpx

from custody.audit.source import Closing, check_size, missing
from custody.core.errors import StorageFault, Unavailable

PAUSES_S = (0.2, 1.0, 3.0)
"""Between tries of one read."""
_TIMEOUT = httpx.Timeout(20.0, connect=5.0)
_TRY_LATER = frozenset({408, 425, 429, 500, 502, 503, 504})


class HttpSource(Closing):
    """As `Source`."""

    live = True

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix.rstrip("/")
        # A compressed answer could be small on the wire and huge in memory.
        self._client = httpx.Client(timeout=_TIMEOUT, headers={"Accept-Encoding": "identity"})

    def read(self, path: str, limit: int) -> bytes:
        for pause in PAUSES_S:
            with suppress(Unavailable):
                return self._get(path, limit)
            time.sleep(pause)
        return self._get(path, limit)

    def paths(self) -> Iterator[str]:
        return iter(())

    def close(self) -> None:
        self._client.close()

    def _get(self, path: str, limit: int) -> bytes:
        url = f"{self._prefix}/{path}"
        try:
            with self._client.stream("GET", url) as response:
                status = response.status_code
                if status == httpx.codes.NOT_FOUND:
                    raise missing(path)
                if status in _TRY_LATER:
                    raise Unavailable("the log does not answer now", expected=f"{url}", got=f"status {status}")
                if status != httpx.codes.OK or response.headers.get("Content-Encoding", "identity") != "identity":
                    raise StorageFault(f"{path} is not served as it is", expected="200, plain", got=f"status {status}")
                data = bytearray()
                for chunk in response.iter_raw():
                    data += chunk
                    check_size(path, data, limit)
                return bytes(data)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise Unavailable("the log cannot be reached", expected=url, got=error) from None
