"""Long lists: no row twice, none missing, whatever is inserted meanwhile."""

from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient

from app.wiring import Wiring
from tests.hands import sql, work_off

JOBS = 7


@pytest.fixture
def ids(wiring: Wiring) -> list[str]:
    """Twenty-three channels, in the order of the list."""
    fill = "insert into channels (id) select gen_random_uuid() from generate_series(1, 23) returning 1"
    sql(wiring, fill)
    return [str(row[0]) for row in sql(wiring, "select channel_id from channels order by id")]


def walk(api: FlaskClient, path: str, name: str) -> list[list[str]]:
    """Follow the Link header from page to page."""
    pages = []
    following: str | None = path
    while following is not None:
        answer = api.get(following)
        assert answer.status_code == 200
        told = answer.get_json()
        pages.append([str(row.get("channel_id") or row.get("job_id") or row["line"]) for row in told[name]])
        link = answer.headers.get("Link")
        assert (link is None) == (told["next"] is None)
        following = link and link.removesuffix('>; rel="next"').removeprefix("<")
        if following is not None:
            assert parse_qs(urlsplit(following).query)["after"] == [told["next"]]
    return pages


def flat(pages: list[list[str]]) -> list[str]:
    return [row for page in pages for row in page]


@pytest.mark.parametrize("limit", [1, 5, 22, 23, 24, 1_000])
def test_every_channel_comes_once(api: FlaskClient, ids: list[str], limit: int) -> None:
    pages = walk(api, f"/api/channels?limit={limit}", "channels")
    assert flat(pages) == ids
    assert all(len(page) == limit for page in pages[:-1])
    assert pages[-1], "the last page is not empty"


def test_numbered_pages_hold_the_same_rows(api: FlaskClient, ids: list[str]) -> None:
    pages = [api.get(f"/api/channels?page={number}&per_page=10").get_json() for number in (1, 2, 3, 4)]
    assert [row["channel_id"] for page in pages for row in page["channels"]] == ids
    assert [page["next"] is None for page in pages] == [False, False, True, True]
    # The Link of a numbered page leads on by cursor, with the same filter and size.
    [_, *rest] = walk(api, "/api/channels?page=2&per_page=10", "channels")
    assert rest == [ids[20:]]


def test_a_filter_holds_on_every_page(wiring: Wiring, api: FlaskClient, ids: list[str]) -> None:
    sql(wiring, "update channels set country = 'GB' where channel_id = any(:ids) returning 1", ids=ids[::2])
    assert flat(walk(api, "/api/channels?country=GB&limit=5", "channels")) == ids[::2]


def test_inserts_between_two_pages_change_nothing(wiring: Wiring, api: FlaskClient, ids: list[str]) -> None:
    first = api.get("/api/channels?limit=10")
    # Before the cursor and after it: the first kind would shift every numbered page by one.
    sql(wiring, "insert into channels (id) values (cast(:id as uuid)) returning 1", id=f"{0:032x}")
    rest = walk(api, first.headers["Link"].removesuffix('>; rel="next"').removeprefix("<"), "channels")
    assert [row["channel_id"] for row in first.get_json()["channels"]] + flat(rest) == ids


def test_every_job_comes_once_newest_first_although_new_ones_are_asked_for(wiring: Wiring, api: FlaskClient) -> None:
    asked = [api.post("/api/batch-metadata").get_json()["id"] for _ in range(JOBS)]
    # All at the same instant, as jobs of a script can be: then the id decides.
    sql(wiring, "update processing_jobs set created_at = now() returning 1")
    first = api.get("/api/jobs?limit=3").get_json()
    api.post("/api/batch-metadata")
    rest = walk(api, f"/api/jobs?limit=3&after={first['next']}", "jobs")
    assert [job["id"] for job in first["jobs"]] + flat(rest) == sorted(asked, reverse=True)


def test_jobs_by_state(wiring: Wiring, api: FlaskClient) -> None:
    asked = [api.post("/api/batch-metadata").get_json()["id"] for _ in range(3)]
    api.post(f"/api/jobs/{asked[1]}/cancel")
    work_off(wiring, wiring.jobs.listed(status=None, before=None, limit=1)[0])
    assert walk(api, "/api/jobs?status=cancelled", "jobs") == [[asked[1]]]
    assert walk(api, "/api/jobs?status=completed&limit=1", "jobs") == [[asked[2]], [asked[0]]]
    assert walk(api, "/api/jobs?status=failed", "jobs") == [[]]


def test_the_rejected_rows_of_a_job(wiring: Wiring, api: FlaskClient) -> None:
    rows = [{"channel_id": f"wrong {number}"} for number in range(1, 12)]
    job_id = api.post("/api/bulk-add-channels", json={"channels": rows}).get_json()["id"]
    work_off(wiring, wiring.jobs.listed(status=None, before=None, limit=1)[0])
    assert flat(walk(api, f"/api/jobs/{job_id}/items?limit=4", "items")) == [str(line) for line in range(1, 12)]
    assert walk(api, f"/api/jobs/{job_id}/items?outcome=not_found", "items") == [[]]
