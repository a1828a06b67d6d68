"""Each time makes one job: whoever looks, however often, and whenever one of them dies."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest

from app.clock import FixedClock
from app.jobs.model import Job
from app.schedules.askers import Asker
from app.schedules.firing import fire_due
from app.schedules.model import Fire, FireOutcome, Schedule
from app.wiring import Wiring
from app.youtube.routes import BatchMetadata
from tests.conftest import MakeWiring
from tests.devstack.waiting import wait_until
from tests.hands import sql
from tests.jobs.steps import advance, change
from tests.schedules.conftest import AddSchedule
from workers.keeper import keep

BEATS = 6
# Dies where it is killed: before or after the job was asked for, with the schedule still in its hands.
BEAT_THAT_HANGS = """
import sys
from datetime import datetime
from app.clock import FixedClock
from app.config import load_settings
from app.schedules.askers import Asker
from app.schedules.firing import fire_due
from app.wiring import Wiring
from app.youtube.routes import BatchMetadata

wiring = Wiring(load_settings(), given_clock=FixedClock(datetime.fromisoformat(sys.argv[1])))

def ask(**asked):
    if sys.argv[2] == "after":
        wiring.youtube.ask_for_metadata(**asked)
    print("here", flush=True)
    sys.stdin.read()

fire_due(wiring.db, wiring.clock, lambda: {"metadata": Asker(BatchMetadata, ask)})
"""


def jobs(wiring: Wiring) -> list[Job]:
    return wiring.jobs.listed(before=None, limit=1_000)


def fires(wiring: Wiring, name: str = "hourly") -> list[Fire]:
    return wiring.schedules.fires(wiring.schedules.read(name), 1_000)


def end(wiring: Wiring, job: Job) -> None:
    """Let a job end; there are no channels to fetch."""
    assert advance(wiring, job).status == "completed"


def test_a_schedule_fires_when_its_time_has_come_and_asks_as_the_post_does(
    moved: Wiring, clock: FixedClock, add: AddSchedule
) -> None:
    made = add(params={"total_limit": 7, "batch_size": 120})
    assert made.next_fire_at == datetime(2026, 11, 23, 10, tzinfo=UTC)
    keep(moved)
    assert jobs(moved) == []

    clock.advance(timedelta(minutes=51))
    keep(moved)
    [job] = jobs(moved)
    posted = moved.youtube.ask_for_metadata(120, 7, idempotency_key=None, requested_by="api")
    assert (job.job_type, job.params, job.expected_items) == (posted.job_type, posted.params, posted.expected_items)
    assert job.requested_by == "schedule:hourly"
    [fire] = fires(moved)
    assert fire == Fire(made.next_fire_at, FireOutcome.FIRED, job.id, 0, None, clock.now())
    after = moved.schedules.read("hourly")
    assert (after.last_fire_at, after.last_job_id) == (fire.fire_at, job.id)
    assert after.next_fire_at == datetime(2026, 11, 23, 11, tzinfo=UTC)


def test_any_number_of_beats_fires_each_time_once(
    make_wiring: MakeWiring, moved: Wiring, clock: FixedClock, add: AddSchedule
) -> None:
    names = [f"one-of-{number}" for number in range(5)]
    for name in names:
        add(name)
    beats = [make_wiring(clock=clock) for _ in range(BEATS)]
    together = threading.Barrier(BEATS)

    def beat(wiring: Wiring) -> None:
        for _ in range(3):
            together.wait()
            wiring.schedules.fire_due()

    clock.advance(timedelta(hours=1))
    threads = [threading.Thread(target=beat, args=[wiring]) for wiring in beats]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(str(job.requested_by) for job in jobs(moved)) == [f"schedule:{name}" for name in names]
    assert [fire.outcome for name in names for fire in fires(moved, name)] == ["fired"] * len(names)


@contextmanager
def hanging_beat(wiring: Wiring, at: datetime, where: str) -> Iterator["subprocess.Popen[str]"]:
    settings = wiring.settings
    assert settings.redis_url is not None
    environment = {
        "SECRET_KEY": settings.secret_key.get_secret_value(),
        "DATABASE_URL": settings.database_url.get_secret_value(),
        "REDIS_URL": settings.redis_url.get_secret_value(),
    }
    command = [sys.executable, "-c", BEAT_THAT_HANGS, at.isoformat(), where]
    with subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as beat:
        try:
            assert beat.stdout is not None
            assert beat.stdout.readline() == "here\n"
            yield beat
        finally:
            beat.kill()


@pytest.mark.stack
@pytest.mark.parametrize(("where", "left_behind"), [("before", 0), ("after", 1)])
def test_a_beat_that_is_killed_between_fire_and_job_loses_and_doubles_nothing(
    moved: Wiring, clock: FixedClock, add: AddSchedule, where: str, left_behind: int
) -> None:
    add()
    clock.advance(timedelta(hours=1))
    with hanging_beat(moved, clock.now(), where):
        moved.schedules.fire_due()
        assert len(jobs(moved)) == left_behind, "the beat that hangs holds the schedule"
        assert fires(moved) == []

    def fired() -> list[Fire]:
        moved.schedules.fire_due()
        return fires(moved)

    wait_until(fired)
    [job] = jobs(moved)
    [fire] = fires(moved)
    assert (fire.outcome, fire.job_id, fire.why) == ("fired", job.id, None)
    assert moved.schedules.read("hourly").last_job_id == job.id


def test_a_job_that_was_left_behind_is_found_although_the_schedule_was_changed_since(
    moved: Wiring, clock: FixedClock, add: AddSchedule
) -> None:
    class KilledError(BaseException):
        """As a kill is: nothing is caught, nothing is committed."""

    def ask_and_die(**asked: object) -> Job:
        moved.youtube.ask_for_metadata(**asked)  # type: ignore[arg-type]  # what the body holds
        raise KilledError

    add()
    clock.advance(timedelta(hours=1))
    with pytest.raises(KilledError):
        fire_due(moved.db, clock, lambda: {"metadata": Asker(BatchMetadata, ask_and_die)})
    moved.schedules.change("hourly", params={"total_limit": 5}, grace_seconds=60)
    clock.advance(timedelta(minutes=40))
    moved.schedules.fire_due()
    [job] = jobs(moved)
    assert [(fire.outcome, fire.job_id) for fire in fires(moved)] == [("fired", job.id)]


def test_after_a_day_without_any_beat_one_job_is_made_and_the_others_are_counted_as_missed(
    moved: Wiring, clock: FixedClock, add: AddSchedule
) -> None:
    add()
    clock.advance(timedelta(days=1))
    moved.schedules.fire_due()
    moved.schedules.fire_due()
    [job] = jobs(moved)
    [fire] = fires(moved)
    assert (fire.fire_at, fire.outcome) == (datetime(2026, 11, 24, 9, tzinfo=UTC), "fired")
    assert (fire.job_id, fire.missed) == (job.id, 23)
    assert moved.schedules.read("hourly").next_fire_at == datetime(2026, 11, 24, 10, tzinfo=UTC)


@pytest.mark.parametrize(("late", "outcome", "made"), [(60, "fired", 1), (61, "missed", 0)])
def test_beyond_the_grace_no_job_is_made_and_it_is_said(
    moved: Wiring, clock: FixedClock, add: AddSchedule, late: int, outcome: str, made: int
) -> None:
    add("nightly", cron="0 3 * * *", grace_seconds=60)
    clock.advance(timedelta(days=2) - timedelta(hours=6, minutes=10) + timedelta(seconds=late))
    moved.schedules.fire_due()
    assert len(jobs(moved)) == made
    [fire] = fires(moved, "nightly")
    assert (fire.fire_at, fire.outcome) == (datetime(2026, 11, 25, 3, tzinfo=UTC), outcome)
    assert fire.missed == 2 - made
    assert bool(fire.why) == (outcome == "missed")
    assert moved.schedules.read("nightly").next_fire_at == datetime(2026, 11, 26, 3, tzinfo=UTC)


def test_a_time_is_skipped_while_the_job_of_the_time_before_has_not_ended(
    moved: Wiring, clock: FixedClock, add: AddSchedule
) -> None:
    add()
    for _ in range(2):
        clock.advance(timedelta(hours=1))
        moved.schedules.fire_due()
    [job] = jobs(moved)
    skipped, fired = fires(moved)
    assert (fired.outcome, skipped.outcome) == ("fired", "skipped")
    assert skipped.why == f"job {job.id} of the time before has not ended, it is pending"
    assert moved.schedules.read("hourly").last_fire_at == fired.fire_at

    end(moved, job)
    clock.advance(timedelta(hours=1))
    moved.schedules.fire_due()
    assert [fire.outcome for fire in fires(moved)] == ["fired", "skipped", "fired"]


@pytest.mark.parametrize(
    ("set_up", "told"),
    [
        ("update schedules set params = '{\"total_limit\": 0}'", "params.total_limit"),
        ("update schedules set job_type = 'vanished'", "'vanished' cannot be scheduled; one of: discovery"),
    ],
)
def test_what_the_post_would_refuse_is_refused_with_its_reason_and_the_schedule_goes_on(
    moved: Wiring, clock: FixedClock, add: AddSchedule, set_up: str, told: str
) -> None:
    add()
    change(moved, set_up)
    clock.advance(timedelta(hours=1))
    moved.schedules.fire_due()
    [fire] = fires(moved)
    assert fire.outcome == "refused"
    assert told in str(fire.why)
    assert jobs(moved) == []
    assert moved.schedules.read("hourly").next_fire_at == datetime(2026, 11, 23, 11, tzinfo=UTC)


def test_a_schedule_that_breaks_our_code_keeps_no_other_from_firing(
    moved: Wiring, clock: FixedClock, add: AddSchedule
) -> None:
    add("a-broken", cron="30 * * * *")
    add("b-unreadable", cron="40 * * * *")
    add("c-well")
    change(moved, "update schedules set time_zone = 'No/Where' where name = 'b-unreadable'")

    def ask(**asked: object) -> Job:
        if asked["requested_by"] == "schedule:a-broken":
            raise ZeroDivisionError
        return moved.youtube.ask_for_metadata(**asked)  # type: ignore[arg-type]  # what the body holds

    clock.advance(timedelta(hours=1))
    fire_due(moved.db, clock, lambda: {"metadata": Asker(BatchMetadata, ask)})
    assert [job.requested_by for job in jobs(moved)] == ["schedule:c-well"]
    [broken] = fires(moved, "a-broken")
    assert (broken.outcome, broken.why) == ("refused", "ZeroDivisionError: the worker's log has more")


def test_a_clock_that_is_put_back_repeats_no_time(
    make_wiring: MakeWiring, moved: Wiring, clock: FixedClock, add: AddSchedule
) -> None:
    start = clock.now()
    add()
    clock.advance(timedelta(hours=1))
    moved.schedules.fire_due()
    [job] = jobs(moved)
    end(moved, job)

    back = FixedClock(start)
    behind = make_wiring(clock=back)
    behind.schedules.change("hourly", enabled=False)
    assert behind.schedules.change("hourly", enabled=True).next_fire_at == datetime(2026, 11, 23, 10, tzinfo=UTC)
    back.advance(timedelta(hours=1))
    behind.schedules.fire_due()
    assert jobs(moved) == [moved.jobs.read(job.id)]
    assert moved.schedules.read("hourly").next_fire_at == datetime(2026, 11, 23, 11, tzinfo=UTC)


def test_what_passes_while_a_schedule_is_paused_is_not_made_up_for(
    moved: Wiring, clock: FixedClock, add: AddSchedule
) -> None:
    add()
    assert moved.schedules.change("hourly", enabled=False).next_fire_at is None
    clock.advance(timedelta(hours=5))
    moved.schedules.fire_due()
    assert moved.schedules.change("hourly", enabled=True).next_fire_at == datetime(2026, 11, 23, 15, tzinfo=UTC)
    moved.schedules.fire_due()
    assert jobs(moved) == []
    assert fires(moved) == []


def test_the_newest_thousand_fires_are_kept(moved: Wiring, clock: FixedClock, add: AddSchedule) -> None:
    schedule: Schedule = add()
    change(
        moved,
        "insert into schedule_fires (schedule_id, fire_at, decided_at)"
        " select :id, at, at from generate_series(timestamptz '2026-09-01', '2026-11-01', interval '1 hour') at",
        id=schedule.id,
    )
    clock.advance(timedelta(hours=1))
    moved.schedules.fire_due()
    [(kept, newest)] = sql(moved, "select count(*), max(fire_at) from schedule_fires")
    assert (kept, newest) == (1_000, datetime(2026, 11, 23, 10, tzinfo=UTC))
