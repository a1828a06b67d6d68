"""minet's own command line, unmodified, against the emulator: only the base address of its calls is another."""

import csv
import subprocess
import sys
from collections.abc import Callable
from itertools import chain
from pathlib import Path

import pytest

from bench.throughput.minet import LAUNCH, environment
from emulator.accounts import KeyState, fingerprint
from emulator.control import Control
from emulator.server import EmulatorServer
from tests.emulator.asking import KEY
from tests.emulator.conformance.walk import Walk

pytestmark = pytest.mark.stack

Rows = list[dict[str, str]]
Minet = Callable[..., Rows]


@pytest.fixture(scope="session")
def minet_python() -> Path:
    """A Python that has minet, whose pins contradict ours: an environment of its own, kept inside ours."""
    return environment(Path(sys.prefix))


@pytest.fixture
def minet(minet_python: Path, server: EmulatorServer, control: Control, tmp_path: Path) -> Minet:
    """`minet yt COMMAND` on a CSV file of values; the rows it writes."""
    assert control.faults() == []

    def run(command: str, values: list[str], *options: str, keys: tuple[str, ...] = (KEY,)) -> Rows:
        given, found = tmp_path / "given.csv", tmp_path / "found.csv"
        given.write_text("\n".join(["value", *values]), encoding="utf-8")
        files = ["-i", str(given), "-o", str(found), "--silent", *chain.from_iterable(("-k", key) for key in keys)]
        base = f"{server.url}/youtube/v3"
        subprocess.run(
            [minet_python, "-c", LAUNCH, base, "yt", command, "value", *files, *options],
            check=True, capture_output=True, text=True, timeout=60, cwd=tmp_path,
        )  # fmt: skip
        with found.open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    return run


def test_channels_come_with_their_counts(minet: Minet, walk: Walk, control: Control) -> None:
    ids = list(walk.finds.channel_ids[:70])
    rows = minet("channels", ids)
    assert [row["channel_id"] for row in rows] == ids
    facts = chain.from_iterable(
        walk.door.items("channels.list", {"part": "statistics", "id": ",".join(fifty)})
        for fifty in walk.finds.fifties(ids)
    )
    views = {channel["id"]: channel["statistics"]["viewCount"] for channel in facts}
    assert {row["channel_id"]: row["view_count"] for row in rows} == views
    assert control.counters().count(key=fingerprint(KEY), outcome="ok") == 2


def test_videos_come_with_their_facts(minet: Minet, walk: Walk) -> None:
    ids = walk.finds.video_ids[:60]
    rows = minet("videos", ids)
    assert [row["video_id"] for row in rows] == ids
    asked = {"part": "contentDetails,snippet", "id": ",".join(ids[:50])}
    facts = {video["id"]: video for video in walk.door.items("videos.list", asked)}
    for row in rows[:50]:
        assert row["duration"] == facts[row["video_id"]]["contentDetails"]["duration"]
        assert row["tags"] == "|".join(facts[row["video_id"]]["snippet"].get("tags", []))


def test_all_videos_of_a_channel_are_found_page_by_page(minet: Minet, walk: Walk, control: Control) -> None:
    uploads = walk.finds.many_uploads
    rows = minet("channel-videos", ["UC" + uploads[2:]])
    asked = {"part": "id", "playlistId": uploads}
    total = walk.door.content("playlistItems.list", asked)["pageInfo"]["totalResults"]
    assert len({row["video_id"] for row in rows}) == len(rows) == total
    assert control.counters().count(method="playlistItems.list") == -(-total // 50) == 3


def test_a_search_goes_on_until_it_has_enough(minet: Minet, walk: Walk, control: Control) -> None:
    rows = minet("search", [walk.finds.word], "--limit", "120")
    assert len({row["video_id"] for row in rows}) == len(rows) == 120
    assert control.counters().used(bucket="search") == 3


def test_comments_come_with_all_replies(minet: Minet, walk: Walk) -> None:
    video = walk.finds.discussed_video
    rows = minet("comments", [video])
    threads = walk.door.items("commentThreads.list", {"part": "snippet", "videoId": video, "maxResults": "100"})
    assert {row["comment_id"] for row in rows if not row["parent_comment_id"]} == {item["id"] for item in threads}
    replies = sum(thread["snippet"]["totalReplyCount"] for thread in threads)
    assert len({row["comment_id"] for row in rows}) == len(rows) == len(threads) + replies


def test_a_dead_key_ends_it(minet: Minet, walk: Walk, control: Control) -> None:
    control.set_key_state(KEY, KeyState.DEAD)
    with pytest.raises(subprocess.CalledProcessError) as caught:
        minet("channels", [walk.finds.channel_ids[0]])
    assert "YouTubeInvalidAPIKeyError" in caught.value.stderr


def test_an_empty_quota_makes_it_take_the_next_key(minet: Minet, walk: Walk, control: Control) -> None:
    control.bind_key("first-key", "first")
    control.set_quota("default", 1, project="first")
    ids = list(walk.finds.channel_ids[:120])
    assert [row["channel_id"] for row in minet("channels", ids, keys=("first-key", "second-key"))] == ids
    assert control.counters().count(outcome="quotaExceeded", key=fingerprint("first-key")) == 1
    assert control.counters().count(outcome="ok", key=fingerprint("second-key")) == 2
