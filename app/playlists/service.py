"""What playlists hold: for the transactions of workers, and for people."""

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from app.catalog.ids import channel_key
from app.catalog.service import PAID_COUNTED, Catalog
from app.clock import Clock
from app.config import Settings
from app.db import Database
from app.errors import NotFoundError
from app.jobs.model import Job, NewBatch
from app.jobs.service import Jobs
from app.jobs.types import PLAYLISTS
from app.playlists import store
from app.playlists.model import Membership, Playlist, Standing, ToDo, Wanted
from app.playlists.wanted import named_batches, work_of_all, work_of_named
from app.videos.ids import video_key
from app.youtube.forecasts import Forecasts, Workload
from app.youtube.left_out import Waiting, left_out
from app.youtube.methods.playlist_items import PlaylistEntry
from app.youtube.methods.playlists import PlaylistFacts


class UnknownPlaylistError(NotFoundError):
    """This playlist is not known."""

    hint = "POST /api/batch-playlists fetches it, by its id or that of its channel"


class Playlists:
    """Playlists, as workers write them and people read them."""

    def __init__(
        self, db: Database, clock: Clock, jobs: Jobs, catalog: Catalog, forecasts: Forecasts, settings: Settings
    ) -> None:
        self._db = db
        self._clock = clock
        self._jobs = jobs
        self._catalog = catalog
        self._forecasts = forecasts
        self._batch_size = settings.default_batch_size

    # -- for people

    def ask(
        self,
        *,
        max_units: int | None = None,
        idempotency_key: str | None = None,
        requested_by: str | None = None,
        **which: Any,
    ) -> Job:
        """A job that reads playlists: those of some channels, some by id or link, or without either of all channels.

        `which` is what `Wanted` takes. What is no id enters the job and fails with the reason; the rest is not held up
        by it. The job spends `max_units` at most, then it pauses.
        """
        wanted = Wanted(**which)
        size = wanted.batch_size or self._batch_size
        params: dict[str, Any] = {"batch_size": size, "total_limit": wanted.total_limit, "fresh": wanted.fresh}
        if max_units is not None:
            params["max_units"] = max_units
        batches = named_batches(wanted, size)
        if batches:
            # Another request must not get this job by the same Idempotency-Key.
            given = json.dumps([wanted.channel_ids, wanted.playlists])
            params["digest"] = hashlib.sha256(given.encode()).hexdigest()
        forecast = self._forecast(wanted, batches, max_units)
        return self._jobs.ask(
            PLAYLISTS,
            params,
            batches=batches,
            expected_items=forecast["items"],
            forecast=forecast,
            idempotency_key=idempotency_key,
            requested_by=requested_by,
        )

    def forecast(self, wanted: Wanted, max_units: int | None = None) -> dict[str, Any]:
        """What such a job would take at least, as JSON: what the lists hold, nobody knows before they were asked."""
        return self._forecast(wanted, named_batches(wanted, wanted.batch_size or self._batch_size), max_units)

    def _forecast(self, wanted: Wanted, batches: Sequence[NewBatch], max_units: int | None) -> dict[str, Any]:
        work = work_of_named(batches) if batches else self._work_of_all(wanted.total_limit)
        return self._forecasts.forecast(work, max_units)

    def _work_of_all(self, limit: int | None) -> Workload:
        held = self._jobs.held_spans(PLAYLISTS)
        with self._db.begin() as tx:
            found, inside = store.count_unlisted(tx, PAID_COUNTED), store.count_unlisted_held(tx, held)
        items = found - inside if limit is None else min(found - inside, limit)
        waiting = Waiting(found, found, inside, items, exact=found < PAID_COUNTED)
        return work_of_all(waiting, left_out(self._catalog.counts(), waiting, "their playlists were listed already"))

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
