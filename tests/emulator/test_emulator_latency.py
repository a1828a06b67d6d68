"""How long answers are waited for."""

import httpx
import pytest

from emulator.control import Control
from emulator.latency import Latencies
from emulator.messages import Latency
from emulator.server import EmulatorServer

PATIENCE = 0.3
LONG = 60_000


def test_one_method_can_be_slow_while_others_are_not() -> None:
    with EmulatorServer() as emulator, Control(emulator.url) as control:
        control.set_latency(LONG, method="videos.list")
        with httpx.Client(
            base_url=f"{emulator.url}/youtube/v3/", params={"part": "id", "id": "x", "key": "k"}
        ) as client:
            with pytest.raises(httpx.ReadTimeout):
                client.get("videos", timeout=PATIENCE)
            assert client.get("channels").status_code == 200


def test_a_method_of_its_own_latency_is_not_touched_by_that_of_all_others() -> None:
    with EmulatorServer(latency_ms=LONG) as emulator, Control(emulator.url) as control:
        control.set_latency(0, method="channels.list")
        with httpx.Client(
            base_url=f"{emulator.url}/youtube/v3/", params={"part": "id", "id": "x", "key": "k"}
        ) as client:
            assert client.get("channels").status_code == 200
            with pytest.raises(httpx.ReadTimeout):
                client.get("videos", timeout=PATIENCE)
        told = [Latency(milliseconds=LONG), Latency(milliseconds=0, method="channels.list")]
        assert control.latencies() == told
        control.reset()
        assert control.latencies() == told[:1]


def test_latency_spreads_by_a_chance_that_is_the_same_every_time() -> None:
    runs = []
    for _ in range(2):
        latencies = Latencies(seed=3, milliseconds=0)
        latencies.set(Latency(milliseconds=100, spread=50, method="search.list"))
        runs.append([latencies.seconds("search.list") for _ in range(50)])
        assert latencies.seconds("videos.list") == latencies.seconds(None) == 0
    assert runs[0] == runs[1]
    assert 0.1 <= min(runs[0]) < 0.11
    assert 0.14 < max(runs[0]) <= 0.15


def test_a_latency_that_makes_no_sense_is_refused(control: Control, http: httpx.Client) -> None:
    for wrong in (
        '{"milliseconds": -1}',
        '{"milliseconds": 1, "spread": -1}',
        '{"milliseconds": 1, "method": "x"}',
        "{}",
    ):
        assert http.put("/_emulator/latency", content=wrong).status_code == 400
    assert control.latencies() == [Latency(milliseconds=0)]
