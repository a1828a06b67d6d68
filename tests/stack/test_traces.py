"""One trace from a request over the Celery message to the call to YouTube, and log lines that name the same request."""

import json
import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from app.web import create_app
from bench.processes import wait_for
from tests.hands import sql
from tests.stack.conftest import Driver, Stack

pytest.importorskip("opentelemetry.sdk", reason="the extra `otel` is not installed")
pytestmark = pytest.mark.stack


@dataclass
class Collector:
    """What takes spans, as any OpenTelemetry collector does."""

    url: str
    spans: list[Any] = field(default_factory=list)

    def of(self, name: str) -> list[Any]:
        return [span for span in self.spans if span.name == name]

    def is_whole(self) -> bool:
        """Whether each span that is inside another has that one here."""
        known = {span.span_id for span in self.spans}
        return all(span.parent_span_id in known for span in self.spans if span.parent_span_id)


@pytest.fixture
def collector() -> Iterator[Collector]:
    from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest  # noqa: PLC0415

    class Take(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
                for scope in resource.scope_spans:
                    took.spans.extend(scope.spans)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Take) as server:
        took = Collector(f"http://127.0.0.1:{server.server_port}")
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield took
        server.shutdown()
        thread.join()


def test_from_the_request_to_the_call(stack: Stack, drive: Callable[[], Driver], collector: Collector) -> None:
    stack.configure(
        OTEL_EXPORTER_OTLP_ENDPOINT=collector.url, OTEL_BSP_SCHEDULE_DELAY="100", LOG_FORMAT="json",
        PYTHONPATH=os.environ.get("PYTHONPATH", ""),
    )  # fmt: skip
    system = drive()
    stack.start_worker()
    system.import_ids(stack.emulator.channel_ids(count=120))
    answer = create_app(system.wiring).test_client().post("/api/batch-metadata", json={"batch_size": 50})
    request, job_id = answer.headers["X-Request-Id"], answer.json["id"]  # type: ignore[index]
    system.wait(job_id, "completed")
    system.wiring.traces.close()
    wait_for(lambda: len(collector.of("youtube channels.list")) == 3, 20, "the spans of three calls")
    wait_for(collector.is_whole, 20, "the spans around them, which end later")

    [asked] = collector.of("POST /api/batch-metadata")
    by_id = {span.span_id: span for span in collector.spans if span.trace_id == asked.trace_id}
    for call in collector.of("youtube channels.list"):
        batch = by_id[call.parent_span_id]
        message = by_id[batch.parent_span_id]
        assert (batch.name, message.name) == ("batch", "tributary.run_batch")
        assert message.parent_span_id == asked.span_id, "batches stand beside each other"

    [kept] = sql(system.wiring, "select request_id from processing_jobs where id = :id", id=job_id)
    assert kept == (request,)
    lines = [json.loads(line) for line in (stack.folder / "worker-0.log").read_text().splitlines() if line[:1] == "{"]
    ended = [line for line in lines if line.get("request") == request and line["event"] == "batch_ended"]
    assert {line["job"] for line in ended} == {job_id}
    assert len({line["batch"] for line in ended}) == 3
    [(worker,)] = sql(system.wiring, "select worker from worker_ticks")
    assert {line["worker"] for line in lines} == {worker}, "Celery's own lines too"
    assert any(line["logger"].startswith("celery") for line in lines)
