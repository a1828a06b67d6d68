"""A YouTube that answers with poison: what cannot be kept is left out, and every channel has its outcome."""

import json
from copy import deepcopy
from typing import Any

import pytest

from app.jobs.model import Job
from app.web import create_app
from app.wiring import Wiring
from tests.conftest import MakeWiring, add_key
from tests.hands import sql, work_off
from tests.replay import Replay

_ID = "UCBJycsmduvYEL83R_U4JriQ"
_CHANNEL: dict[str, Any] = {
    "kind": "youtube#channel",
    "id": _ID,
    "snippet": {"title": "a title", "description": "", "customUrl": "@someone", "publishedAt": "2010-01-01T00:00:00Z"},
    "statistics": {"viewCount": "10", "subscriberCount": "5", "videoCount": "1", "hiddenSubscriberCount": False},
    "contentDetails": {"relatedPlaylists": {"uploads": "UUBJycsmduvYEL83R_U4JriQ"}},
    "status": {"madeForKids": False},
}
POISON: tuple[tuple[str, Any], ...] = (
    ("snippet.title", "NUL \x00 in it"),
    ("snippet.title", "half \ud800 a pair"),
    ("snippet.title", "x" * 1_000_000),
    ("snippet.title", ["no", "text"]),
    ("snippet.title", None),
    ("snippet.title", "../../\r\nX: 1 \u202e \x1b[2J"),
    ("snippet.publishedAt", "0000-00-00T00:00:00Z"),
    ("snippet.publishedAt", "99999-12-31T23:59:59Z"),
    ("snippet.publishedAt", 10**400),
    ("snippet.country", "<script>"),
    ("snippet.customUrl", "@" + "y" * 100_000),
    ("snippet.thumbnails", {"default": {"url": "javascript:alert(1)", "width": -1}}),
    ("snippet.thumbnails", "none"),
    ("snippet", "no object"),
    ("statistics.viewCount", "-5"),
    ("statistics.viewCount", "9" * 300),
    ("statistics.viewCount", 1e308),
    ("statistics.subscriberCount", {"$gt": 0}),
    ("statistics.subscriberCount", True),
    ("statistics", []),
    ("contentDetails.relatedPlaylists.uploads", "'; drop table channels; --"),
    ("contentDetails", 7),
    ("topicDetails", {"topicCategories": [None, 5, "file:///etc/passwd", "z" * 100_000]}),
    ("brandingSettings", {"channel": {"keywords": '"' * 10_001, "unsubscribedTrailer": "\x00"}}),
    ("localizations", {"\x00": {"title": "\ud800"}}),
    ("status.madeForKids", "perhaps"),
    ("id", "UC" + "A" * 22),
    ("id", _ID + "\x00"),
)


def poisoned(path: str, value: object, *beside: object) -> bytes:
    """An answer in which one field is not what it should be."""
    channel = deepcopy(_CHANNEL)
    *way, last = path.split(".")
    at = channel
    for name in way:
        at = at.setdefault(name, {})
    at[last] = value
    return json.dumps({"kind": "youtube#channelListResponse", "items": [channel, *beside]}).encode()


def asked(wiring: Wiring, replay: Replay, answer: bytes) -> Job:
    """A job about one channel, worked off against that answer."""
    add_key(wiring, 1)
    replay.bodies["channels"] = answer
    api = create_app(wiring).test_client()
    brought = api.post("/api/bulk-add-channels", json={"channels": [{"channel_id": _ID}]}).get_json()["id"]
    work_off(wiring, wiring.jobs.read(brought))
    return work_off(wiring, wiring.jobs.read(api.post("/api/batch-metadata").get_json()["id"]))


@pytest.mark.parametrize(("path", "value"), POISON, ids=[f"{path}-{n}" for n, (path, _) in enumerate(POISON)])
def test_a_poisoned_channel_has_its_outcome(make_wiring: MakeWiring, replay: Replay, path: str, value: object) -> None:
    wiring = make_wiring(youtube_api_url=replay.url)
    job = asked(wiring, replay, poisoned(path, value))
    api = create_app(wiring).test_client()
    assert (job.status, job.processed_items) == ("completed", 1)
    assert job.failed == 0
    [(title, views)] = sql(wiring, "select coalesce(length(title), 0), coalesce(view_count, 0) from channels")
    assert int(str(title)) <= 1_000_000
    assert int(str(views)) >= 0
    for page in ("/api/channels", f"/api/channels/{_ID}", f"/api/channels/{_ID}/changes", "/api/exports/channels"):
        assert api.get(page).status_code == 200


@pytest.mark.parametrize("answer", [poisoned("id", None), poisoned("status", {}, 5), poisoned("status", {}, None)])
def test_what_is_no_answer_is_asked_for_again_later(make_wiring: MakeWiring, replay: Replay, answer: bytes) -> None:
    """A list that holds something else is no list: nothing of it is kept, and it is said what the job waits for."""
    wiring = make_wiring(youtube_api_url=replay.url)
    job = asked(wiring, replay, answer)
    assert (job.status, job.processed_items) == ("running", 0)
    assert "tried again at" in str(wiring.jobs.notice(job))
    assert sql(wiring, "select title, metadata_fetched from channels") == [(None, False)]
