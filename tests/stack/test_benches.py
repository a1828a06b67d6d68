"""The benchmarks of the whole system in small: what they count is right; what they time is nobody's business here."""

from collections.abc import Iterator
from itertools import islice
from math import ceil

import pytest

from app.youtube.costs import MAX_IDS
from bench import memory, metadata, redis_commands
from bench.throughput.plant import Plant, make_plant
from bench.throughput.where import where_it_goes
from emulator.universe.universe import Universe

pytestmark = pytest.mark.stack
_CHANNELS, _BATCH = 230, 100


@pytest.fixture(scope="module")
def plant() -> Iterator[Plant]:
    with make_plant(metadata.SEED, emulators=1) as made:
        yield made


@pytest.fixture(scope="module")
def ids(plant: Plant) -> list[str]:
    found = list(islice(Universe(metadata.SEED).existing_ids(plant.emulators[0].clock().now), _CHANNELS))
    metadata.acquaint(plant, found)
    return found


def test_metadata_makes_no_call_too_many_and_writes_every_channel(plant: Plant, ids: list[str]) -> None:
    [outcome] = metadata.ours(plant, ids, 1, [0], _BATCH)
    assert (outcome.calls, outcome.rows) == (ceil(_CHANNELS / MAX_IDS), _CHANNELS)
    assert outcome.client_cpu > 0 < outcome.postgres_cpu


def test_where_the_time_goes_adds_up(plant: Plant, ids: list[str]) -> None:
    rows = where_it_goes(plant, ids, lambda: metadata.ask(plant.wiring, _BATCH), ceil(_CHANNELS / MAX_IDS))
    spent = {row["layer"]: row["cpu_ms_per_call"] for row in rows}
    layers = sum(spent[name] for name in spent.keys() - {"together", "PostgreSQL"})
    assert layers == pytest.approx(spent["together"], abs=0.01 * len(rows))
    assert spent["language"] > 0


def test_memory_is_told_of_every_process(plant: Plant, ids: list[str]) -> None:
    found, jobs = memory.watched(plant, ids, workers=1, seconds=0, every=0.2)
    assert jobs == 1
    assert sum("main" in str(row["process"]) for row in memory.growth(found)) == 1
    assert sum("child" in str(row["process"]) for row in memory.growth(found)) >= 2
    assert memory.slope([memory.Sample(minute, "one", 0, 100 + minute) for minute in range(5)]) == 60


def test_videos_take_forty_commands_a_batch_at_most(plant: Plant, ids: list[str]) -> None:
    wiring, channels = plant.wiring, 40
    plant.know(ids)
    with plant.workers(1):
        plant.wait(metadata.ask(wiring, None))
        told = redis_commands.counted(
            plant,
            "videos",
            lambda: wiring.youtube.ask_for_videos(total_limit=channels, batch_size=channels // 2, videos_per_channel=5),
        )
    assert told["channels"] == channels
    assert 20 <= int(str(told["together"])) <= 2 * 40, told
