"""What playlists hold: for the transactions of workers, and for people."""

import hashlib
import json
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from app.catalog.ids import channel_key, read_channel_id
from app.clock import Clock
from app.config import Settings
from app.db import Database
from app.errors import BadInputError, NotFoundError
from app.jobs.model import Job, NewBatch
from app.jobs.service import Jobs
from app.jobs.types import PLAYLISTS
from app.playlists import store
from app.playlists.ids import read_playlist_id
from app.playlists.model import Membership, Playlist, Standing, ToDo, Wanted
from app.videos.ids import video_key
from app.youtube.methods.playlist_items import PlaylistEntry
from app.youtube.methods.playlists import PlaylistFacts

# Up to here channels are counted, beyond it nobody waits for the number.
_COUNTED = 100_000


class UnknownPlaylistError(NotFoundError):
    """This playlist is not known."""

    hint = "POST /api/batch-playlists fetches it, by its id or that of its channel"


class Playlists:
    """Playlists, as workers write them and people read them."""

    def __init__(self, db: Database, clock: Clock, jobs: Jobs, settings: Settings) -> None:
        self._db = db
        self._clock = clock
        self._jobs = jobs
        self._batch_size = settings.default_batch_size

    # -- for people

    def ask(self, wanted: Wanted, **asked: Any) -> Job:
        """A job that reads playlists: those of some channels, some by id or link, or without either of all channels.

        What is no id enters the job and fails with the reason; the rest is not held up by it.
        """
        size = wanted.batch_size or self._batch_size
        params: dict[str, Any] = {"batch_size": size, "total_limit": wanted.total_limit, "fresh": wanted.fresh}
        if not wanted.channel_ids and not wanted.playlists:
            return self._jobs.ask(PLAYLISTS, params, expected_items=self._expected(wanted.total_limit), **asked)
        if wanted.total_limit is not None:
            raise BadInputError(
                "total_limit is for jobs over the whole catalogue",
                field="total_limit",
                hint="leave it out, or name fewer channels and playlists",
            )
        batches = [
            *_batches("channels", wanted.channel_ids, read_channel_id, size),
            *_batches("lists", wanted.playlists, read_playlist_id, size),
        ]
        # Another request must not get this job by the same Idempotency-Key.
        given = json.dumps([wanted.channel_ids, wanted.playlists])
        params["digest"] = hashlib.sha256(given.encode()).hexdigest()
        expected = sum(batch.total_items for batch in batches)
        return self._jobs.ask(PLAYLISTS, params, batches=batches, expected_items=expected, **asked)

    def listed(self, *, after: int, channel_id: str | None, limit: int) -> list[Playlist]:
        """Playlists in a stable order, of one channel or of all."""
        channel = channel_key(channel_id) if channel_id else None
        with self._db.begin() as tx:
            return store.list_playlists(tx, after=after, channel=channel, limit=limit)

    def read(self, playlist_id: str) -> Playlist:
        """One playlist. Raises UnknownPlaylistError."""
        with self._db.begin() as tx:
            return _known(tx, playlist_id)

    def items(
        self, playlist_id: str, *, after: tuple[int, int], gone: bool, limit: int
    ) -> list[tuple[str, Membership]]:
        """The entries of a list by position, each with its cursor. Raises UnknownPlaylistError."""
        with self._db.begin() as tx:
            playlist = _known(tx, playlist_id)
            return store.list_items(tx, playlist.id, after=after, gone=gone, limit=limit)

    def of_video(
        self, video_id: str, *, after: tuple[int, int], gone: bool, limit: int
    ) -> list[tuple[str, Membership]]:
        """The places of a video in all lists, each with its cursor. Raises NotAVideoIdError."""
        with self._db.begin() as tx:
            return store.list_of_video(tx, video_key(video_id), after=after, gone=gone, limit=limit)

    def _expected(self, most: int | None) -> int:
        with self._db.begin() as tx:
            return store.count_unlisted(tx, _COUNTED if most is None else min(most, _COUNTED))

    # -- for the transactions of workers

    def standing(self, lists: Sequence[str]) -> Standing:
        """From when on a reading of these lists counts, and where unfinished ones go on."""
        with self._db.begin() as tx:
            return store.read_standing(tx, lists, self._clock.sql_now())

    def channels_listed(self, channel_ids: Sequence[str]) -> set[str]:
        """Those of the channels whose playlists were listed once."""
        keys = {channel_key(channel_id): channel_id for channel_id in channel_ids}
        with self._db.begin() as tx:
            return {keys[key] for key in store.channels_listed(tx, list(keys))}

    def save_facts(self, tx: Connection, facts: Sequence[PlaylistFacts]) -> None:
        """Write what is told of lists."""
        store.save_playlists(tx, facts, self._clock.sql_now())

    def save_missing(self, tx: Connection, playlist_ids: Sequence[str]) -> None:
        """Note that YouTube left these lists out, or refused them."""
        store.note_missing(tx, playlist_ids, self._clock.sql_now())

    def save_channel(self, tx: Connection, channel_id: str, since: datetime) -> None:
        """Note that all playlists of a channel were listed, in a listing that began at `since`."""
        now = self._clock.sql_now()
        store.note_missing_of_channel(tx, channel_key(channel_id), since, now)
        store.mark_listed(tx, [channel_key(channel_id)], now)
        store.end_unfinished(tx, [channel_id])

    def save_entries(self, tx: Connection, playlist_id: str, entries: Sequence[PlaylistEntry]) -> None:
        """Merge the entries of a page into what is known of the list."""
        store.save_entries(tx, playlist_id, entries, self._clock.sql_now())

    def save_token(self, tx: Connection, name: str, since: datetime, token: str) -> None:
        """Note where a list of several pages goes on."""
        store.save_unfinished(tx, name, since, token)

    def save_end(self, tx: Connection, playlist_id: str, since: datetime) -> None:
        """Note that a list was read to its end: what no page has told since `since` has left it."""
        store.end_reading(tx, playlist_id, since, self._clock.sql_now())
        store.end_unfinished(tx, [playlist_id])

    def to_do(self, tx: Connection, playlist_ids: Sequence[str], read_before: datetime | None) -> ToDo:
        """Sort lists by what is to be done with their entries, and note which hold nothing."""
        now = self._clock.sql_now()
        found = store.what_to_read(tx, playlist_ids, read_before, now)
        store.end_empty(tx, found.empty, now)
        return found

    def shown_by(self, tx: Connection, channel_ids: Sequence[str]) -> list[str]:
        """The lists that channels showed when they were last listed."""
        return store.shown_by_channels(tx, [channel_key(channel_id) for channel_id in channel_ids])

    def videos_to_fetch(self, tx: Connection, playlist_ids: Sequence[str]) -> list[str]:
        """The videos that these lists hold and nobody knows, or no longer; each once."""
        return store.videos_to_fetch(tx, playlist_ids, self._clock.sql_now())

    def videos_known(self, video_ids: Sequence[str]) -> set[str]:
        """Those of the videos that need not be fetched."""
        with self._db.begin() as tx:
            return store.videos_known(tx, video_ids, self._clock.sql_now())


def _known(tx: Connection, playlist_id: str) -> Playlist:
    playlist = store.read_playlist(tx, playlist_id)
    if playlist is None:
        raise UnknownPlaylistError(f"{playlist_id[:50]} is not known")
    return playlist


def _batches(stage: str, texts: Sequence[str], read: Callable[[str], str], size: int) -> list[NewBatch]:
    """What was given, in batches: first what is an id, each once, then what is none, with the reason."""
    good: dict[str, None] = {}
    bad: dict[str, str] = {}
    for text in texts:
        try:
            good[read(text)] = None
        except BadInputError as error:
            bad[text] = str(error)
    rejects = [[text, why] for text, why in bad.items()]
    return [*_cut(stage, list(good), size), *_cut("rejects", rejects, size)]


def _cut(stage: str, items: Sequence[Any], size: int) -> list[NewBatch]:
    parts = (items[at : at + size] for at in range(0, len(items), size))
    return [NewBatch({"stage": stage, "items": part}, len(part)) for part in parts]
