"""The control API: `gunicorn "app.web:create_app()"`."""

import time
from contextlib import ExitStack
from dataclasses import is_dataclass
from datetime import date
from functools import cache, partial
from typing import Any
from uuid import uuid4

import structlog
from flask import Flask, Response, g, request
from flask.json.provider import DefaultJSONProvider
from flask_openapi3 import Info, OpenAPI

import app.access.pages as access_pages
import app.access.routes as access_routes
import app.catalog.routes as catalog_routes
import app.discoveries.routes as discoveries_routes
import app.exports.routes as exports_routes
import app.graph.routes as graph_routes
import app.history.routes as history_routes
import app.imports.routes as imports_routes
import app.jobs.routes as jobs_routes
import app.keys.routes as keys_routes
import app.pages.routes as pages_routes
import app.playlists.routes as playlists_routes
import app.push.routes as push_routes
import app.reference.routes as reference_routes
import app.refresh.routes as refresh_routes
import app.retention.routes as retention_routes
import app.schedules.routes as schedules_routes
import app.system.routes as system_routes
import app.videos.routes as videos_routes
import app.youtube.routes as youtube_routes
from app.catalog.ids import channel_key
from app.config import environment_keys, load_settings
from app.document import complete
from app.keys import quota_routes
from app.logs import logger, set_up_logs
from app.metrics.events import REQUEST
from app.metrics.service import Metrics
from app.metrics.tallies import OTHER
from app.problems import Problem, answer_errors, invalid_request, refuse_unreadable_body
from app.shown import fields_of
from app.traces import Traces
from app.version import VERSION
from app.wiring import Wiring
from app.youtube.next_steps import next_step

_log = logger(__name__)
_LARGEST_BODY = 16 * 2**20
_PROBES = frozenset({"/livez", "/readyz", "/health", "/metrics"})
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def create_app(wiring: Wiring | None = None) -> Flask:
    """The application; gunicorn calls it in each of its processes."""
    if wiring is None:
        settings = load_settings()
        set_up_logs(settings)
        wiring = Wiring(settings, impatient=True)
        wiring.db.patiently(lambda _: None, seconds=30, awaited=False)
        wiring.keys.adopt_environment(environment_keys())
        wiring.wake_waiting()
    web = OpenAPI(
        "tributary",
        info=Info(title="Tributary", version=VERSION, description="Collects public YouTube data inside the quota."),
        doc_ui=False,
        validation_error_callback=invalid_request,
        validation_error_model=Problem,
        static_folder=None,
    )
    web.json = _Json(web)
    web.config["MAX_CONTENT_LENGTH"] = _LARGEST_BODY
    for blueprint in (
        system_routes.make_blueprint(wiring),
        access_routes.make_blueprint(wiring.tokens, wiring.audit),
        jobs_routes.make_blueprint(
            wiring.jobs, next_step, wiring.forecasts.eta, wiring.forecasts.of_retry, wiring.names.told
        ),
        keys_routes.make_blueprint(wiring.keys, wiring.wake_waiting),
        quota_routes.make_blueprint(wiring.keys, wiring.clock, wiring.forecasts.waiting),
        catalog_routes.make_blueprint(wiring.catalog),
        history_routes.make_blueprint(wiring.history),
        graph_routes.make_blueprint(wiring.graph),
        exports_routes.make_blueprint(wiring.exports),
        videos_routes.make_blueprint(wiring.videos, channel_key),
        imports_routes.make_blueprint(wiring.imports, wiring.names),
        youtube_routes.make_blueprint(wiring.youtube, wiring.resolver, wiring.trials),
        playlists_routes.make_blueprint(wiring.playlists),
        discoveries_routes.make_blueprint(wiring.discoveries),
        push_routes.make_blueprint(wiring.push),
        push_routes.make_callback_blueprint(wiring.push),
        retention_routes.make_blueprint(wiring.retention),
        refresh_routes.make_blueprint(wiring.refresh),
        schedules_routes.make_blueprint(wiring.schedules),
        reference_routes.make_blueprint(),
    ):
        web.register_api(blueprint)
    document = cache(lambda: complete(web.api_doc, web))
    web.add_url_rule("/openapi.json", "openapi", document)
    web.register_blueprint(pages_routes.make_blueprint())
    web.register_blueprint(access_pages.make_blueprint(wiring.gate))
    answer_errors(web)
    web.before_request(_name_request)
    web.before_request(partial(_begin_trace, wiring.traces))
    wiring.gate.guard(web)
    web.after_request(partial(_count, wiring.metrics))
    web.teardown_request(_end_lines)
    web.before_request(refuse_unreadable_body)
    web.before_request(jobs_routes.check_idempotency_key)
    web.after_request(_finish)
    return web


class _Json(DefaultJSONProvider):
    """JSON with ISO 8601 times, and text as it is."""

    ensure_ascii = False
    sort_keys = False

    def dumps(self, obj: object, **kwargs: Any) -> str:
        """Half a character (in the name of a file, or of a field) becomes `?`: UTF-8 cannot carry it."""
        return super().dumps(obj, **kwargs).encode("utf-8", "replace").decode()

    def loads(self, s: str | bytes, **kwargs: Any) -> object:
        """Raises ValueError, also for brackets inside brackets without an end, which would be a RecursionError."""
        try:
            return super().loads(s, **kwargs)
        except RecursionError:
            raise ValueError("it is nested too deeply") from None

    @staticmethod
    def default(o: object) -> object:
        if isinstance(o, date):
            return o.isoformat()
        return fields_of(o) if is_dataclass(o) and not isinstance(o, type) else DefaultJSONProvider.default(o)


def _name_request() -> None:
    g.request_id = uuid4().hex
    g.began = time.monotonic()
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request=g.request_id, path=request.path)


def _begin_trace(traces: Traces) -> None:
    """Probes would be most of all traces."""
    route = request.url_rule.rule if request.url_rule else OTHER
    if route not in _PROBES:
        g.trace = ExitStack()
        told = {"http.request.method": request.method, "http.route": route, "tributary.request": g.request_id}
        g.span = g.trace.enter_context(
            traces.root(f"{request.method} {route}", "server", request.headers.get("traceparent"), **told)
        )


def _count(metrics: Metrics, answer: Response) -> Response:
    route = request.url_rule.rule if request.url_rule else OTHER
    method = request.method if request.method in _METHODS else OTHER
    seconds = time.monotonic() - g.get("began", time.monotonic())
    metrics.time(REQUEST, seconds, method, route, str(answer.status_code))
    if (span := g.get("span")) is not None:
        span.set_attribute("http.response.status_code", answer.status_code)
    # Probes come every few seconds.
    tell = _log.debug if route in _PROBES else _log.info
    tell("request_answered", method=method, route=route, status=answer.status_code, seconds=round(seconds, 4))
    return answer


def _end_lines(_error: BaseException | None) -> None:
    if (trace := g.pop("trace", None)) is not None:
        trace.close()
    structlog.contextvars.clear_contextvars()


def _finish(answer: Response) -> Response:
    answer.headers["X-Request-Id"] = g.get("request_id", "")
    return answer
