"""A schedule among real workers: nobody sends anything, and its time comes."""

import pytest

from app.schedules.model import Plan
from bench.processes import wait_for
from tests.stack.conftest import Stack

DAY = 86_400


@pytest.mark.stack
def test_workers_fire_a_schedule_once_and_carry_its_job_out(stack: Stack) -> None:
    stack.configure()
    for _ in range(2):
        stack.start_worker()
    wiring = stack.wiring()
    plan = Plan("metadata", {}, None, DAY, "UTC", enabled=True, grace_seconds=2 * DAY)
    schedule = wiring.schedules.add("daily", plan)

    (stack.folder / "clock").write_text(str(DAY))
    wait_for(lambda: bool(wiring.schedules.fires(schedule, 10)), 60, "the schedule has fired")
    [fire] = wiring.schedules.fires(schedule, 10)
    assert fire.job_id is not None
    wait_for(lambda: wiring.jobs.read(fire.job_id).status == "completed", 30, "its job has ended")  # type: ignore[arg-type]  # it is not None
    jobs = wiring.jobs.listed(before=None, limit=10)
    assert [job.id for job in jobs if job.requested_by == "schedule:daily"] == [fire.job_id]
    wiring.close()
