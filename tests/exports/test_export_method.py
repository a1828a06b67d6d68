"""/api/exports/{what}/method: counts that are true, and sentences that a paper can quote."""

import pytest

from app.exports import store
from app.wiring import Wiring
from tests.exports.conftest import Get
from tests.exports.rows import ALL, HOUR, NOW, TITLES, fill
from tests.hands import sql

SPACES = "|"


def test_counts_of_a_small_catalogue_are_exact(get: Get, wiring: Wiring) -> None:
    fill(wiring)
    sql(wiring, "update channels set availability = 'not_found' where country is null returning id")
    sql(
        wiring,
        "insert into processing_jobs (job_type, status, total_items, fetched, not_found, all_cut, completed_at, "
        "units_used) "
        "values ('metadata', 'completed', 10, 8, 2, true, now(), 1) returning id",
    )
    sql(
        wiring,
        "insert into discovery_yields (job_id, method, stratum, found, new, updated_at) "
        "values (gen_random_uuid(), 'mentions', 1, 7, 5, now()), (gen_random_uuid(), 'mentions', 2, 1, 1, now()) "
        "returning 1",
    )
    told = get("channels/method", format="json").get_json()
    assert told["population"] == {"rows": len(TITLES) + 1, "estimated": False}
    assert told["completeness"]["with_metadata"] == len(TITLES)
    assert told["completeness"]["not_found"] == sum(number % 2 == 0 for number in range(len(TITLES) + 1))
    assert told["completeness"]["expired"] == len(TITLES)
    assert told["fetched"] == {"first": (NOW - HOUR).isoformat(), "last": (NOW - HOUR).isoformat()}
    [asked] = told["asked"]
    assert (asked["job_type"], asked["items"], asked["fetched"], asked["not_found"], asked["units"]) == (
        ("metadata", 10, 8, 2, 1)
    )
    assert told["discovery"] == [
        {"method": "mentions", "expansions": 0, "found": 8, "new": 6, "confirmed": 0, "dropped": 0}
    ]
    page = get("channels/method").data.decode()
    for said in (
        "three significant figures",
        "inclusion probability",
        "a break",
        "thirty days",
        "| mentions | 0 | 8 |",
    ):
        assert said.lower() in page.lower()


@pytest.mark.parametrize("what", ALL)
def test_each_table_has_one_even_when_it_is_empty(get: Get, what: str) -> None:
    assert f"# How the table `{what}` was collected" in get(f"{what}/method").data.decode()
    assert get(f"{what}/method", format="json").get_json()["population"] == {"rows": 0, "estimated": False}


def test_a_large_table_is_estimated(wiring: Wiring, monkeypatch: pytest.MonkeyPatch) -> None:
    sql(
        wiring,
        "with new as (insert into channels (id, metadata_fetched, fetched_at) "
        "select md5(n::text)::uuid, n % 4 = 0, now() "
        "from generate_series(1, 20000) n returning 1) select count(*) from new",
    )
    with wiring.db.begin() as tx:
        tx.exec_driver_sql("analyze channels")
        monkeypatch.setattr(store, "MOST_COUNTED", 5_000)
        found = store.population_of(tx, "channels", NOW)
    assert found.is_estimated
    assert abs(found.rows - 20_000) < 500
    assert abs(found.counts["with_metadata"] - 5_000) < 500
