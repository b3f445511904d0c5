"""Logs, as JSON lines on standard error: one a request, without addresses, queries or anything of what was sent."""

import logging
import sys
from time import perf_counter
from typing import Any

import structlog
from flask import Flask, Response, g, request

from custody.web.metrics import resource_name

_PROCESSORS: list[Any] = [
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
]
_log = structlog.get_logger()


def configure_logging() -> None:
    """Everything that this process logs from now on is a JSON line."""
    structlog.configure(
        processors=[*_PROCESSORS, structlog.processors.JSONRenderer()],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )


def gunicorn_logging() -> dict[str, Any]:
    """A `logging.config` dictionary that makes gunicorn log like the rest."""
    renderers = [structlog.stdlib.ProcessorFormatter.remove_processors_meta, structlog.processors.JSONRenderer()]
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": _PROCESSORS,
        "processors": renderers,
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": formatter},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"handlers": ["stderr"], "level": "WARNING"},
        "loggers": {"gunicorn.error": {"handlers": ["stderr"], "level": "WARNING", "propagate": False}},
    }


def configure(app: Flask) -> None:
    """Logs each request once it is answered."""

    @app.after_request
    def log(response: Response) -> Response:
        _log.info(
            "request",
            method=request.method,
            resource=resource_name(),
            status=response.status_code,
            bytes=response.content_length,
            ms=round((perf_counter() - g.began) * 1000, 1),
        )
        return response
