"""GET /api/jobs/{id}/stream: what a reader is told, from where, and for how long."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from uuid import uuid4

import httpx
import pytest
from pydantic import SecretStr
from sqlalchemy import event

from app.jobs.machine import counters
from app.jobs.model import Job
from app.jobs.routes import job_json
from app.jobs.stream import MOST_STREAMS, Stream
from app.web import create_app
from app.wiring import Wiring
from devstack.valkey import ValkeyServer, temporary_valkey
from emulator.control import Control
from tests.api.serving import serving
from tests.api.test_api_outages import freeze
from tests.conftest import MakeWiring, add_key
from tests.hands import work_off
from tests.jobs.steps import advance, running_job
from tests.jobs.streaming import parsed, streamed

FAR = "2999-01-01T00:00:00+00:00"


@pytest.fixture
def api(wiring: Wiring) -> Iterator[str]:
    with serving(create_app(wiring)) as url:
        yield url


@pytest.fixture
def job(wiring: Wiring, emulator: Control) -> Job:
    return running_job(wiring, emulator.channel_ids(count=150))


def test_a_reader_sees_the_whole_way_of_a_job(wiring: Wiring, api: str, job: Job) -> None:
    with streamed(api, job.id) as events:
        first = next(events)
        work_off(wiring, job)
        told = list(events)

    assert (first.name, first.data["status"], first.data["processed_items"]) == ("job", "running", 0)
    assert set(first.data) == set(httpx.get(f"{api}/api/jobs/{job.id}").json())
    progress = [one.data for one in told if one.name == "progress"]
    assert [one["processed_items"] for one in progress] == [50, 100, 150]
    assert all(sum(one["outcomes"].values()) == one["processed_items"] for one in progress)
    assert progress[0]["items_per_second"] > 0
    assert progress[0]["eta_seconds"] >= 0
    ended = told[-1]
    assert (ended.name, ended.data["status"], ended.data["processed_items"]) == ("ended", "completed", 150)
    assert len({one.id for one in [first, *told]}) == len(told) + 1


def test_headers_keep_proxies_and_caches_from_holding_events_back(api: str, job: Job) -> None:
    with httpx.stream("GET", f"{api}/api/jobs/{job.id}/stream") as answer:
        assert answer.headers["Content-Type"].startswith("text/event-stream")
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Accel-Buffering"] == "no"


def test_what_is_shown_in_redis_arrives_as_it_is(wiring: Wiring, api: str, job: Job) -> None:
    with streamed(api, job.id) as events:
        next(events)
        wiring.progress.write(job.id, {**counters(job), "processed_items": 7, "updated_at": FAR})
        told = next(events)
    assert (told.name, told.data["processed_items"], told.data["updated_at"]) == ("progress", 7, FAR)


def test_a_move_is_told_with_its_reason_and_what_can_be_done_now(wiring: Wiring, api: str, job: Job) -> None:
    with streamed(api, job.id) as events:
        next(events)
        wiring.jobs.stop(job.id, "pause")
        advance(wiring, job)
        moved = next(one for one in events if one.data["status"] == "paused")
    assert moved.name == "moved"
    assert moved.data["why"]
    assert moved.data["moves"] == ["resume", "cancel"]


@pytest.fixture
def own_valkey() -> Iterator[ValkeyServer]:
    with temporary_valkey() as server:
        yield server


@pytest.mark.parametrize("take_away", [ValkeyServer.crash, freeze])
@pytest.mark.parametrize("before", [True, False])
def test_without_redis_postgresql_tells_the_same(
    make_wiring: MakeWiring,
    own_valkey: ValkeyServer,
    emulator: Control,
    take_away: Callable[[ValkeyServer], None],
    before: bool,  # noqa: FBT001 - a case of this test
) -> None:
    wiring = make_wiring(redis_url=SecretStr(own_valkey.url))
    add_key(wiring, 1)
    job = running_job(wiring, emulator.channel_ids(count=50))
    if before:
        take_away(own_valkey)
    with serving(create_app(wiring)) as api, streamed(api, job.id) as events:
        assert next(events).name == "job"
        if not before:
            take_away(own_valkey)
        work_off(wiring, job)
        ended = list(events)[-1]
    assert (ended.name, ended.data["status"], ended.data["outcomes"]["fetched"]) == ("ended", "completed", 50)


def test_a_stream_without_news_ends_after_its_time_and_asks_postgresql_once_a_second_at_most(
    wiring: Wiring, job: Job
) -> None:
    asked: list[str] = []
    with create_app(wiring).test_request_context():
        stream = Stream(wiring.jobs, job, job_json, wiring.forecasts.eta, seconds=5).events(None)
        first = next(stream) + next(stream)  # the whole state has an `eta`, which takes some statements of its own
        event.listen(wiring.db._engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
        began = time.monotonic()
        told = first + "".join(stream)
    assert 2 < len(asked) <= 1 + time.monotonic() - began
    assert told.startswith("retry: ")
    assert [one.name for one in parsed(told.splitlines())] == ["job"]


def test_a_flood_of_moves_does_not_become_a_flood_of_questions(wiring: Wiring, job: Job) -> None:
    """Whoever writes into our Redis: what it shows is not what PostgreSQL says, again and again."""
    asked: list[str] = []
    with create_app(wiring).test_request_context():
        stream = Stream(wiring.jobs, job, job_json, wiring.forecasts.eta, seconds=3).events(None)
        told = [next(stream), next(stream)]
        for _ in range(20):
            wiring.progress.write(job.id, {**counters(job), "status": "paused", "updated_at": FAR})
        event.listen(wiring.db._engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
        told += list(stream)
    assert 0 < len(asked) <= 4
    assert "moved" not in "".join(told)


def test_too_many_readers_are_told_to_poll(wiring: Wiring, api: str, job: Job) -> None:
    with ExitStack() as readers:
        streams = [readers.enter_context(streamed(api, job.id)) for _ in range(MOST_STREAMS)]
        for events in streams:
            next(events)
        refused = httpx.get(f"{api}/api/jobs/{job.id}/stream")
        work_off(wiring, job)
        assert [list(events)[-1].name for events in streams] == ["ended"] * MOST_STREAMS
    assert (refused.status_code, refused.headers["Content-Type"]) == (503, "application/problem+json")
    assert int(refused.headers["Retry-After"]) > 0
    assert "GET /api/jobs/{id}" in refused.json()["hint"]
    with streamed(api, job.id) as events:
        assert [one.name for one in events] == ["job", "ended"]


def test_readers_that_only_ask_for_the_head_hold_no_place(api: str, job: Job) -> None:
    for _ in range(MOST_STREAMS + 1):
        assert httpx.head(f"{api}/api/jobs/{job.id}/stream").status_code == 200


def test_a_reader_who_comes_again_is_told_only_what_is_new(wiring: Wiring, api: str, job: Job) -> None:
    with streamed(api, job.id) as events:
        first = next(events)
    with streamed(api, job.id, seen=first.id) as events:
        work_off(wiring, job)
        told = list(events)
    assert "job" not in {one.name for one in told}
    with streamed(api, job.id, seen=first.id) as events:
        assert [one.name for one in events] == ["job", "ended"]
    # 204 is what ends the reconnecting of a browser.
    again = httpx.get(f"{api}/api/jobs/{job.id}/stream", headers={"Last-Event-ID": told[-1].id})
    assert (again.status_code, again.content) == (204, b"")


def test_there_is_no_stream_of_an_unknown_job(api: str) -> None:
    answer = httpx.get(f"{api}/api/jobs/{uuid4()}/stream")
    assert (answer.status_code, answer.headers["Content-Type"]) == (404, "application/problem+json")
    assert answer.json()["hint"]
