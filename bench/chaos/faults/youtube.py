"""YouTube that fails, quota that ends, and clocks that jump."""

from collections.abc import Iterator
from contextlib import contextmanager

from bench.chaos.faults.contract import Condition, Moment, Strike, at_once, for_a_while
from emulator.fault_kinds import FaultKind
from emulator.messages import Fault as Broken

_BUCKET, _PLENTY, _DAY = "default", 1_000_000, 24
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
    """Both ledgers have a few units left; when the job waits for midnight, midnight comes."""
    scene, job_id = moment.scene, moment.job_id
    if (found := scene.query("select max(used + reserved) from quota_days")) and found[0][0] is not None:
        limit = int(found[0][0]) + moment.chance.randint(0, 2)
        scene.query(_SET_LIMIT, _BUCKET, limit)
        scene.servers.emulator.set_quota(_BUCKET, limit)
    yield lambda: (scene.job(job_id) or [""])[0] == "waiting_for_quota"
    scene.query("update api_projects set quota_limits = '{}' returning id")
    scene.servers.emulator.set_quota(_BUCKET, _PLENTY)
    scene.jump(_DAY)


def jump(hours: float) -> Strike:
    """The clocks of all workers and of YouTube jump, and stay there."""

    @contextmanager
    def strike(moment: Moment) -> Iterator[Condition]:
        moment.scene.jump(hours)
        yield at_once

    return strike
