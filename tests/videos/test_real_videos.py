"""Every recorded answer of the real videos.list and playlistItems.list goes through wire, job and database."""

import json
from dataclasses import fields
from typing import Any

import pytest

from app.catalog.ids import NotAChannelIdError, channel_key
from app.jobs.states import Status
from app.videos.ids import is_video_id, video_key
from app.videos.kinds import kind_of
from app.videos.model import VideoFacts
from app.wiring import Wiring
from app.youtube.methods.playlist_items import parse_uploads
from app.youtube.methods.videos import parse_videos
from tests.conftest import MakeWiring, add_key
from tests.hands import sql
from tests.jobs.invariants import broken
from tests.jobs.steps import change, fill_catalog
from tests.replay import Replay, recorded
from tests.videos.steps import fetch_videos

pytestmark = pytest.mark.real_data
ABSENT = "----------A"
CHANNEL = "UCBJycsmduvYEL83R_U4JriQ"
# What a row has in another form: as a key, as kind, as language.
ELSEWHERE = {"channel_id", "channel_title", "default_language", "default_audio_language", "live_state"}


@pytest.fixture
def wiring(make_wiring: MakeWiring, replay: Replay) -> Wiring:
    wiring = make_wiring(youtube_api_url=replay.url)
    add_key(wiring, 1)
    fill_catalog(wiring, [CHANNEL])
    return wiring


def fetch(wiring: Wiring) -> None:
    """Fetch all videos of the channel, of which nothing is known yet."""
    change(wiring, "truncate videos, video_snapshots")
    change(
        wiring,
        """update channels set videos_fetched = false, videos_fetched_at = null, metadata_fetched = true,
        fetched_at = now(), expires_at = now()""",
    )
    job = fetch_videos(wiring, videos_per_channel="all")
    assert (job.status, job.failed, job.skipped) == (Status.COMPLETED, 0, 0)


def uploads_of(ids: list[str]) -> bytes:
    return json.dumps({"items": [{"contentDetails": {"videoId": video_id}} for video_id in ids]}).encode()


def test_every_recorded_video_comes_out_unchanged(wiring: Wiring, replay: Replay, subtests: pytest.Subtests) -> None:
    stored = 0
    for file in recorded("videos.list"):
        with subtests.test(file.name):
            replay.bodies["videos"] = file.read_bytes()
            answer = json.loads(replay.bodies["videos"])
            told = {facts.video_id: facts for facts in parse_videos(answer) if is_storable(facts)}
            replay.bodies["playlistItems"] = uploads_of([*told, ABSENT])
            fetch(wiring)
            assert {str(row[0]) for row in sql(wiring, "select video_id from videos")} == set(told)
            for facts in told.values():
                compare(wiring, facts)
            compare_with_the_wire(wiring, answer)
            stored += len(told)
    assert stored > 100


def compare(wiring: Wiring, facts: VideoFacts) -> None:
    video = wiring.videos.read(facts.video_id)
    assert video.channel_id == facts.channel_id
    for field in fields(VideoFacts):
        if field.name not in ELSEWHERE:
            value = getattr(video, field.name)
            assert (tuple(value) if isinstance(value, list) else value) == getattr(facts, field.name), field.name
    assert (video.kind, video.kind_evidence) == kind_of(facts)
    if declared := facts.default_audio_language or facts.default_language:
        assert (video.language, video.language_source in {"audio", "declared"}) == (declared, True)
    else:
        assert video.language_source in {"detected", None}


def compare_with_the_wire(wiring: Wiring, answer: dict[str, Any]) -> None:
    """Against the recorded JSON itself, so that a fault of the parser cannot hide on both sides."""
    items = {item["id"]: item for item in answer.get("items", ())}
    for video_id, title, views in sql(wiring, "select video_id, title, view_count from videos"):
        item = items[video_id]
        assert title == item["snippet"].get("title", "")
        told = item.get("statistics", {}).get("viewCount")
        assert views == (None if told is None else int(told))


def is_storable(facts: VideoFacts) -> bool:
    """Some recordings have no snippet, which we always ask for, or made-up ids."""
    try:
        channel_key(facts.channel_id or "")
    except NotAChannelIdError:
        return False
    return is_video_id(facts.video_id)


def test_every_recorded_list_is_asked_for_to_its_last_video(
    wiring: Wiring, replay: Replay, subtests: pytest.Subtests
) -> None:
    listed = 0
    for file in recorded("playlistItems.list"):
        answer = json.loads(file.read_bytes())
        answer.pop("nextPageToken", None)  # there is one answer: a list without an end
        if any("contentDetails" not in item for item in answer.get("items", ())):
            continue  # recorded without the part that we ask for
        with subtests.test(file.name):
            ids = [upload.video_id for upload in parse_uploads(answer) if is_video_id(upload.video_id)]
            replay.bodies["playlistItems"] = json.dumps(answer).encode()
            replay.bodies["videos"] = json.dumps({"items": [made_up(video_id) for video_id in ids]}).encode()
            fetch(wiring)
            found = {row[0] for row in sql(wiring, "select id from videos")}
            assert found == {video_key(video_id) for video_id in ids}
            listed += len(found)
    assert listed > 50
    assert broken(wiring) == ["fetched_channels_have_times", "snapshots_match_channels"], "the channel is made up"


def made_up(video_id: str) -> dict[str, object]:
    return {"id": video_id, "snippet": {"channelId": CHANNEL}}
