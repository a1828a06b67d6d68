"""Jobs that wait over days, also over those of 23 and 25 hours, each in its own bucket."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection

from app.clock import FixedClock
from app.jobs.model import Cut, Job, NewBatch, Slice
from app.jobs.states import Outcome, Status
from app.jobs.types import JobType
from app.wiring import Wiring
from app.youtube.costs import Request
from emulator.control import Control
from tests.conftest import MakeWiring, add_key
from tests.hands import sql, work_off
from tests.jobs.invariants import broken
from tests.jobs.steps import ask_for_metadata, fill_catalog
from workers.kinds.metadata import Metadata
from workers.registry import kinds
from workers.work import Work

A_MOMENT = timedelta(seconds=1)
# When the bucket was found empty, and the midnights in Los Angeles that follow: in UTC, in summer seven hours behind.
EVENINGS = [
    ("2026-10-31T20:00:00-07:00", ["2026-11-01T07:00Z", "2026-11-02T08:00Z", "2026-11-03T08:00Z"]),
    ("2026-11-01T01:30:00-08:00", ["2026-11-02T08:00Z", "2026-11-03T08:00Z", "2026-11-04T08:00Z"]),
    ("2027-03-12T23:59:59-08:00", ["2027-03-13T08:00Z", "2027-03-14T08:00Z", "2027-03-15T07:00Z"]),
    ("2027-03-14T03:00:00-07:00", ["2027-03-15T07:00Z", "2027-03-16T07:00Z", "2027-03-17T07:00Z"]),
]


@pytest.mark.parametrize(("evening", "midnights"), EVENINGS)
def test_a_job_of_three_days_wakes_with_each_of_them(
    make_wiring: MakeWiring, emulator: Control, evening: str, midnights: list[str]
) -> None:
    clock = FixedClock(datetime.fromisoformat(evening).astimezone(UTC))
    wiring = make_wiring(clock, youtube_quota={"default": 2})
    emulator.set_quota("default", 2)
    add_key(wiring, 1)
    emulator.set_clock(clock.now())
    fill_catalog(wiring, emulator.channel_ids(count=300))
    job = work_off(wiring, ask_for_metadata(wiring))

    for day, midnight in enumerate(map(datetime.fromisoformat, midnights[:2]), 1):
        assert (job.status, job.fetched, job.resume_at) == (Status.WAITING_FOR_QUOTA, 100 * day, midnight)
        clock.advance(midnight - A_MOMENT - clock.now())
        emulator.set_clock(clock.now())
        assert work_off(wiring, job).status is Status.WAITING_FOR_QUOTA
        clock.advance(A_MOMENT)
        emulator.set_clock(clock.now())
        job = work_off(wiring, job)

    assert (job.status, job.fetched, job.units_used) == (Status.COMPLETED, 300, 6)
    wakes = [event.to_status for event in wiring.jobs.events(job.id) if event.from_status == "waiting_for_quota"]
    assert wakes == ["running"] * 2
    assert sql(wiring, "select used, reserved from quota_days order by day") == [(2, 0)] * 3
    assert emulator.counters().count() == 6  # none was refused
    assert broken(wiring) == []


class Searching(Metadata):
    """A kind whose calls are paid from another bucket."""

    name = "searching"
    bucket = "search"

    def cut(self, tx: Connection, job: Job, room: int) -> Cut:  # noqa: ARG002 - the whole work is one call
        return Cut([NewBatch({}, 1)], {}, last=True)

    def run(self, work: Work) -> None:
        for _ in work.fetch([Request("search.list", {"part": "snippet", "q": "music"})]):
            work.commit([0], _found)


def _found(_: Connection) -> Slice:
    return Slice(outcomes=Counter({Outcome.FETCHED: 1}), units=1)


@pytest.fixture
def searching() -> Iterator[JobType]:
    """As if another package had brought it."""
    known = kinds()
    known[Searching.name] = Searching()  # type: ignore[index]  # one dictionary for the whole process
    yield JobType(Searching.name, "default")
    del known[Searching.name]  # type: ignore[attr-defined]


def test_a_job_of_another_bucket_does_not_wait(make_wiring: MakeWiring, emulator: Control, searching: JobType) -> None:
    wiring = make_wiring(youtube_quota={"default": 1, "search": 1})
    add_key(wiring, 1)
    fill_catalog(wiring, emulator.channel_ids(count=100))
    metadata = work_off(wiring, ask_for_metadata(wiring))
    assert metadata.status is Status.WAITING_FOR_QUOTA

    assert ends(wiring, searching) is Status.COMPLETED
    assert ends(wiring, searching) is Status.WAITING_FOR_QUOTA
    assert wiring.jobs.read(metadata.id).status is Status.WAITING_FOR_QUOTA


def ends(wiring: Wiring, job_type: JobType) -> Status:
    return work_off(wiring, wiring.jobs.ask(job_type, {})).status
