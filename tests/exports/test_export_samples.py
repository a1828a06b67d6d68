"""Samples: the same for the same seed, with inclusion probabilities that estimates can trust."""

import json
import math
import statistics
from collections import Counter
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import BadInputError
from app.exports import drawing
from app.exports.model import SampleWish
from app.exports.sampling import allocate, draw
from app.exports.statements import STRATA
from app.wiring import Wiring
from tests.exports.conftest import Get
from tests.exports.rows import HOUR, NOW, fill
from tests.hands import sql

CHANNELS = 300
# Sizes differ by stratum and inside it: an estimate that ignored the probabilities would be far off.
FILL = """
with new as (
    insert into channels (id, metadata_fetched, videos_fetched, fetched_at, availability, subscriber_count, video_count,
                          language, created_at, updated_at)
    select md5(n::text)::uuid, true, n % 3 = 0, :now, 'available', 10 ^ (n % 10 / 3 + 1), n % 10 * n,
           case when n % 10 < 7 then 'en' when n % 10 < 9 then 'de' end, :now, :now
    from generate_series(1, 300) n returning 1
) select count(*) from new
"""


@pytest.fixture
def population(wiring: Wiring) -> list[tuple[str, int]]:
    sql(wiring, FILL, now=NOW - HOUR)
    found = sql(wiring, "select channel_id, video_count from channels where metadata_fetched")
    return [(str(channel_id), int(str(count))) for channel_id, count in found]


def rows(get: Get, what: str = "channels", **query: object) -> list[dict[str, Any]]:
    return [json.loads(line) for line in get(what, format="ndjson", **query).data.splitlines()]


def test_estimates_of_a_total_are_unbiased_over_seeds(get: Get, population: list[tuple[str, int]]) -> None:
    """Horvitz and Thompson: the mean over many seeds is the total, within four of its standard errors."""
    total = sum(count for _, count in population)
    for allocation in ("proportional", "equal"):
        estimates = [
            sum(row["video_count"] / row["inclusion_probability"] for row in rows(
                get, sample=30, strata="language,subscriber_digits", allocation=allocation, seed=seed,
                columns="channel_id,video_count",
            ))
            for seed in range(60)
        ]  # fmt: skip
        error = statistics.stdev(estimates) / math.sqrt(len(estimates))
        assert abs(statistics.mean(estimates) - total) < 4 * error
        assert error < total / 12, "so that being far off would be seen"


def test_each_channel_is_drawn_as_often_as_its_probability_says(get: Get, population: list[tuple[str, int]]) -> None:
    seeds = 80
    drawn: Counter[str] = Counter()
    told: dict[str, float] = {}
    for seed in range(seeds):
        for row in rows(get, sample=60, strata="language", allocation="equal", seed=seed, columns="channel_id"):
            drawn[row["channel_id"]] += 1
            told[row["channel_id"]] = row["inclusion_probability"]
    assert sum(told[name] for name in told) == pytest.approx(60, rel=0.02)  # all were drawn at least once
    chi = sum((drawn[name] - seeds * p) ** 2 / (seeds * p * (1 - p)) for name, p in told.items() if p < 1)
    assert abs(chi - len(told)) < 5 * math.sqrt(2 * len(told))
    assert len(told) == len(population)


def test_the_same_seed_draws_the_same_and_another_another(get: Get, population: list[tuple[str, int]]) -> None:
    assert population
    once, again = (get("channels", sample=20, strata="language", seed="paper").data for _ in range(2))
    assert once == again
    assert get("channels", sample=20, strata="language", seed="other").data != once


