"""What a search finds, in one form, so that things of different kinds can stand in one list."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from emulator.universe.channels import Channel
from emulator.universe.lists.playlists import Playlist
from emulator.universe.universe import Universe
from emulator.universe.uploads import Kind
from emulator.universe.videos import Broadcast, Video

_LONGEST_STREAM = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Result:
    """A video, a channel or a playlist."""

    kind: Literal["video", "channel", "playlist"]
    id: str
    channel: Channel
    """Whose it is; itself for a channel."""
    published: datetime
    title: str
    description: str
    face: str
    """The picture of a channel; for others the id of the video whose frames are shown."""
    live: Broadcast
    views: int = 0
    rating: float = 0
    videos: int = 0

    def key(self, order: str) -> tuple[float | str, str]:
        """What comes first has the smallest key."""
        keys: dict[str, float | str] = {
            "date": -self.published.timestamp(),
            "rating": -self.rating,
            "title": self.title.casefold(),
            "videoCount": -self.videos,
            "viewCount": -self.views,
        }
        return keys[order], self.id


def of_video(video: Video, now: datetime) -> Result:
    """A video as a result."""
    views, text = video.views.at(now), video.text
    rating = 0 if video.likes_hidden else video.likes(now) / max(1, views)
    return Result(
        "video",
        video.id,
        video.channel,
        video.published,
        text.title,
        text.description,
        video.id,
        video.broadcast(now),
        views,
        rating,
    )


def of_channel(channel: Channel, universe: Universe, now: datetime) -> Result:
    """A channel as a result: it says whether it streams, or is about to."""
    return Result(
        "channel",
        channel.id,
        channel,
        channel.created,
        channel.text.title,
        channel.text.description,
        channel.picture,
        _live(channel, universe, now),
        channel.views.at(now),
        channel.subscribers.at(now),
        len(channel.uploads.shelf(now)),
    )


def of_playlist(playlist: Playlist, universe: Universe) -> Result | None:
    """A playlist as a result; one without entries is not found."""
    for first in playlist.entries(0, 1):
        return Result(
            "playlist",
            playlist.id,
            playlist.channel,
            playlist.created,
            playlist.text.title,
            playlist.text.description,
            universe.video_id(first.owner, first.index),
            "none",
            videos=playlist.total,
        )
    return None


def _live(channel: Channel, universe: Universe, now: datetime) -> Broadcast:
    streams = channel.uploads.shelf(now, (Kind.LIVE,))
    if not streams or now - channel.uploads.published(streams[0]) > _LONGEST_STREAM:
        return "none"
    video = universe.video(universe.video_id(channel, streams[0]), now)
    return video.broadcast(now) if video else "none"
