"""What we know of videos and their history."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection

from app.clock import Clock
from app.db import Database
from app.errors import NotFoundError
from app.stretch import Stretch
from app.videos import listings, store
from app.videos.ids import video_key
from app.videos.model import FoundVideo, ListedPage, OpenListing, Video, VideoFilter, VideoSnapshot

# Up to here rows are counted, beyond it estimated: people and programs look again and again.
_COUNTED = 10_000


class UnknownVideoError(NotFoundError):
    """This video is not known."""

    hint = "POST /api/batch-videos fetches the videos of channels that have metadata"


@dataclass(frozen=True, slots=True)
class VideoCounts:
    """How many videos there are; from ten thousand on an estimate."""

    videos: int
    estimated: bool


class Videos:
    """Videos, as workers write them and people read them."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    # -- for the transactions of workers

    def save(self, tx: Connection, found: Sequence[FoundVideo], absent: Sequence[int]) -> dict[int, bool]:
        """Write what one or several answers told: videos, each once, and the keys of those that were left out.

        The keys of those that were found, and whether they are new or what was known has changed.
        """
        now = self._clock.sql_now()
        written = store.save_found(tx, found, now) if found else {}
        if absent:
            store.mark_absent(tx, absent, now)
        return written

    def add_pages(self, tx: Connection, pages: Sequence[ListedPage]) -> None:
        """Keep what one page each of several uploads lists has brought."""
        listings.add_pages(tx, pages, self._clock.sql_now())

    def open_listings(self, channels: Sequence[UUID]) -> dict[UUID, OpenListing]:
        """Where the uploads lists of these channels stand; none of those that are not begun."""
        with self._db.begin() as tx:
            return listings.read_listings(tx, channels, self._clock.sql_now())

    # -- for people

    def counts(self) -> VideoCounts:
        """How many videos there are: exact below ten thousand."""
        with self._db.begin() as tx:
            believed = store.estimate_videos(tx)
            found = believed if believed >= _COUNTED else store.count_videos(tx, _COUNTED)
        return VideoCounts(found, estimated=found >= _COUNTED)

    def listed(self, wanted: VideoFilter, *, after: int | None, limit: int) -> Stretch[Video, int]:
        """Videos in the order of their keys; of the next stretch where only looking tells which are wanted."""
        with self._db.begin() as tx:
            if wanted.is_searched:
                return store.search_videos(tx, wanted, after=after, limit=limit)
            return Stretch(store.list_videos(tx, wanted, after=after, limit=limit))

    def newest(self, channel: UUID, *, after: tuple[datetime | None, int] | None, limit: int) -> list[Video]:
        """The videos of a channel, newest first."""
        with self._db.begin() as tx:
            return store.list_newest(tx, channel, after=after, limit=limit)

    def read(self, video_id: str) -> Video:
        """One video. Raises UnknownVideoError, and NotAVideoIdError for what is none."""
        with self._db.begin() as tx:
            video = store.read_video(tx, video_key(video_id))
        if video is None:
            raise UnknownVideoError(f"the video {video_id} is not known")
        return video

    def snapshots(self, video_id: str, *, before: datetime | None = None, limit: int = 100) -> list[VideoSnapshot]:
        """The history of a video's counts, newest first."""
        with self._db.begin() as tx:
            return store.list_snapshots(tx, video_key(video_id), before=before, limit=limit)
