"""Read tokens: `ct_` and 43 characters of base64url, 256 random bits. Sent as `Authorization: Bearer <token>`."""

import re

from custody.core.errors import Malformed

BEGINS = "ct_"
RANDOM_BYTES = 32
_TOKEN = re.compile(rf"{BEGINS}[A-Za-z0-9_-]{{43}}")


def check(text: str) -> str:
    """`text` if it can be a read token. Raises Malformed, which does not repeat it."""
    if not _TOKEN.fullmatch(text):
        raise Malformed("that is no read token", expected=f"{BEGINS} and 43 letters, digits, - or _")
    return text


def headers(token: str | None) -> dict[str, str]:
    """What a request sends with it; nothing without one."""
    return {"Authorization": f"Bearer {token}"} if token else {}
