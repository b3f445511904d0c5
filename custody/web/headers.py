"""The headers that keep an answer from being kept, taken for another type, framed, or active beyond what is ours."""

from flask import Flask, Response, request

from custody.web.portal.static_files import stylesheet_source

DOCUMENT = "default-src 'none'; frame-ancestors 'none'"
PAGE = (
    f"default-src 'none'; style-src 'self' {stylesheet_source()}; script-src 'self'; img-src 'self' data: blob:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
IMMUTABLE = "public, max-age=31536000, immutable"
KEPT_PRIVATELY = "private, max-age=31536000, immutable"


def configure(app: Flask) -> None:
    """Adds them to each answer, where its view has not said otherwise."""

    @app.after_request
    def restrain(response: Response) -> Response:
        headers = response.headers
        is_page = response.mimetype == "text/html"
        headers.setdefault("Content-Security-Policy", PAGE if is_page else DOCUMENT)
        headers.setdefault("X-Content-Type-Options", "nosniff")
        headers.setdefault("Referrer-Policy", "same-origin")
        headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        if request.endpoint and request.endpoint.endswith(".static"):
            # A file's address names its content (`pages.asset`).
            headers["Cache-Control"] = IMMUTABLE if "v" in request.args else "no-cache"
        headers.setdefault("Cache-Control", "no-store")
        return response
