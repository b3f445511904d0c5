"""Who shows a read token is recognised by it, at each request anew: one that is revoked is good no more at once."""

from flask import Flask, g, request

from custody.accounts import tokens
from custody.core import read_token
from custody.web.access import PUBLIC, Viewer, viewer
from custody.web.identity import store


def configure(app: Flask) -> None:
    """Looks at each request's Authorization. One of another kind than ours is a proxy's, and says nothing here."""

    @app.before_request
    def recognise() -> None:
        given = request.authorization
        text = given.token if given is not None and given.type == "bearer" else None
        if text is None or not text.startswith(read_token.BEGINS) or viewer() != PUBLIC:
            return
        label = tokens.recognise(store(), text)
        g.refused_token = label is None
        if label is not None:
            g.viewer = Viewer(token=label)
