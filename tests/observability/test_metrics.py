"""/metrics: true whoever is asked and whoever has died, in the formats of Prometheus."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from prometheus_client.openmetrics.parser import text_string_to_metric_families as openmetrics
from pydantic import SecretStr
from sqlalchemy import event, text

from app.config import Settings
from app.metrics.events import CALL
from app.web import create_app
from app.wiring import Wiring
from emulator.control import Control
from emulator.fault_kinds import FaultKind
from emulator.messages import Fault
from tests.conftest import MakeWiring
from tests.hands import due, sql, work_off
from tests.jobs.steps import change
from tests.observability.conftest import read_metrics, value
from workers.keeper import keep, tick


def test_what_was_done_and_spent(busy: Wiring, api: FlaskClient) -> None:
    told = read_metrics(api)
    assert value(told, "jobs_items_total", kind="migrate", outcome="fetched") == 60
    assert value(told, "jobs_items_total", kind="metadata", outcome="fetched") == 30
    assert value(told, "catalog_channels_fetched_total", kind="metadata") == 30
    assert value(told, "jobs_units_total", kind="metadata") == 1
    assert value(told, "jobs_batch_seconds_count", kind="metadata", outcome="Done") == 1
    assert value(told, "youtube_call_seconds_count", method="channels.list", outcome="answered") == 1
    ledger = {"project": "project-1", "bucket": "default"}
    units = [value(told, f"keys_units_{what}", **ledger) for what in ("used", "reserved", "limit", "exhausted")]
    assert units == [1, 0, 10_000, 0]
    assert value(told, "keys_units_limit", project="project-1", bucket="search") == 100, "though nobody has taken any"
    assert 0 < (value(told, "keys_reset_seconds") or 0) < 25 * 3600
    assert value(told, "keys_by_state", state="usable") == 1
    assert value(told, "jobs_unended", kind="metadata", status="pending") == 1
    assert value(told, "jobs_ended_last_day", kind="metadata", status="completed") == 1
    assert value(told, "http_request_seconds_count", method="POST", route="/api/batch-metadata", status="202") == 2
    assert [value(told, up) for up in ("database_up", "redis_up")] == [1, 1]
    sums = "select sum(fetched), sum(unchanged), sum(units_used) from processing_jobs"
    assert sql(busy, "select sum(fetched), sum(unchanged), sum(units) from item_counts") == sql(busy, sums)


def test_videos_are_counted_as_they_are_written(busy: Wiring, api: FlaskClient) -> None:
    api.post("/api/batch-videos", json={"total_limit": 5})
    work_off(busy, busy.jobs.listed(status=None, before=None, limit=1)[0])
    [(stored,)] = sql(busy, "select count(*) from videos where fetched_at is not null")
    assert value(read_metrics(api), "videos_fetched_total", kind="videos") == int(str(stored)) > 0


def test_what_other_processes_counted_is_told_too_and_nothing_twice(
    wiring: Wiring, make_wiring: MakeWiring, api: FlaskClient
) -> None:
    other = make_wiring()
    other.metrics.time(CALL, 0.07, "videos.list", "answered")
    other.metrics.time(CALL, 99.0, "videos.list", "answered")
    other.metrics.write()
    wiring.metrics.time(CALL, 0.02, "videos.list", "answered")
    for _ in range(2):
        told = read_metrics(api)
    series = {"method": "videos.list", "outcome": "answered"}
    assert value(told, "youtube_call_seconds_count", **series) == 3
    assert value(told, "youtube_call_seconds_sum", **series) == pytest.approx(99.09)
    reached = [
        value(told, "youtube_call_seconds_bucket", **series, le=bound) for bound in ("0.05", "0.1", "30.0", "+Inf")
    ]
    assert reached == [1, 2, 2, 3]


def test_what_cannot_be_written_is_written_later(wiring: Wiring, api: FlaskClient) -> None:
    change(wiring, "alter table event_counts rename to away")
    wiring.metrics.time(CALL, 0.02, "videos.list", "answered")
    wiring.metrics.write()
    change(wiring, "alter table away rename to event_counts")
    assert value(read_metrics(api), "youtube_call_seconds_count", method="videos.list", outcome="answered") == 1


def test_words_from_outside_make_no_series_without_end(wiring: Wiring, api: FlaskClient) -> None:
    for number in range(3_000):
        wiring.metrics.count("youtube_errors", "transient", f"reason{number}")
    assert len([name for name, _ in read_metrics(api) if name == "tributary_youtube_errors_total"]) <= 2_001
    api.get("/api/nowhere/AIzaSyD-what-a-person-typed-0123456789")
    assert "AIza" not in api.get("/metrics").text
    assert value(read_metrics(api), "http_request_seconds_count", method="GET", route="other", status="404") == 1


def test_errors_and_retries(wiring: Wiring, emulator: Control, api: FlaskClient) -> None:
    rows = [(channel_id, None) for channel_id in emulator.channel_ids(count=5)]
    work_off(wiring, wiring.imports.ask_for_rows(rows, "tests"))
    emulator.add_fault(Fault(kind=FaultKind.BACKEND_ERROR, next=1))
    api.post("/api/batch-metadata")
    work_off(wiring, wiring.jobs.listed(status=None, before=None, limit=1)[0])
    told = read_metrics(api)
    assert value(told, "youtube_retries_total", method="channels.list") == 1
    assert value(told, "youtube_errors_total", **{"class": "transient"}, reason="backendError") == 1
    assert value(told, "youtube_call_seconds_count", method="channels.list", outcome="transient") == 1
    assert value(told, "jobs_units_total", kind="metadata") == 2, "the call that failed was paid too"


def test_a_batch_that_waits_and_one_taken_from_the_dead(busy: Wiring, api: FlaskClient) -> None:
    keep(busy)
    series = {"kind": "metadata", "queue": "metadata"}
    told = read_metrics(api)
    assert value(told, "jobs_batches_open", **series, state="waiting") == 1
    assert (value(told, "jobs_batches_oldest_waiting_seconds", **series) or 0) < 60
    sql(busy, "update job_shares set served_at = now() - interval '1 hour' returning 1")
    sql(busy, "update job_batches set created_at = now() - interval '2 hours' where state = 'ready' returning 1")
    told = read_metrics(api)
    assert value(told, "jobs_batches_oldest_waiting_seconds", **series) == pytest.approx(3_600, abs=60)
    assert busy.machine.claim(due(busy)[0], "doomed") is not None
    assert value(read_metrics(api), "jobs_batches_open", **series, state="running") == 1
    sql(busy, "update job_batches set lease_until = now() - interval '1 second' where state = 'running' returning 1")
    keep(busy)
    assert value(read_metrics(api), "jobs_lease_rescues_total", kind="metadata") == 1


def test_who_was_heard(wiring: Wiring, api: FlaskClient) -> None:
    tick(wiring, "here-1", "worker")
    tick(wiring, "beat", "beat")
    sql(wiring, "update worker_ticks set ticked_at = now() - interval '100 seconds' returning 1")
    told = read_metrics(api)
    assert value(told, "workers_silent_seconds", worker="here-1", role="worker") == pytest.approx(100, abs=30)
    assert [value(told, "workers_alive", role=role) for role in ("worker", "beat")] == [0, 1]
    assert value(told, "workers_keeper_rounds_total") == 2


def test_openmetrics_where_it_is_asked_for(busy: Wiring, api: FlaskClient) -> None:  # noqa: ARG001 - something to tell
    plain = api.get("/metrics")
    assert plain.content_type.startswith("text/plain")
    asked = {"Accept": "application/openmetrics-text;version=1.0.0,text/plain;q=0.5"}
    told = api.get("/metrics", headers=asked)
    assert told.content_type.startswith("application/openmetrics-text")
    assert told.text.endswith("# EOF\n")
    assert "tributary_jobs_items" in {family.name for family in openmetrics(told.text)}  # type: ignore[no-untyped-call]  # theirs


def test_it_answers_while_postgresql_and_redis_are_away(settings: Settings) -> None:
    nowhere = "127.0.0.1:1/none"
    away = {
        "database_url": SecretStr(f"postgresql://me@{nowhere}"),
        "redis_url": SecretStr(f"redis://{nowhere[:-5]}/0"),
    }
    wiring = Wiring(settings.model_copy(update=away))
    told = read_metrics(create_app(wiring).test_client())
    wiring.close()
    assert [value(told, up) for up in ("database_up", "redis_up")] == [0, 0]


LARGE = {"channels", "videos", "channel_snapshots", "playlist_items"}


def test_a_look_asks_few_statements_and_reads_no_large_table(wiring: Wiring, api: FlaskClient) -> None:
    sql(wiring, "insert into channels (id) select gen_random_uuid() from generate_series(1, 30000) returning 1")
    sql(wiring, "update channels set fetched_at = now(), asked_at = now(), metadata_fetched = true returning 1")
    asked: list[tuple[str, Any]] = []
    with wiring.db.begin() as tx:
        tx.execute(text("analyze channels"))
        event.listen(tx.engine, "before_cursor_execute", lambda *told: asked.append((told[2], told[3])))
        assert value(read_metrics(api), "catalog_rows_estimate", table="channels") == pytest.approx(30_000, rel=0.05)
        looked = asked[:]
        plans = [
            tx.exec_driver_sql(f"explain (analyze, buffers, format json) {statement}", values).scalar_one()[0]["Plan"]
            for statement, values in looked
            if "select" in statement
        ]
    assert 10 < len(looked) <= 15
    scanned = {node.get("Relation Name") for plan in plans for node in nodes(plan) if node["Node Type"] == "Seq Scan"}
    assert scanned & LARGE == set()
    assert sum(plan["Shared Hit Blocks"] + plan["Shared Read Blocks"] for plan in plans) < 1_000


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for part in plan.get("Plans", ()):
        yield from nodes(part)
