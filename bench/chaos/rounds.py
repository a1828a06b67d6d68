"""Rounds: all kinds of jobs one after another, each struck by another fault, each compared with the undisturbed one."""

import random
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

from bench.chaos.checks import Finding, Portrait, compare, portrait, units
from bench.chaos.faults.contract import Fault, Moment
from bench.chaos.scene import Scene, Size
from bench.chaos.servers import Servers
from bench.chaos.workloads import WORKLOADS
from bench.processes import wait_for

Round = Mapping[str, Fault]
"""Kind of job and what strikes it."""

_EARLIEST, _LATEST = 0.1, 0.6
_EAGER = 0.04


@dataclass(frozen=True)
class Undisturbed:
    """How a job ends when nothing happens: its items, its units, and the tables afterwards."""

    items: int
    units: int
    portrait: Portrait


@dataclass(frozen=True)
class Blow:
    """A fault that has struck a kind of job after a share of its items, and how fast it passed.

    `in_time`: the job had not ended by then. `recovery` is the seconds from the mending (or from the blow, where
    nothing is to be mended) to the next committed slice; None when the job had no slice left by then.
    """

    fault: str
    kind: str
    share: float
    in_time: bool
    recovery: float | None


@dataclass(frozen=True)
class Struck:
    """A blow, and what was wrong after it."""

    blow: Blow
    finding: Finding


def deal(faults: Sequence[Fault], times: int, chance: random.Random) -> Iterator[Round]:
    """Give every fault to jobs so many times, to as many kinds as can be; faults that only callers know first."""
    struck: Counter[tuple[str, str]] = Counter()
    for _ in range(times):
        left = chance.sample(list(faults), len(faults))
        while left:
            dealt: dict[str, Fault] = {}
            for workload in sorted(chance.sample(WORKLOADS, len(WORKLOADS)), key=lambda kind: kind.calls):
                fitting = [fault for fault in left if workload.calls or not fault.calls]
                if fitting:
                    fault = min(fitting, key=lambda one, of=workload: (not one.calls, struck[one.name, of.name]))  # type: ignore[misc]  # a default holds the loop's value
                    left.remove(fault)
                    struck[fault.name, workload.name] += 1
                    dealt[workload.name] = fault
            yield dealt


def undisturbed(servers: Servers, size: Size) -> Mapping[str, Undisturbed]:
    """Run all jobs, with nothing in their way."""
    found = {}
    with Scene(servers, size) as scene:
        for workload in WORKLOADS:
            before, job_id = units(scene), scene.ask(workload)
            _wait(scene, job_id, _never)
            status, items = scene.job(job_id) or ("", 0)
            if status != "completed":
                raise AssertionError(f"undisturbed, the job {workload.name} is {status}")
            found[workload.name] = Undisturbed(items, units(scene) - before, portrait(scene))
    return found


def play(
    servers: Servers, size: Size, dealt: Round, lawful: Mapping[str, Undisturbed], chance: random.Random
) -> Iterator[Struck]:
    """One round, up to the last job that is struck; what is wrong after a job is told of the fault that struck it."""
    last = max(number for number, workload in enumerate(WORKLOADS) if workload.name in dealt)
    with Scene(servers, size) as scene:
        for workload in WORKLOADS[: last + 1]:
            usual, before, job_id = lawful[workload.name], units(scene), scene.ask(workload)
            if (fault := dealt.get(workload.name)) is None:
                _wait(scene, job_id, _never)
                continue
            blow = _strike(Moment(scene, job_id, workload.name, chance), fault, usual.items)
            _wait(scene, job_id, _never)
            extra = units(scene) - before - usual.units
            yield Struck(blow, compare(scene, job_id, usual.portrait, extra_units=extra))


def _strike(moment: Moment, fault: Fault, items: int) -> Blow:
    """Let a fault strike after a part of the items, and mend it."""
    scene, job_id, share = moment.scene, moment.job_id, round(moment.chance.uniform(_EARLIEST, _LATEST), 2)
    _wait(scene, job_id, lambda: _processed(scene, job_id) >= share * items)
    in_time = not scene.has_ended(job_id)
    with fault.strike(moment) as long_enough:
        _wait(scene, job_id, long_enough)
    return Blow(fault.name, moment.kind, share, in_time, _recover(scene, job_id))


def _recover(scene: Scene, job_id: UUID) -> float | None:
    """Seconds from here to the next slice."""
    mended = time.monotonic()
    _wait(scene, job_id, lambda: scene.job(job_id) is not None)  # PostgreSQL may still be starting
    before = _processed(scene, job_id)
    _wait(scene, job_id, lambda: _processed(scene, job_id) > before)
    return round(time.monotonic() - mended, 2) if _processed(scene, job_id) > before else None


def _never() -> bool:
    return False


def _processed(scene: Scene, job_id: UUID) -> int:
    return (scene.job(job_id) or ("", 0))[1]


def _wait(scene: Scene, job_id: UUID, condition: Callable[[], bool]) -> None:
    """Until it is so, the job has ended, or patience has; what is wrong then is found afterwards."""
    with suppress(AssertionError):
        wait_for(lambda: condition() or scene.has_ended(job_id), scene.size.patience, "", pause=_EAGER)