def test_strata_and_their_probabilities(get: Get, wiring: Wiring, population: list[tuple[str, int]]) -> None:
    assert population
    answer = get("channels", format="ndjson", sample=50, strata="language", seed=1)
    found = [json.loads(line) for line in answer.data.splitlines()]
    told = get(f"manifests/{answer.headers['X-Export-Id']}").get_json()["sample"]
    assert (told["population"], told["drawn"], told["seed"], told["strata_by"]) == (CHANNELS, 50, "1", ["language"])
    assert told["strata"] == [
        {"stratum": "language=", "population": 30, "drawn": 5},
        {"stratum": "language=de", "population": 60, "drawn": 10},
        {"stratum": "language=en", "population": 210, "drawn": 35},
    ]
    for row in found:
        [stratum] = [one for one in told["strata"] if one["stratum"] == row["stratum"]]
        assert row["inclusion_probability"] == stratum["drawn"] / stratum["population"]
        assert row["stratum"] == f"language={row['language'] or ''}"
    assert sorted(row["channel_id"] for row in found) == sorted({row["channel_id"] for row in found})
    # Anybody can draw it again: the smallest digests of each stratum.
    smallest = sql(
        wiring,
        "select channel_id from channels where language = 'de' order by md5('1/' || channel_id) collate \"C\" limit 10",
    )
    assert {row["channel_id"] for row in found if row["language"] == "de"} == {name for (name,) in smallest}


def test_a_sample_of_what_a_filter_leaves(get: Get, population: list[tuple[str, int]]) -> None:
    assert population
    found = rows(get, sample=10, language="de")
    assert len(found) == 10
    assert {(row["language"], row["stratum"], row["inclusion_probability"]) for row in found} == {("de", "all", 1 / 6)}


def test_videos_of_sampled_channels(get: Get, wiring: Wiring) -> None:
    fill(wiring)
    sql(wiring, "update channels set videos_fetched = true where metadata_fetched returning 1")
    found = rows(get, "videos", sample=10, strata="country", seed=3)
    assert len({row["channel_id"] for row in found}) == len(found) == 10  # each channel has one
    again = rows(get, "channels", sample=10, strata="country", seed=3)
    assert {row["channel_id"]: row["inclusion_probability"] for row in found} == {
        row["channel_id"]: row["inclusion_probability"] for row in again
    }


def test_more_than_there_are_is_all_there_are(get: Get, population: list[tuple[str, int]]) -> None:
    found = rows(get, sample=1_000, strata=",".join(STRATA))
    assert len(found) == len(population)
    assert {row["inclusion_probability"] for row in found} == {1}


def test_what_cannot_be_drawn(get: Get, population: list[tuple[str, int]]) -> None:
    assert population
    told = get("channels", 422, sample=2, strata="language").get_json()
    assert "cannot have one of each" in told["detail"]
    assert rows(get, sample=5, language="xx") == []


def test_samples_over_many_spans(get: Get, population: list[tuple[str, int]], monkeypatch: pytest.MonkeyPatch) -> None:
    assert population
    whole = get("channels", sample=40, strata="language").data
    monkeypatch.setattr(drawing, "SPAN_ROWS", 17)
    assert get("channels", sample=40, strata="language").data == whole


@given(
    population=st.dictionaries(st.text(), st.integers(1, 10**7), min_size=1, max_size=40),
    size=st.integers(1, 10**5),
    equal=st.booleans(),
)
def test_an_allocation_gives_each_stratum_some_and_none_too_many(
    population: dict[str, int], size: int, *, equal: bool
) -> None:
    wish = SampleWish(size, "0", allocation="equal" if equal else "proportional")
    if len(population) > size:
        with pytest.raises(BadInputError):
            allocate(population, wish)
        return
    given_ = allocate(population, wish)
    assert sum(given_.values()) == min(size, sum(population.values()))
    assert all(1 <= n <= population[stratum] for stratum, n in given_.items())


def test_a_stratum_whose_limit_was_too_low_is_looked_at_again() -> None:
    asked: list[dict[str, str]] = []

    def within(limits: Any) -> list[tuple[UUID, str, str]]:  # noqa: ANN401 - a mapping
        asked.append(dict(limits))
        return [(UUID(int=n), "a", "f" * 32) for n in range(10)] if limits["a"] == "g" else []

    assert len(draw({"a": 10_000}, {"a": 5}, within).keys) == 5
    assert len(asked) > 1
