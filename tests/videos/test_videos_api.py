"""/api/batch-videos, /api/videos and the videos of a channel, as people ask for them."""

import pytest
from flask.testing import FlaskClient

from app.jobs.states import Status
from app.wiring import Wiring
from emulator.control import Control
from tests.hands import sql, work_off
from tests.jobs.steps import change
from tests.videos.steps import fetch_videos, known_channels


@pytest.fixture
def filled(wiring: Wiring, emulator: Control) -> Wiring:
    known_channels(wiring, emulator.channel_ids(count=30))
    assert fetch_videos(wiring).status is Status.COMPLETED
    return wiring


def pages(api: FlaskClient, path: str, name: str = "videos") -> list[dict[str, object]]:
    """All rows of a list, page by page along the Link headers."""
    rows, seen = [], 0
    while path:
        answer = api.get(path)
        assert answer.status_code == 200, answer.text
        rows += answer.get_json()[name]
        path = answer.headers["Link"].split(">")[0].lstrip("<") if "Link" in answer.headers else ""
        seen += 1
    assert seen > 1
    return rows


def date(row: dict[str, object]) -> str:
    return str(row["published_at"])


def test_a_job_is_asked_for_with_what_is_wanted(wiring: Wiring, api: FlaskClient, emulator: Control) -> None:
    known_channels(wiring, emulator.channel_ids(count=30))
    body = {
        "videos_per_channel": 3,
        "published_after": "2020-01-31T00:00:00+01:00",
        "min_subscribers": 1,
        "total_limit": 9,
    }
    answer = api.post("/api/batch-videos", json=body)
    assert answer.status_code == 202
    told = answer.get_json()
    assert (told["job_type"], told["expected_items"], told["estimated_batches"]) == ("videos", 9, 1)
    assert told["params"] == {
        "batch_size": 100, "total_limit": 9, "videos_per_channel": 3, "published_after": "2020-01-31T00:00:00+01:00",
        "language": None, "country": None, "min_subscribers": 1,
    }  # fmt: skip
    [job] = wiring.jobs.listed(before=None, limit=1)
    assert work_off(wiring, job).total_items == 9
    assert int(str(sql(wiring, "select max(n) from (select count(*) as n from videos group by channel) c")[0][0])) == 3


@pytest.mark.parametrize(
    "body",
    [
        {"videos_per_channel": 0},
        {"videos_per_channel": "some"},
        {"videos_per_channel": True},
        {"published_after": "2020-01-31T00:00:00"},
        {"published_after": "yesterday"},
        {"country": "Germany"},
        {"video_per_channel": 3},
    ],
)
def test_what_makes_no_sense_is_refused(api: FlaskClient, body: dict[str, object]) -> None:
    answer = api.post("/api/batch-videos", json=body)
    assert answer.status_code == 422
    assert next(iter(body)) in answer.text


def test_all_videos_in_pages_and_by_what_they_are(filled: Wiring, api: FlaskClient) -> None:
    everything = pages(api, "/api/videos?limit=50")
    ids = [row["video_id"] for row in everything]
    assert (
        len(ids) == len(set(ids)) == filled.videos.counts().videos == api.get("/api/stats").get_json()["total_videos"]
    )
    dates = sorted(map(date, everything))
    middle = dates[len(dates) // 2]
    for query, chosen in {
        "kind=short": {row["video_id"] for row in everything if row["kind"] == "short"},
        "language=en": {row["video_id"] for row in everything if str(row["language"]).split("-")[0] == "en"},
        f"published_after={middle[:19]}Z": {row["video_id"] for row in everything if date(row) >= middle},
        f"published_before={middle[:19]}Z": {row["video_id"] for row in everything if date(row) < middle},
        f"channel_id={everything[0]['channel_id']}": {
            row["video_id"] for row in everything if row["channel_id"] == everything[0]["channel_id"]
        },
    }.items():
        assert {row["video_id"] for row in api.get(f"/api/videos?limit=1000&{query}").get_json()["videos"]} == chosen
        assert 0 < len(chosen) < len(ids), query
    assert api.get("/api/videos?availability=not_found").get_json() == {"videos": [], "next": None}


def test_the_videos_of_a_channel_newest_first_also_those_without_a_date(filled: Wiring, api: FlaskClient) -> None:
    [(channel_id,)] = sql(
        filled,
        """select c.channel_id from videos v join channels c on c.id = v.channel
        group by 1 having count(*) = 25 order by 1 limit 1""",
    )
    newest = [row["video_id"] for row in pages(api, f"/api/channels/{channel_id}/videos?limit=7")]
    change(filled, "update videos set published_at = null where video_id = any(:ids)", ids=newest[10:20])
    change(filled, "update videos set published_at = '2001-01-01Z' where video_id = any(:ids)", ids=newest[:9])
    found = pages(api, f"/api/channels/{channel_id}/videos?limit=4")
    told = [(row["published_at"] is None, row["published_at"]) for row in found]
    assert told == sorted(told, key=lambda row: (row[0], row[1] or ""), reverse=True)
    assert sorted(str(row["video_id"]) for row in found) == sorted(map(str, newest))


def test_one_video_with_its_counts_and_their_history(filled: Wiring, api: FlaskClient) -> None:
    [(video_id, views)] = sql(filled, "select video_id, view_count from videos where view_count > 0 limit 1")
    change(filled, "update video_snapshots set observed_at = observed_at - interval '1 hour'")
    change(filled, "update videos set view_count = null")
    fetch = (
        "insert into video_snapshots select id, now() - interval '1 minute' * n, n from videos, generate_series(1, 4) n"
    )
    change(filled, f"{fetch} where video_id = :id", id=video_id)
    told = api.get(f"/api/videos/{video_id}").get_json()
    assert (told["video_id"], told["view_count"]) == (video_id, None)
    assert isinstance(told["duration_seconds"], float)
    assert told["kind_evidence"]
    history = pages(api, f"/api/videos/{video_id}/snapshots?limit=2", "snapshots")
    assert [row["view_count"] for row in history] == [1, 2, 3, 4, views]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/videos/dQw4w9WgXcQ", 404),
        ("/api/videos/dQw4w9WgXcQ/snapshots", 404),
        ("/api/videos/nonsense", 422),
        ("/api/videos?after=nonsense", 422),
        ("/api/videos?channel_id=nonsense", 422),
        ("/api/videos?kind=film", 422),
        ("/api/channels/nonsense/videos", 422),
        ("/api/channels/UCBJycsmduvYEL83R_U4JriQ/videos?after=nonsense", 422),
        ("/api/channels/UCBJycsmduvYEL83R_U4JriQ/videos?after=2020-01-01/dQw4w9WgXcQ", 422),
        ("/api/channels/UCBJycsmduvYEL83R_U4JriQ/videos", 200),
    ],
)
def test_what_is_not_there_says_so(api: FlaskClient, path: str, status: int) -> None:
    answer = api.get(path)
    assert answer.status_code == status
    assert answer.get_json().get("hint") or status == 200
