"""Pages and static files gzipped for who takes that: on a slow network they are there three or four times as fast.

Only what the public sees, and no page with a form: one that holds a secret beside what a stranger sent would tell of it
by its length.
"""

import gzip
from functools import lru_cache

from flask import Flask, Response, request

from custody.web.access import viewer

LEVEL = 5
LEAST = 1024
"""Bytes from which on it is worth it."""
TYPES = {"text/html", "text/css", "text/javascript", "image/svg+xml"}
FORM = "csrf_token"
"""A page with a form has it in it."""


def configure(app: Flask) -> None:
    """Shortens what the app answers from now on."""

    @app.after_request
    def shorten(response: Response) -> Response:
        if response.mimetype not in TYPES or response.status_code != 200:
            return response
        response.vary.add("Accept-Encoding")
        if "Content-Encoding" in response.headers or not _is_taken() or viewer().account is not None:
            return response
        response.direct_passthrough = False
        data = response.get_data()
        if len(data) >= LEAST and FORM.encode() not in data:
            is_file = request.endpoint is not None and request.endpoint.endswith(".static")
            response.set_data(_file(data) if is_file else squeeze(data))
            response.headers["Content-Encoding"] = "gzip"
            if etag := response.get_etag()[0]:
                response.set_etag(etag, weak=True)
        return response


def squeeze(data: bytes) -> bytes:
    """Gzipped. Only what the public sees, without a form."""
    return gzip.compress(data, LEVEL, mtime=0)


def squeezed(short: bytes, content_type: str) -> Response:
    """An answer with what was squeezed once for all, as who asks takes it."""
    if _is_taken():
        return Response(short, content_type=content_type, headers={"Content-Encoding": "gzip"})
    return Response(gzip.decompress(short), content_type=content_type)


def _is_taken() -> bool:
    return request.accept_encodings["gzip"] > 0


@lru_cache(maxsize=64)
def _file(data: bytes) -> bytes:
    return gzip.compress(data, mtime=0)
