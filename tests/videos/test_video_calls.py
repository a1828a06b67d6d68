"""The promise of `python -m bench.videos`, in small: counted at the emulator on every commit."""

from datetime import UTC, datetime
from itertools import islice

from app.wiring import Wiring
from bench.videos import EACH, LISTS, ROWS, channels_with_one_page, fetch_ours, limits, report
from emulator.control import Control


def test_a_list_is_one_call_and_fifty_videos_are_one(wiring: Wiring, emulator: Control) -> None:
    now = datetime(2026, 11, 20, 20, 0, tzinfo=UTC)
    emulator.set_clock(now)
    emulator.set_clock_speed(0)
    ids = list(islice(channels_with_one_page(now), 130))

    ours = fetch_ours(wiring, emulator, ids)

    assert (ours.videos, ours.batches) == (len(ids) * EACH, 2)
    most = limits(ours.with_videos, ours.videos, ours.batches)
    assert most == {LISTS: 130, ROWS: 65 + 2}
    assert set(ours.calls) == set(most)
    assert all(ours.calls[method] <= most[method] for method in most)
    told = report(len(ids), {"tributary": ours})
    assert told["ours_to_theirs"] == {"tributary": 1.0, "three a channel": 0.5}
