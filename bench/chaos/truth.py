"""What YouTube says of what is kept, asked of the emulator itself: for rounds in which clocks were moved."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
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
Told = Mapping[str, tuple[Any, ...]]
"""Facts by id; what the emulator leaves out is left out."""


def untrue(scene: Scene) -> list[str]:
    """What is kept of each channel and video must have been true at one of the instants; no new video is missing."""
    return [*_untrue_channels(scene), *_untrue_videos(scene)]


def _untrue_channels(scene: Scene) -> Iterator[str]:
    channels = scene.query(f"select channel_id, {', '.join(_FACTS)} from channels where metadata_fetched") or []  # noqa: S608 - our columns
    snapshots = scene.query(
        f"select c.channel_id, s.{', s.'.join(_COUNTS)} from channel_snapshots s join channels c on c.id = s.channel"  # noqa: S608 - our columns
    )
    rows = [*channels, *(snapshots or ())]
    if wrong := _never_true(rows, _at_all_instants(scene, _channels, sorted({row[0] for row in rows}))):
        yield f"{wrong} channels or snapshots with facts that were never true"


def _untrue_videos(scene: Scene) -> Iterator[str]:
    rows = scene.query(f"select video_id, {', '.join(_VIDEO_FACTS)} from videos where availability = 'available'") or []  # noqa: S608 - our columns
    lists = scene.query("select uploads_playlist_id from channels where videos_fetched and video_count > 0") or []
    listed = _at_all_instants(scene, _newest, [row[0] for row in lists])
    newest = [{video_id for found in told.values() for video_id in found} for told in listed]
    kept = {row[0] for row in rows}
    truths = _at_all_instants(scene, _videos, sorted(kept.union(*newest)))
    if wrong := _never_true(rows, truths):
        yield f"{wrong} videos with facts that were never true"
    if lost := set.intersection(*newest, *map(set, truths)) - kept:
        yield f"{len(lost)} videos are missing that were always among the newest"


def _never_true(rows: Iterable[tuple[Any, ...]], truths: Sequence[Told]) -> int:
    return sum(all(told.get(row[0], ())[-len(row) + 1 :] != row[1:] for told in truths) for row in rows)


def _at_all_instants(scene: Scene, ask: Callable[[Wire, Sequence[str]], Told], ids: Sequence[str]) -> list[Told]:
    """What the emulator tells of these ids, at each instant; what it has told once is not asked again."""
    return [_at(scene, instant, ask, ids) for instant in scene.instants]


def _at(scene: Scene, instant: datetime, ask: Callable[[Wire, Sequence[str]], Told], ids: Sequence[str]) -> Told:
    known = scene.servers.told.setdefault((ask.__name__, instant), {})
    if unknown := [item for item in ids if item not in known]:
        with _asking(scene, instant) as wire:
            known.update({**dict.fromkeys(unknown, ()), **ask(wire, unknown)})
    return {item: known[item] for item in ids if known[item]}


def _channels(wire: Wire, ids: Sequence[str]) -> Told:
    requests = [channels_request(page) for page in packed(ids)]
    facts = [one for request in requests for one in parse_channels(wire.get(request.method, request.params, _KEY))]
    return {one.channel_id: tuple(getattr(one, name) for name in _FACTS) for one in facts}


def _videos(wire: Wire, ids: Sequence[str]) -> Told:
    requests = [videos_request(page) for page in packed(ids)]
    facts = [one for request in requests for one in parse_videos(wire.get(request.method, request.params, _KEY))]
    return {one.video_id: tuple(getattr(one, name) for name in _VIDEO_FACTS) for one in facts}


def _newest(wire: Wire, playlist_ids: Sequence[str]) -> Told:
    return {playlist_id: tuple(_newest_of(wire, playlist_id)) for playlist_id in playlist_ids}


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
