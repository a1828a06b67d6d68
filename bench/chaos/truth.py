"""What YouTube says of what is kept, asked of the emulator itself: for rounds in which clocks were moved."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from app.youtube.errors import ApiError
from app.youtube.methods.asking import packed
from app.youtube.methods.channels import channels_request, parse_channels
from app.youtube.methods.playlist_items import parse_uploads, uploads_request
from app.youtube.methods.videos import parse_videos, videos_request
from app.youtube.wire import Wire
from bench.chaos.scene import Scene
from bench.chaos.workloads import VIDEOS_PER_CHANNEL

ASKER = "the bench itself"
"""The project that asks here: its units are not those that are compared."""
_KEY = "AIzaSyChaosTruthChaosTruthChaosTruth000"
_COUNTS = ("subscriber_count", "view_count", "video_count")
_FACTS = ("title", "description", "handle", "country", "thumbnail_url", *_COUNTS)
_VIDEO_FACTS = ("title", "description", "view_count", "like_count", "comment_count")


def untrue(scene: Scene) -> list[str]:
    """What is kept of each channel and video must have been true at one of the instants; no new video is missing."""
    return [*_untrue_channels(scene), *_untrue_videos(scene)]


def _untrue_channels(scene: Scene) -> Iterator[str]:
    channels = scene.query(f"select channel_id, {', '.join(_FACTS)} from channels where metadata_fetched") or []  # noqa: S608 - our columns
    snapshots = scene.query(
        f"select c.channel_id, s.{', s.'.join(_COUNTS)} from channel_snapshots s join channels c on c.id = s.channel"  # noqa: S608 - our columns
    )
    truths = [_channels_at(scene, instant, sorted(row[0] for row in channels)) for instant in scene.instants]
    if wrong := _never_true((*channels, *(snapshots or ())), truths):
        yield f"{wrong} channels or snapshots with facts that were never true"


def _untrue_videos(scene: Scene) -> Iterator[str]:
    rows = scene.query(f"select video_id, {', '.join(_VIDEO_FACTS)} from videos where availability = 'available'") or []  # noqa: S608 - our columns
    lists = scene.query("select uploads_playlist_id from channels where videos_fetched and video_count > 0") or []
    newest = [_newest_at(scene, instant, [row[0] for row in lists]) for instant in scene.instants]
    kept = {row[0] for row in rows}
    wanted = sorted(kept.union(*newest))
    truths = [_videos_at(scene, instant, wanted) for instant in scene.instants]
    if wrong := _never_true(rows, truths):
        yield f"{wrong} videos with facts that were never true"
    if lost := set.intersection(*newest, *map(set, truths)) - kept:
        yield f"{len(lost)} videos are missing that were always among the newest"


def _never_true(rows: Iterable[tuple[Any, ...]], truths: Sequence[Mapping[str, tuple[Any, ...]]]) -> int:
    return sum(all(truth.get(row[0], ())[-len(row) + 1 :] != row[1:] for truth in truths) for row in rows)


def _channels_at(scene: Scene, instant: datetime, ids: Sequence[str]) -> Mapping[str, tuple[Any, ...]]:
    with _asking(scene, instant) as wire:
        requests = [channels_request(page) for page in packed(ids)]
        facts = [one for request in requests for one in parse_channels(wire.get(request.method, request.params, _KEY))]
    return {one.channel_id: tuple(getattr(one, name) for name in _FACTS) for one in facts}


def _videos_at(scene: Scene, instant: datetime, ids: Sequence[str]) -> Mapping[str, tuple[Any, ...]]:
    with _asking(scene, instant) as wire:
        requests = [videos_request(page) for page in packed(ids)]
        facts = [one for request in requests for one in parse_videos(wire.get(request.method, request.params, _KEY))]
    return {one.video_id: tuple(getattr(one, name) for name in _VIDEO_FACTS) for one in facts}


def _newest_at(scene: Scene, instant: datetime, playlist_ids: Sequence[str]) -> set[str]:
    with _asking(scene, instant) as wire:
        return {video_id for playlist_id in playlist_ids for video_id in _newest_of(wire, playlist_id)}


def _newest_of(wire: Wire, playlist_id: str) -> list[str]:
    request = uploads_request(playlist_id)
    try:
        uploads = parse_uploads(wire.get(request.method, request.params, _KEY))
    except ApiError:  # it has no public videos at that instant
        return []
    return [upload.video_id for upload in uploads[:VIDEOS_PER_CHANNEL]]


@contextmanager
def _asking(scene: Scene, instant: datetime) -> Iterator[Wire]:
    emulator, clock, wire = scene.servers.emulator, scene.servers.emulator.clock().now, Wire(scene.servers.emulator_url)
    emulator.bind_key(_KEY, ASKER)
    emulator.set_latency(0)
    emulator.set_clock(instant)
    try:
        yield wire
    finally:
        wire.close()
        emulator.set_clock(clock)
        emulator.set_latency(scene.size.latency_ms)
