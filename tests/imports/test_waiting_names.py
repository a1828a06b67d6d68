"""Names that imports find and no ids beside them: kept, counted, resolved by a job for as few units as there are."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from app.clock import FixedClock
from app.config import Settings
from app.jobs.model import Job
from app.jobs.states import Status
from app.web import create_app
from app.wiring import Wiring
from emulator.control import Control
from emulator.universe.ids import channel_id
from tests.conftest import MakeWiring, add_key
from tests.hands import NOT_STOPPING, sql, work_off
from tests.jobs.invariants import broken
from tests.jobs.steps import advance, claim, expire
from tests.youtube.known import Known
from workers.registry import kinds
from workers.work import Work

A = "UCBJycsmduvYEL83R_U4JriQ"
NOBODY = "@nobody.has.this"


@pytest.fixture
def client(wiring: Wiring) -> FlaskClient:
    return create_app(wiring).test_client()


@pytest.fixture
def known(settings: Settings) -> Iterator[Known]:
    """Looks things up in the emulator; call `emulator.reset` afterwards."""
    knows = Known(settings.youtube_api_url)
    yield knows
    knows.http.close()


@pytest.fixture
def handles(known: Known, emulator: Control) -> dict[str, str]:
    found = {f"@{name}": owner for name, owner in known.handles(emulator.channel_ids(count=200)).items()}
    emulator.reset()
    return found


def imported(wiring: Wiring, names: list[str]) -> Job:
    """An import of these cells, to its end."""
    return work_off(wiring, wiring.imports.ask_for_rows([(name, None) for name in names], "a list"))


def resolving(client: FlaskClient, wiring: Wiring, job: Job, **body: Any) -> Job:
    answer = client.post(f"/api/jobs/{job.id}/resolve-names", json=body)
    assert answer.status_code == 202, answer.text
    return wiring.jobs.read(UUID(answer.json["id"]))  # type: ignore[index]


def waiting(wiring: Wiring) -> int:
    [(count,)] = sql(wiring, "select count(*) from import_names where outcome is null")
    return int(str(count))


def channels(wiring: Wiring) -> set[object]:
    return {row[0] for row in sql(wiring, "select channel_id from channels")}


def test_a_name_is_skipped_and_kept_and_the_import_says_what_it_takes(wiring: Wiring, client: FlaskClient) -> None:
    names = [
        "@ann",
        "@Ann",
        "youtube.com/@bob",
        "youtube.com/user/Bob",
        "youtube.com/c/ann",
        "https://youtu.be/dQw4w9WgXcQ",
    ]
    job = imported(wiring, [A, *names, f"youtube.com/playlist?list=UU{A[2:]}", "Somebody"])
    assert job.status is Status.COMPLETED
    assert (job.fetched, job.unchanged, job.skipped, job.failed) == (1, 1, 6, 1)
    items = wiring.jobs.items(job.id, outcome="skipped", after=0, limit=10)
    assert [(item.line, item.item) for _, item in items] == list(enumerate(names, 2))
    assert client.get(f"/api/jobs/{job.id}").json["why"] == (  # type: ignore[index]
        "2 handles, 1 user name, 1 custom name, 1 video without a channel id can be resolved for about 4 units: "
        f"POST /api/jobs/{job.id}/resolve-names, or jobs resolve-names {job.id}"
    )
    assert broken(wiring) == []


def test_channels_are_found_added_and_told_apart(
    wiring: Wiring, client: FlaskClient, known: Known, handles: dict[str, str], emulator: Control
) -> None:
    (first, owner), (second, other) = list(handles.items())[:2]
    videos = dict(list(known.videos(60).items())[:60])
    emulator.reset()
    links = [f"https://www.youtube.com/watch?v={video}" for video in videos]
    job = imported(wiring, [owner, first, f"youtube.com/c/{first[1:]}", second, NOBODY, *links])
    forecast = client.post(f"/api/jobs/{job.id}/resolve-names", json={"dry_run": True}).json["forecast"]  # type: ignore[index]
    assert (forecast["items"], forecast["calls"], forecast["units"]) == (64, 5, {"default": 5})
    assert emulator.counters().used() == 0
    done = work_off(wiring, resolving(client, wiring, job))
    assert done.status is Status.COMPLETED
    new = {other, *videos.values()} - {owner}
    assert (done.fetched, done.not_found, done.total_items) == (len(new), 1, 64)
    assert done.unchanged == 64 - 1 - len(new)
    assert channels(wiring) == {owner, *new}
    assert emulator.counters().used() == done.units_used == 5
    [(_, item)] = wiring.jobs.items(done.id, outcome="not_found", after=0, limit=10)
    assert (item.item, item.reason.split(";")[0]) == (NOBODY, f"no channel has the handle {NOBODY}")
    assert waiting(wiring) == 0
    assert sql(wiring, "select distinct source from channels") == [("a list",)]
    assert client.get(f"/api/jobs/{job.id}").json["why"] is None  # type: ignore[index]
    assert client.post(f"/api/jobs/{job.id}/resolve-names", json={}).status_code == 409
    assert broken(wiring) == []


def test_what_is_remembered_costs_nothing(
    wiring: Wiring, client: FlaskClient, handles: dict[str, str], emulator: Control
) -> None:
    names = list(handles)[:5]
    client.post("/api/resolve", json={"texts": names})
    job = imported(wiring, names)
    forecast = client.post(f"/api/jobs/{job.id}/resolve-names", json={"dry_run": True}).json["forecast"]  # type: ignore[index]
    assert (forecast["items"], forecast["items_without_calls"], forecast["calls"]) == (5, 5, 0)
    done = work_off(wiring, resolving(client, wiring, job))
    assert (done.fetched, done.units_used, emulator.counters().used()) == (5, 0, 5)


def test_who_asks_twice_gets_the_same_job(wiring: Wiring, client: FlaskClient) -> None:
    job = imported(wiring, ["@ann"])
    assert resolving(client, wiring, job).id == resolving(client, wiring, job).id
    assert client.post(f"/api/jobs/{UUID(int=0)}/resolve-names", json={}).status_code == 404


def test_when_quota_ends_nothing_is_lost_and_nothing_paid_twice(
    make_wiring: MakeWiring, handles: dict[str, str], emulator: Control
) -> None:
    clock = FixedClock(emulator.clock().now)
    wiring = make_wiring(clock, youtube_quota={"default": 10}, quota_block=1)
    add_key(wiring, 1)
    client = create_app(wiring).test_client()
    job = resolving(client, wiring, imported(wiring, list(handles)[:25]))
    for spent in (10, 20):
        job = work_off(wiring, job)
        assert (job.status, emulator.counters().used(), job.processed_items) == (
            Status.WAITING_FOR_QUOTA, spent, spent,
        )  # fmt: skip
        clock.advance(timedelta(days=1))
        emulator.set_clock(clock.now())
    job = work_off(wiring, job)
    assert (job.status, job.fetched, emulator.counters().used()) == (Status.COMPLETED, 25, 25)


def test_a_budget_bounds_it(wiring: Wiring, client: FlaskClient, handles: dict[str, str], emulator: Control) -> None:
    job = work_off(wiring, resolving(client, wiring, imported(wiring, list(handles)[:25]), max_units=7))
    assert (job.status, job.processed_items, emulator.counters().used()) == (Status.PAUSED, 7, 7)
    wiring.jobs.resume(job.id, max_units=100)
    job = work_off(wiring, job)
    assert (job.status, job.fetched, emulator.counters().used()) == (Status.COMPLETED, 25, 25)


def test_a_worker_that_dies_after_its_calls_has_them_paid_once(
    wiring: Wiring, client: FlaskClient, handles: dict[str, str], emulator: Control
) -> None:
    job = advance(wiring, resolving(client, wiring, imported(wiring, list(handles)[:12])))
    batch = claim(wiring, job)
    with Work(wiring, batch, NOT_STOPPING) as work:
        kinds()["names"].run(work)  # and then it dies, before it can say that it is done
    expire(wiring, batch)
    job = work_off(wiring, job)
    assert (job.status, job.fetched, emulator.counters().used()) == (Status.COMPLETED, 12, 12)


def test_many_names_are_cut_into_batches(wiring: Wiring, client: FlaskClient) -> None:
    names = [f"youtu.be/{channel_id(number)[2:12]}A" for number in range(1, 251)]
    job = work_off(wiring, resolving(client, wiring, imported(wiring, [*names, *(f"@x{at}-y" for at in range(101))])))
    assert (job.status, job.processed_items, job.total_items) == (Status.COMPLETED, 351, 351)
    assert job.units_used == 5 + 101
    assert len(sql(wiring, "select id from job_batches where job_id = :id", id=job.id)) == 3 + 2
