"""The benchmark of growth in small: what people repeat looks at as much in a larger catalogue as in a smaller one."""

from typing import Any

from app.wiring import Wiring
from bench.growth.__main__ import measure

# What is due is counted, up to ten thousand; pages skip what a filter leaves out, up to ten thousand rows.
COUNTING = {"due", "list, filtered", "list, new", "list, searched"}


def test_six_times_the_channels_cost_no_more_blocks_a_row(wiring: Wiring) -> None:
    told = _grown(wiring)
    assert {line["step"] for line in told} >= {"import", "import again", "metadata", "refresh", "list", "channel"}
    grown = {line["step"]: line["blocks"] for line in told if line["blocks"] > 1.5}
    assert set(grown) <= COUNTING, grown


def _grown(wiring: Wiring) -> list[dict[str, Any]]:
    told = measure(wiring, [2_000, 12_000], 1_000)["last_to_first"]
    assert isinstance(told, list)
    return told
