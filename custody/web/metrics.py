"""Metrics for Prometheus: what is asked and answered is counted here, how the ledger is comes from its status."""

from collections import Counter as Tally
from collections.abc import Iterable, Sequence
from time import perf_counter

from flask import Flask, Response, current_app, g, request
from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from custody.core.errors import CustodyError
from custody.ledger.ledger import Ledger
from custody.ledger.views import Accepted
from custody.web.access import anyone

BATCH_SIZES = (1, 3, 10, 30, 100, 300, 1000)


class Metrics:
    """The counters of one app, in a registry of their own."""

    def __init__(self, ledger: Ledger) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "custody_requests", "Requests answered.", ("method", "resource", "status"), registry=self.registry
        )
        self.seconds = Histogram(
            "custody_request_seconds", "Time to an answer.", ("method", "resource"), registry=self.registry
        )
        self.statements = Counter(
            "custody_statements",
            "Statements answered: accepted, duplicate, or the kind of their refusal.",
            ("outcome",),
            registry=self.registry,
        )
        self.batch = Histogram(
            "custody_batch_statements", "Statements in a request.", buckets=BATCH_SIZES, registry=self.registry
        )
        self.registry.register(_LedgerStatus(ledger))
        ProcessCollector(registry=self.registry)


class _LedgerStatus(Collector):
    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def collect(self) -> Iterable[Metric]:
        status = self._ledger.status()
        for name, text, value in (
            ("custody_log_size", "Entries under the published checkpoint.", status.size),
            ("custody_log_received_seconds", "When the last entry was received.", status.received / 1000),
            ("custody_queue_statements", "Statements that wait for the sequencer.", status.queued),
            ("custody_follower_lag_entries", "Entries not yet in the tables.", status.size - status.followed),
            ("custody_accepting", "1 if statements can be appended.", status.alive and status.fault is None),
        ):
            yield GaugeMetricFamily(name, text, value)


def configure(app: Flask, ledger: Ledger) -> None:
    """Counts every request, and serves the counts."""
    metrics = app.extensions["custody.metrics"] = Metrics(ledger)

    @app.before_request
    def begin() -> None:
        g.began = perf_counter()

    @app.after_request
    def count(response: Response) -> Response:
        method, resource = request.method, resource_name()
        metrics.requests.labels(method, resource, response.status_code).inc()
        metrics.seconds.labels(method, resource).observe(perf_counter() - g.began)
        return response

    @app.get("/metrics")
    @anyone
    def expose() -> Response:
        return Response(generate_latest(metrics.registry), content_type=CONTENT_TYPE_LATEST)


def count_batch(results: Sequence[Accepted | CustodyError]) -> None:
    """Counts a batch of statements by outcome."""
    metrics: Metrics = current_app.extensions["custody.metrics"]
    metrics.batch.observe(len(results))
    for outcome, count in Tally(map(_outcome, results)).items():
        metrics.statements.labels(outcome).inc(count)


def resource_name() -> str:
    """The rule that the request matched: a path would make a metric, or a log, of every item."""
    return request.url_rule.rule if request.url_rule else "none"


def _outcome(result: Accepted | CustodyError) -> str:
    if isinstance(result, CustodyError):
        return result.kind
    return "duplicate" if result.duplicate else "accepted"
