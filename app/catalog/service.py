"""What we know: channels and their history."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection

from app.catalog import store, uploads
from app.catalog.ids import channel_key
from app.catalog.incoming import ImportRows
from app.catalog.model import Channel, ChannelFacts, ListFilter, Snapshot, reason_of_absence
from app.catalog.uploads import ChannelFilter, UploadsPrice
from app.clock import Clock
from app.db import Database
from app.errors import NotFoundError
from app.stretch import Stretch

# Up to here rows are counted, beyond it estimated: a page must not wait for millions of rows.
_COUNTED = 100_000
AT_A_GLANCE = 10_000
"""What is looked at again and again is counted no further, and not at all where the planner says that there is more."""
PAID_COUNTED = 1_000_000
"""What is to be paid for is counted further: it is worth a tenth of a second."""


class UnknownChannelError(NotFoundError):
    """This channel is not in the catalogue."""

    hint = "add it with POST /api/bulk-add-channels"


@dataclass(frozen=True, slots=True)
class CatalogCounts:
    """How many channels there are; an estimate where there are very many."""

    channels: int
    with_metadata: int
    pending: int
    not_found: int | None
    estimated: bool


@dataclass(frozen=True, slots=True)
class Pending:
    """Channels that a job would fetch, and those that other jobs hold.

    `accuracy` is how the first is to be read: exact, at least, about.
    """

    free: int
    held: int
    accuracy: str


class Catalog:
    """Channels, as workers write them and people read them."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    # -- for the transactions of workers

    def save_facts(self, tx: Connection, facts: Sequence[tuple[ChannelFacts, str | None]]) -> dict[UUID, bool]:
        """Write what one or several answers told, facts with their language.

        The keys that are in the catalogue, and whether what was known has changed.
        """
        return store.save_facts(tx, facts, self._clock.sql_now())

    def note_absence(self, tx: Connection, keys: Sequence[UUID]) -> dict[UUID, str]:
        """Note that answers left these channels out; what that means for each, in words."""
        doubted = store.note_absence(tx, keys, self._clock.sql_now()) if keys else {}
        return {key: reason_of_absence(doubted.get(key)) for key in keys}

    def save_imports(self, tx: Connection, rows: ImportRows, source: str) -> int:
        """Add the channels that are new; how many they were."""
        return store.save_imports(tx, rows, source, self._clock.sql_now())

    def save_videos_fetched(self, tx: Connection, keys: Sequence[UUID], cut_off: Sequence[UUID] = ()) -> None:
        """Note that the videos of channels were fetched; of those `cut_off`, only what YouTube lists."""
        uploads.mark_fetched(tx, keys, cut_off, self._clock.sql_now())

    def look_anew(self) -> None:
        """Let the planner look at the channels anew, after so many are new that what it believes is not true any more.

        Autovacuum would do so within minutes; people look at once.
        """
        with self._db.begin() as tx:
            store.analyze_channels(tx)

    # -- for people

    def counts(self, most: int | None = None) -> CatalogCounts:
        """How many channels there are and how far they are: exact below `most`, which is a hundred thousand."""
        most = most or _COUNTED
        with self._db.begin() as tx:
            counted = store.count_channels(tx, most)
            if counted.pop("is_counted") and counted["channels"] < most:
                return CatalogCounts(**counted, estimated=False)
            believed = store.estimate_channels(tx)
        rows, pending = (max(counted[name], believed[name]) for name in ("channels", "pending"))
        return CatalogCounts(rows, rows - pending, pending, None, estimated=True)

    def without_metadata(self) -> int:
        """How many channels wait for their metadata, exact up to a hundred thousand."""
        with self._db.begin() as tx:
            return store.count_without_metadata(tx, _COUNTED)

    def pending(self, held: Sequence[tuple[UUID, UUID]], limit: int | None) -> Pending:
        """What a job would find without metadata, `limit` at most, when it passes over the spans that are `held`."""
        with self._db.begin() as tx:
            inside = store.count_held(tx, held)
            most = PAID_COUNTED if limit is None else min(PAID_COUNTED, limit + inside)
            found = store.count_without_metadata(tx, most)
            # Counted as far as anybody counts: the planner is asked, who hears of an import a minute later.
            believed = store.estimate_channels(tx)["pending"] if found == PAID_COUNTED else 0
        free = max(found, believed) - inside
        accuracy = "exact" if found < PAID_COUNTED else "about" if believed > found else "at least"
        return Pending(free if limit is None else min(free, limit), inside, accuracy)

    def without_videos(self, wanted: ChannelFilter, held: uploads.Spans) -> tuple[int, int]:
        """How many channels with metadata wait for their videos, up to a million; those of them in spans."""
        with self._db.begin() as tx:
            return uploads.count_without_videos(tx, wanted, PAID_COUNTED), uploads.count_held(tx, wanted, held)

    def price_uploads(
        self, wanted: ChannelFilter, held: uploads.Spans, channels: int, *, videos: int, batch_size: int
    ) -> UploadsPrice:
        """What the uploads of so many of the others take, judged by the first hundred thousand of them."""
        most = min(channels, _COUNTED)
        with self._db.begin() as tx:
            price = uploads.price_uploads(tx, wanted, held, videos=videos, batch_size=batch_size, most=most)
        return price.of(channels)

    def listed(
        self, wanted: ListFilter, *, after: UUID | None = None, offset: int | None = None, limit: int
    ) -> Stretch[Channel, UUID]:
        """Channels in the order of their keys; of the next stretch where only looking tells which are wanted.

        With an `offset` all are looked at until there are enough: who counts pages counts what is wanted.
        """
        with self._db.begin() as tx:
            if wanted.is_searched and offset is None:
                return store.search_channels(tx, wanted, after=after, limit=limit)
            return Stretch(store.list_channels(tx, wanted, after=after, limit=limit, offset=offset or 0))

    def read(self, channel_id: str) -> Channel:
        """One channel. Raises UnknownChannelError."""
        with self._db.begin() as tx:
            channel = store.read_channel(tx, channel_key(channel_id))
        if channel is None:
            raise UnknownChannelError(f"{channel_id} is not in the catalogue")
        return channel

    def snapshots(self, channel_id: str, limit: int = 100) -> list[Snapshot]:
        """The history of a channel's counts, newest first."""
        with self._db.begin() as tx:
            return store.list_snapshots(tx, channel_key(channel_id), limit)
