"""Discovery: from channels that are known to others, by the methods in discovery/methods/, each confirmed."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from app.discoveries.cutting import Cutting
from app.jobs.model import Cut, Job, NewBatch, Remark
from app.jobs.states import Outcome
from app.jobs.types import DISCOVERY
from discovery.registry import methods, seed_sources
from workers.discovery.confirm import Confirm
from workers.discovery.expand import Expand
from workers.discovery.handles import Handles
from workers.discovery.roots import Roots
from workers.stage import left_of
from workers.work import Work

_STAGES: Mapping[str, type[Expand | Roots | Handles | Confirm]] = {
    "expand": Expand,
    "roots": Roots,
    "handles": Handles,
    "confirm": Confirm,
}


class Discovery:
    """Find channels. An item is an expansion (a channel by one method) or a confirmation (of one that was found)."""

    name = DISCOVERY.name
    bucket: str | None = DISCOVERY.bucket

    def cut(self, tx: Connection, job: Job, room: int) -> Cut:
        """What promises most, of what no other job holds."""
        return Cutting(tx, job, methods(), seed_sources()).cut(room)

    def run(self, work: Work) -> None:
        """Carry out the stage that the batch belongs to."""
        _STAGES[work.batch.spec["stage"]](work).run()

    def again(self, tx: Connection, spec: Mapping[str, Any], settled: Sequence[int]) -> list[NewBatch]:  # noqa: ARG002 - what others hold or have done is noticed when it runs
        """The items that are left."""
        return _batches(spec, [left_of(spec, settled)])

    def halves(self, spec: Mapping[str, Any], settled: Sequence[int]) -> list[NewBatch]:
        """Two halves of the items that are left; none when it is one."""
        left = left_of(spec, settled)
        middle = len(left) // 2
        return _batches(spec, [left[:middle], left[middle:]]) if middle else []

    def give_up(self, spec: Mapping[str, Any], settled: Sequence[int], why: str) -> list[Remark]:
        """Each item that is left has failed for the same reason."""
        return [Remark(Outcome.FAILED, item, why) for item in left_of(spec, settled)]


def _batches(spec: Mapping[str, Any], parts: Sequence[list[str]]) -> list[NewBatch]:
    return [NewBatch({**spec, "items": part}, len(part)) for part in parts if part]
