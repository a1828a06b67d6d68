"""A hundred thousand channels, and one call in fourteen fails: every row right, every attempt counted."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import islice

import pytest

from app.youtube.fields import storable
from emulator.fault_kinds import FaultKind
from emulator.messages import Fault
from emulator.universe.universe import Universe
from tests.hands import sql
from tests.jobs.invariants import broken
from tests.stack.conftest import Driver, Stack

pytestmark = pytest.mark.stack
CHANNELS, MISSING = 98_000, 2_000
FAULTS = {FaultKind.BACKEND_ERROR: 0.05, FaultKind.RESET: 0.01, FaultKind.TRUNCATED: 0.01}


def wrong_rows(system: Driver, universe: Universe) -> Iterator[str]:
    """The channels of which we keep something else than what was true when they were fetched."""
    fetched = "channel_id, title, description, handle, country, availability::text, availability_since, fetched_at"
    for channel_id, *kept, availability, since, at in sql(system.wiring, f"select {fetched} from channels"):  # noqa: S608 - our columns
        channel = universe.channel(str(channel_id), at or since)  # type: ignore[arg-type]  # an instant
        told = channel and [storable(channel.text.title), storable(channel.text.description)]
        true = [*told, channel.handle, channel.country] if channel and told else [None] * 4
        if (kept, availability) != (true, "available" if channel else "not_found"):
            yield str(channel_id)


def test_faults_cost_their_own_calls_and_no_channel(stack: Stack, drive: Callable[[], Driver]) -> None:
    stack.configure()
    system = drive()
    stack.start_worker()
    universe, now = Universe(), datetime.now(UTC)
    system.import_ids([*islice(universe.existing_ids(now), CHANNELS), *islice(universe.missing_ids(now), MISSING)])
    for kind, probability in FAULTS.items():
        stack.emulator.add_fault(Fault(kind=kind, probability=probability))

    job = system.wait(system.post("/api/batch-metadata", batch_size=500), "completed", 180)

    assert (job.total_items, job.failed, job.skipped) == (CHANNELS + MISSING, 0, 0)
    assert (job.fetched, job.not_found) == (CHANNELS, MISSING)
    assert list(wrong_rows(system, universe)) == []
    assert sql(system.wiring, "select count(*), count(distinct channel) from channel_snapshots") == [
        (CHANNELS, CHANNELS)
    ]
    assert broken(system.wiring) == []

    counters = stack.emulator.counters()
    struck = counters.count() - counters.count(outcome="ok")
    needed = (CHANNELS + MISSING) // 50
    assert struck > needed * 0.05
    assert needed <= counters.count() - struck <= needed * 1.1
    [usage] = system.wiring.keys.usage()
    [(of_batches,)] = sql(system.wiring, "select sum(units_used) from job_batches where job_id = :id", id=job.id)
    assert (usage.used, usage.reserved) == (counters.count(), 0)
    assert counters.used() == counters.count() == job.units_used == of_batches
