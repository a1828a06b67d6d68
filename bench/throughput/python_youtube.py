"""python-youtube, whose objects SQLAlchemy inserts into our tables, page by page, as its documentation does it."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

import pyyoutube
from sqlalchemy import MetaData, Table, create_engine, insert

from app.catalog.ids import channel_key
from app.videos.ids import video_key
from app.youtube.costs import MAX_IDS
from bench.system import KEY
from bench.throughput.plant import Plant

_PARTS = "snippet,statistics,contentDetails,status,topicDetails,brandingSettings"


class PythonYouTube:
    """Asks the first emulator, one call after another, as it does."""

    def __init__(self, plant: Plant) -> None:
        self._client = pyyoutube.Client(api_key=KEY, timeout=60)
        self._client.BASE_URL = f"{plant.urls[0]}/youtube/v3/"
        self._client.session.trust_env = False
        url = plant.postgres.url("bench").replace("postgresql://", "postgresql+psycopg://")
        self._engine = create_engine(url)
        tables = MetaData()
        self._tables = {name: Table(name, tables, autoload_with=self._engine) for name in ("channels", "videos")}

    def channels(self, ids: Sequence[str]) -> int:
        """Fetch channels and insert them; how many came."""
        return sum(self._inserted("channels", map(_channel, self._channels(page))) for page in _fifties(ids))

    def videos(self, ids: Sequence[str], each: int) -> int:
        """List the newest uploads of channels, fetch them, and insert them; how many came."""
        newest = (one for channel_id in ids for one in self._newest(channel_id, each))
        return sum(self._inserted("videos", map(_video, self._videos(page))) for page in _fifties(newest))

    def close(self) -> None:
        """Close the connections."""
        self._engine.dispose()

    def _channels(self, ids: Sequence[str]) -> list[Any]:
        answer = self._client.channels.list(parts=_PARTS, channel_id=list(ids), max_results=MAX_IDS)
        return list(answer.items)

    def _newest(self, channel_id: str, each: int) -> list[str]:
        uploads = f"UU{channel_id[2:]}"
        answer = self._client.playlistItems.list(parts="contentDetails", playlist_id=uploads, max_results=each)
        return [item.contentDetails.videoId for item in answer.items]

    def _videos(self, ids: Sequence[str]) -> list[Any]:
        parts = "snippet,statistics,contentDetails,status"
        return list(self._client.videos.list(parts=parts, video_id=list(ids), max_results=MAX_IDS).items)

    def _inserted(self, table: str, rows: Iterator[dict[str, Any]]) -> int:
        found = list(rows)
        with self._engine.begin() as tx:
            tx.execute(insert(self._tables[table]), found)
        return len(found)


def _fifties(ids: "Sequence[str] | Iterator[str]") -> Iterator[list[str]]:
    left = iter(ids)
    while page := list(islice(left, MAX_IDS)):
        yield page


def _channel(found: pyyoutube.Channel) -> dict[str, Any]:
    snippet, counts = found.snippet, found.statistics
    return {
        "id": channel_key(found.id),
        "title": snippet.title,
        "description": snippet.description,
        "handle": snippet.customUrl,
        "country": snippet.country,
        "default_language": snippet.defaultLanguage,
        "published_at": snippet.publishedAt,
        "thumbnail_url": snippet.thumbnails.high.url,
        "uploads_playlist_id": found.contentDetails.relatedPlaylists.uploads,
        "subscriber_count": None if counts.hiddenSubscriberCount else counts.subscriberCount,
        "view_count": counts.viewCount,
        "video_count": counts.videoCount,
        "made_for_kids": found.status.madeForKids,
        "availability": "available",
        "metadata_fetched": True,
        "fetched_at": datetime.now(UTC),
    }


def _video(found: pyyoutube.Video) -> dict[str, Any]:
    snippet, counts, now = found.snippet, found.statistics, datetime.now(UTC)
    return {
        "id": video_key(found.id),
        "channel": channel_key(snippet.channelId),
        "title": snippet.title,
        "description": snippet.description,
        "published_at": snippet.publishedAt,
        "view_count": counts.viewCount,
        "like_count": counts.likeCount,
        "comment_count": counts.commentCount,
        "category_id": snippet.categoryId,
        "tags": snippet.tags,
        "kind": "video",
        "kind_evidence": "",
        "fetched_at": now,
        "expires_at": now + timedelta(days=30),
        "availability_since": now,
    }
