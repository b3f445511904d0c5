"""A log that is served at a URL prefix: reads of bounded size, tried again while the server asks for patience."""

import time
from collections.abc import Iterator

import httpx
import msgspec

from custody.audit.source import Closing, check_size, missing
from custody.core import read_token
from custody.core.errors import NotPublicYet, StorageFault, TokenNeeded, Unavailable

PAUSES_S = (0.2, 1.0, 3.0)
"""Between tries of one read."""
_TIMEOUT = httpx.Timeout(20.0, connect=5.0)
_TRY_LATER = frozenset({408, 425, 429, 500, 502, 503, 504})
MAX_PROBLEM = 16 * 1024
_NAME_IT = "name the file (mode 0600) that holds it with --token-file, or as token_file in the auditor's settings"


class _Problem(msgspec.Struct):
    type: str = ""
    expected: str | None = None


class HttpSource(Closing):
    """As `Source`."""

    live = True

    def __init__(self, prefix: str, token: str | None = None) -> None:
        """`token`: a read token, sent with every request."""
        self._prefix = prefix.rstrip("/")
        self._has_token = token is not None
        # A compressed answer could be small on the wire and huge in memory.
        headers = {"Accept-Encoding": "identity"} | read_token.headers(token)
        self._client = httpx.Client(timeout=_TIMEOUT, headers=headers)

    def read(self, path: str, limit: int) -> bytes:
        for pause in PAUSES_S:
            try:
                return self._get(path, limit)
            except (TokenNeeded, NotPublicYet):
                raise
            except Unavailable:
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
                if status in (401, 403):
                    raise self._refusal(path, response)
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

    def _refusal(self, path: str, response: httpx.Response) -> StorageFault | Unavailable:
        """What stands between an auditor without the right token and the log."""
        problem = _problem(response)
        if response.status_code == 401 and self._has_token:
            return TokenNeeded(
                "the log does not take this read token",
                expected="one that its operator issued, and has not revoked",
                remedy=f"Ask its operator for another one (custody token issue), and {_NAME_IT}.",
            )
        if response.status_code == 401:
            return TokenNeeded(
                "the log is given only to who has a read token",
                remedy=f"Ask its operator for one (custody token issue), and {_NAME_IT}.",
            )
        if problem.type.endswith(f":{NotPublicYet.kind}"):
            return NotPublicYet(
                f"the log keeps its newest entries from the public for a while: {path}",
                expected=problem.expected,
                remedy=f"Ask its operator for a read token (custody token issue), and {_NAME_IT}.",
            )
        return StorageFault(
            f"{path} is not served as it is", expected="200, plain", got=f"status {response.status_code}"
        )


def _problem(response: httpx.Response) -> _Problem:
    """What a ledger says in a problem document; nothing of any other answer, and not of more than its beginning."""
    try:
        return msgspec.json.decode(next(response.iter_raw(MAX_PROBLEM), b""), type=_Problem)
    except (msgspec.MsgspecError, UnicodeError):
        return _Problem()
