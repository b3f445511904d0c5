"""The web application of one ledger."""

from flask import Flask

from custody.ledger.ledger import Ledger
from custody.web import (
    access,
    advice,
    compression,
    enrolments,
    headers,
    identity,
    metrics,
    openapi,
    photographs,
    problems,
    read_tokens,
    request_log,
    sizes,
    tiles,
)
from custody.web.api import api
from custody.web.current import set_ledger
from custody.web.health import health
from custody.web.portal import portal
from custody.web.standings import standings


def create_app(ledger: Ledger, portal_url: str | None = None) -> Flask:
    """An app that answers from `ledger`, an open log, to browsers at `portal_url` (None: as the settings say)."""
    app = Flask("custody", static_folder=None)
    set_ledger(app, ledger)
    metrics.configure(app, ledger)
    request_log.configure(app)
    headers.configure(app)
    compression.configure(app)
    problems.configure(app)
    advice.configure(app, ledger.config)
    photographs.configure(app, ledger.config)
    enrolments.configure(app)
    read_tokens.configure(app)
    _configure_routes(app, ledger.config.origin)
    programs = (api, advice.advice, photographs.photographs, enrolments.enrolments)
    sizes.configure(app, programs)
    identity.configure(app, ledger.config, programs, portal_url or ledger.config.portal_url)
    portal.configure(app)
    openapi.configure(app)
    access.configure(app, ledger.config.read_access)
    return app


def _configure_routes(app: Flask, origin: str) -> None:
    # A path has one spelling; nothing is answered with a redirect to another.
    app.url_map.merge_slashes = False
    app.register_blueprint(api)
    app.register_blueprint(standings)
    app.register_blueprint(advice.advice)
    app.register_blueprint(photographs.photographs)
    app.register_blueprint(photographs.shown)
    app.register_blueprint(enrolments.enrolments)
    app.register_blueprint(health)
    app.register_blueprint(tiles.log, url_prefix=tiles.prefix(origin) or None)
