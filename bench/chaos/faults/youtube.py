"""YouTube that fails, quota that ends, and clocks that jump."""

from collections.abc import Iterator
from contextlib import contextmanager

from app.jobs.types import bucket_of
from bench.chaos.faults.contract import Condition, Moment, Strike, at_once, for_a_while
from emulator.fault_kinds import FaultKind
from emulator.messages import Fault as Broken

_PLENTY, _DAY = 1_000_000, 24
_SPENT = "select used + reserved from quota_days where bucket = %s order by day desc limit 1"
_SET_LIMIT = "update api_projects set quota_limits = jsonb_build_object(%s::text, %s::int) returning id"


def fail(probability: float) -> Strike:
    """Answer with 503, after the unit was charged: so often."""

    @contextmanager
    def strike(moment: Moment) -> Iterator[Condition]:
        moment.scene.servers.emulator.add_fault(Broken(kind=FaultKind.BACKEND_ERROR, probability=probability))
        yield for_a_while(moment)
        moment.scene.servers.emulator.clear_faults()

    return strike


@contextmanager
def end_quota(moment: Moment) -> Iterator[Condition]:
    """Both ledgers have a few units left in the job's bucket; when it waits for midnight, midnight comes."""
    scene, job_id = moment.scene, moment.job_id
    bucket = bucket_of(moment.kind)
    if bucket is not None and (found := scene.query(_SPENT, bucket)):
        limit = int(found[0][0]) + moment.chance.randint(0, 2)
        scene.query(_SET_LIMIT, bucket, limit)
        scene.servers.emulator.set_quota(bucket, limit)
    yield lambda: (scene.job(job_id) or [""])[0] == "waiting_for_quota"
    scene.query("update api_projects set quota_limits = '{}' returning id")
    if bucket is not None:
        scene.servers.emulator.set_quota(bucket, _PLENTY)
    scene.jump(_DAY)


def jump(hours: float) -> Strike:
    """The clocks of all workers and of YouTube jump, and stay there."""

    @contextmanager
    def strike(moment: Moment) -> Iterator[Condition]:
        moment.scene.jump(hours)
        yield at_once

    return strike
