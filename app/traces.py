"""Traces for OpenTelemetry: from a request over the message to the batch and its calls. Off unless an endpoint is set.

A root (a request, a message) is begun by `Traces`; what happens inside is begun by `span`, which is nothing where no
root was. So it costs a look at a variable where traces are off.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from app.config import Settings

if TYPE_CHECKING:
    from opentelemetry.context import Context
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.trace import Span, Tracer

_tracer: "ContextVar[Tracer | None]" = ContextVar("tracer", default=None)
_origin: ContextVar[str | None] = ContextVar("origin", default=None)


def span(name: str, **attributes: Any) -> AbstractContextManager[Any]:
    """Something that happens inside of a root, with what is to be known of it."""
    tracer = _tracer.get()
    return nullcontext() if tracer is None else _begun(tracer, name, attributes=attributes)


def origin() -> str | None:
    """The W3C trace context of the request that all this goes back to; jobs and messages carry it on."""
    return _origin.get()


@contextmanager
def going_back_to(traceparent: str | None, name: str, **attributes: Any) -> Iterator[None]:
    """Like `span`, of a job whose origin may be another one than that of the message that led to it."""
    tracer = _tracer.get()
    if tracer is None or traceparent in {None, _origin.get()}:
        with span(name, **attributes):
            yield
        return
    known = _origin.set(traceparent)
    try:
        with _begun(tracer, name, context=_context(traceparent), attributes=attributes):
            yield
    finally:
        _origin.reset(known)


class Traces:
    """Begins traces in one process, and sends them where the settings say."""

    def __init__(self, settings: Settings, service: str) -> None:
        endpoint = settings.otel_exporter_otlp_endpoint
        self._provider = _provider(endpoint, service) if endpoint else None

    @contextmanager
    def root(self, name: str, kind: str, traceparent: str | None, **attributes: Any) -> "Iterator[Span | None]":
        """A request (`server`) or message (`consumer`), part of the trace that its sender has told, if any."""
        if self._provider is None:
            yield None
            return
        from opentelemetry.trace import SpanKind  # noqa: PLC0415 - an extra

        tracer = self._provider.get_tracer("tributary")
        kinds = {"server": SpanKind.SERVER, "consumer": SpanKind.CONSUMER}
        with _begun(tracer, name, context=_context(traceparent), kind=kinds[kind], attributes=attributes) as begun:
            # A message goes on with what it carries: batches of one job stand beside each other, not inside.
            known = _tracer.set(tracer), _origin.set(traceparent if kind == "consumer" else _told(begun))
            try:
                yield begun
            finally:
                _tracer.reset(known[0])
                _origin.reset(known[1])

    def close(self) -> None:
        """Send what is left."""
        if self._provider is not None:
            self._provider.shutdown()


@contextmanager
def _begun(tracer: "Tracer", name: str, **how: Any) -> "Iterator[Span]":
    """A span. Of what is raised inside it keeps the name alone: its words may hold what a person gave us."""
    from opentelemetry.trace import StatusCode  # noqa: PLC0415 - an extra

    with tracer.start_as_current_span(name, record_exception=False, set_status_on_exception=False, **how) as begun:
        try:
            yield begun
        except BaseException as error:
            begun.set_status(StatusCode.ERROR, type(error).__name__)
            raise


def _provider(endpoint: str, service: str) -> "TracerProvider":
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415 - an extra
    from opentelemetry.sdk.resources import Resource  # noqa: PLC0415
    from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
    from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415

    # OTEL_SERVICE_NAME, samplers, headers and the like are read by the library itself.
    provider = TracerProvider(resource=Resource.create({"service.name": f"tributary-{service}"}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(f"{endpoint.rstrip('/')}/v1/traces")))
    return provider


def _context(traceparent: str | None) -> "Context":
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator  # noqa: PLC0415 - an extra

    return TraceContextTextMapPropagator().extract({"traceparent": traceparent} if traceparent else {})


def _told(begun: "Span") -> str:
    """The trace context of a span as the header `traceparent` has it."""
    from opentelemetry.trace import format_span_id, format_trace_id  # noqa: PLC0415 - an extra

    context = begun.get_span_context()
    return f"00-{format_trace_id(context.trace_id)}-{format_span_id(context.span_id)}-{context.trace_flags:02x}"
