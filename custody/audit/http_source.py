"""A log that is served at a URL prefix: reads of bounded size, tried again while the server asks for patience."""

import time
from collections.abc import Iterator
from contextlib import closing, suppress
from http import HTTPStatus
from urllib.parse import SplitResult, urlsplit
from urllib.request import getproxies, proxy_bypass

import urllib3

from custody.audit.source import Closing, check_size, missing
from custody.core.errors import StorageFault, Unavailable

PAUSES_S = (0.2, 1.0, 3.0)
"""Between tries of one read."""
_TIMEOUT = urllib3.Timeout(connect=5.0, read=20.0)
_CONNECTIONS = 64
"""Kept open: more than threads read at once."""
_TRY_LATER = frozenset({408, 425, 429, 500, 502, 503, 504})


class HttpSource(Closing):
    """As `Source`."""

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix.rstrip("/")
        self._client = _client(urlsplit(prefix))

    def read(self, path: str, limit: int) -> bytes:
        for pause in PAUSES_S:
            with suppress(Unavailable):
                return self._get(path, limit)
            time.sleep(pause)
        return self._get(path, limit)

    def paths(self) -> Iterator[str]:
        return iter(())

    def close(self) -> None:
        self._client.clear()

    def _get(self, path: str, limit: int) -> bytes:
        url = f"{self._prefix}/{path}"
        try:
            # urllib3, because a log is read in thousands of requests, and each costs less than with httpx.
            answer = self._client.request("GET", url, preload_content=False, redirect=False, retries=False)
            with closing(answer):
                if answer.status == HTTPStatus.NOT_FOUND:
                    raise missing(path)
                if answer.status in _TRY_LATER:
                    raise Unavailable("the log does not answer now", expected=url, got=f"status {answer.status}")
                plain = answer.headers.get("Content-Encoding", "identity") == "identity"
                if answer.status != HTTPStatus.OK or not plain:
                    raise StorageFault(
                        f"{path} is not served as it is", expected="200, plain", got=f"status {answer.status}"
                    )
                return _body(answer, path, limit)
        except urllib3.exceptions.HTTPError as error:
            raise Unavailable("the log cannot be reached", expected=url, got=error) from None


def _body(answer: urllib3.BaseHTTPResponse, path: str, limit: int) -> bytes:
    """All of it, mostly in one chunk; one that is cut short raises."""
    data = bytearray()
    for chunk in answer.stream(limit + 1, decode_content=False):
        data += chunk
        check_size(path, data, limit)
    return bytes(data)


def _client(url: SplitResult) -> urllib3.PoolManager:
    """Goes through the proxy that the environment names for such a URL, if any."""
    # A compressed answer could be small on the wire and huge in memory.
    headers = {"Accept-Encoding": "identity"}
    proxy = None if proxy_bypass(url.hostname or "") else getproxies().get(url.scheme)
    if proxy is None:
        return urllib3.PoolManager(headers=headers, timeout=_TIMEOUT, maxsize=_CONNECTIONS)
    return urllib3.ProxyManager(proxy, headers=headers, timeout=_TIMEOUT, maxsize=_CONNECTIONS)
