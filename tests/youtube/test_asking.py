"""What people ask for, and what it is turned into before it costs anything."""

import pytest

from app.wiring import Wiring
from emulator.control import Control
from tests.hands import work_off


@pytest.mark.parametrize(("asked", "batch_size", "calls"), [(10, 50, 3), (50, 50, 3), (51, 100, 3), (None, 100, 3)])
def test_small_batches_do_not_cost_more_calls(
    wiring: Wiring, emulator: Control, asked: int | None, batch_size: int, calls: int
) -> None:
    work_off(wiring, wiring.imports.ask_for_rows([(i, None) for i in emulator.channel_ids(count=120)], "test"))

    job = work_off(wiring, wiring.youtube.ask_for_metadata(asked, None, idempotency_key=None, requested_by=None))

    assert job.params["batch_size"] == batch_size
    assert (job.fetched, job.units_used) == (120, calls)
    assert emulator.counters().used() == calls
