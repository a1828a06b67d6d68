"""The benchmark of growth in small: what people repeat looks at as much in a larger catalogue as in a smaller one."""

from app.wiring import Wiring
from bench.growth.__main__ import measure
from bench.system import make_system

# Routes that count up to a bound look at more rows until it is reached; a page that skips what a filter leaves out, too.
COUNTING = {"stats", "status", "due", "list, filtered", "list, new"}


def test_six_times_the_channels_cost_no_more_blocks_a_row() -> None:
    with make_system("http://127.0.0.1:9") as wiring:
        told = _grown(wiring)
    assert {line["step"] for line in told} >= {"import", "import again", "metadata", "refresh", "list", "channel"}
    assert {line["step"]: line["blocks"] for line in told if line["step"] not in COUNTING and line["blocks"] > 1.5} == {}


def _grown(wiring: Wiring) -> list[dict[str, float]]:
    told = measure(wiring, [2_000, 12_000], 1_000)["last_to_first"]
    assert isinstance(told, list)
    return told
