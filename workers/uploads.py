"""The uploads of the channels of one batch: lists that are read, videos that are fetched, and who is done.

Each step is kept in the transaction that settles its calls: the ids of a page with the token of the next one, and with
the videos what is left of the ids. A batch that is taken up again goes on there, whoever began it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from itertools import chain, islice
from uuid import UUID

from sqlalchemy import Connection

from app.catalog import uploads as channels
from app.catalog.ids import channel_id_of, channel_key
from app.jobs.model import Remark, Slice
from app.jobs.states import Outcome
from app.videos import listings
from app.videos.ids import video_id_of, video_key
from app.videos.model import ListedPage, OpenListing
from app.youtube.calls import Answer
from app.youtube.costs import MAX_IDS
from app.youtube.errors import ApiError, ErrorKind
from app.youtube.methods.asking import packed
from app.youtube.methods.videos import videos_request
from workers.found_videos import read_videos
from workers.reading import Reading, Wanted, ending, is_cut_off
from workers.work import Work

_LISTS = "playlistItems.list"
# Pages of all lists together that are read before their videos are fetched: what a batch has in memory ends there.
_PAGES_OF_A_ROUND = 2_000
_CUT_OFF = "YouTube lists the newest {listed:,} of its {count:,} videos and no more"
# Writes what calls have brought and counts it in the slice; the channels that are done with it.
_Write = Callable[[Connection, Slice], Sequence[UUID]]


class BatchUploads:
    """What is left of a batch."""

    def __init__(self, work: Work, wanted: Wanted) -> None:
        settled = work.batch.settled
        named = enumerate(work.batch.spec["channel_ids"])
        self._work = work
        self._wanted = wanted
        self._numbers = {channel_key(name): number for number, name in named if number not in settled}
        # Which calls there are depends on the answers: each commit takes the next negative number as its own.
        self._commits = sum(number < 0 for number in settled)
        self._failed: ApiError | None = None
        with work.wiring.db.begin() as tx:
            self._channels = channels.read_uploads(tx, list(self._numbers))

    @property
    def left(self) -> bool:
        """Whether a channel has no outcome yet."""
        return bool(self._numbers)

    def settle_empty(self) -> None:
        """Channels without public videos are done."""
        empty = [key for key, channel in self._channels.items() if channel.video_count == 0]

        def write(tx: Connection, part: Slice) -> list[UUID]:
            self._work.wiring.catalog.save_videos_fetched(tx, empty)
            part.outcomes[Outcome.UNCHANGED] += len(empty)
            return empty

        if empty:
            self._commit(write)

    def settle_removed(self) -> None:
        """Channels that are no longer in the catalogue are done."""
        with self._work.wiring.db.begin() as tx:
            here = channels.read_uploads(tx, list(self._numbers))
        removed = [key for key in self._numbers if key not in here or key not in self._channels]

        def write(_: Connection, part: Slice) -> list[UUID]:
            for key in removed:
                part.add(Remark(Outcome.SKIPPED, channel_id_of(key), "removed from the catalogue meanwhile"))
            return removed

        if removed:
            self._commit(write)

    def read_lists(self) -> None:
        """The next pages of all lists of which more is wanted; what only one of them met is raised by `complain`."""
        states = self._states()
        unread = [key for key in self._numbers if key not in states or not states[key].is_over]
        if not unread:
            return
        readings = [Reading(self._channels[key], states.get(key), self._wanted) for key in unread]
        room = max(1, _PAGES_OF_A_ROUND // len(unread))
        calls = sum(reading.most_pages(room) for reading in readings)
        try:
            for answers in self._work.fetch_lists(_LISTS, [reading.listing(room) for reading in readings], calls):
                pages = [readings[answer.index].take(answer.page) for answer in answers]
                verdicts = [answer.page.verdict for answer in answers]
                units = sum(answer.units for answer in answers)
                self._commit(partial(self._write_pages, pages, verdicts, units))
        except ApiError as error:
            if error.kind is ErrorKind.OUR_BUG:
                raise
            self._failed = error

    def fetch_videos(self) -> None:
        """The videos that were listed, fifty a call whose ever they are; less than fifty only when no list goes on."""
        states = self._states()
        holders: dict[int, list[UUID]] = {}
        for state in states.values():
            for video in state.videos:
                holders.setdefault(video, []).append(state.channel)
        goes_on = self._failed is None and any(key not in states or not states[key].is_over for key in self._numbers)
        ripe = len(holders) // MAX_IDS * MAX_IDS if goes_on else len(holders)
        packs = list(packed(map(video_id_of, islice(holders, ripe))))
        for answers in self._work.fetch([videos_request(pack) for pack in packs]):
            self._commit(partial(self._write_videos, answers, packs, holders))

    def complain(self) -> None:
        """Raise what kept a list from being read, now that the others were; nothing if nothing did."""
        if self._failed is not None:
            raise self._failed

    def _states(self) -> dict[UUID, OpenListing]:
        return self._work.wiring.videos.open_listings(list(self._numbers))

    # -- each in one transaction

    def _commit(self, write: _Write) -> None:
        self._commits += 1
        done: list[UUID] = []

        def transaction(tx: Connection) -> Slice:
            part = Slice()
            done[:] = write(tx, part)
            part.settled = [self._numbers[key] for key in done]
            return part

        self._work.commit([-self._commits], transaction)
        for key in done:
            del self._numbers[key]

    def _write_pages(
        self, pages: Sequence[ListedPage], verdicts: Iterable[ApiError | None], units: int, tx: Connection, part: Slice
    ) -> list[UUID]:
        part.units = units
        here = channels.hold(tx, [page.channel for page in pages])
        self._work.wiring.videos.add_pages(tx, [page for page in pages if page.channel in here])
        verdict_of = {page.channel: verdict for page, verdict in zip(pages, verdicts, strict=True)}
        return self._finish(tx, part, list(verdict_of), verdict_of)

    def _write_videos(
        self,
        answers: Sequence[Answer],
        packs: Sequence[Sequence[str]],
        holders: Mapping[int, Sequence[UUID]],
        tx: Connection,
        part: Slice,
    ) -> list[UUID]:
        part.units = sum(answer.units for answer in answers)
        found, absent = read_videos(answers, packs)
        asked = [video_key(video_id) for answer in answers for video_id in packs[answer.index]]
        touched = list(dict.fromkeys(chain.from_iterable(holders[key] for key in asked)))
        # What was forgotten meanwhile must not come back by this.
        removed = set(touched) - channels.hold(tx, touched)
        kept = [video for video in found if video.channel not in removed]
        part.videos = len(self._work.wiring.videos.save(tx, kept, absent))
        listings.take_off(tx, touched, asked)
        return self._finish(tx, part, touched, {})

    def _finish(
        self, tx: Connection, part: Slice, keys: Sequence[UUID], verdicts: Mapping[UUID, ApiError | None]
    ) -> list[UUID]:
        """Count the channels of which nothing is left to be read or fetched."""
        over = listings.finish(tx, keys)
        fetched, cut_off = [], []
        for listing in over:
            channel = self._channels[listing.channel]
            outcome, why = ending(listing, verdicts.get(channel.key), self._wanted.since)
            if is_cut_off(listing, channel):
                cut_off.append(channel.key)
                why = _CUT_OFF.format(listed=listing.listed, count=channel.video_count)
            if outcome is not Outcome.FAILED:
                fetched.append(channel.key)
            _count(part, outcome, channel.key, why)
        self._work.wiring.catalog.save_videos_fetched(tx, fetched, cut_off)
        return [listing.channel for listing in over]


def _count(part: Slice, outcome: Outcome, key: UUID, why: str) -> None:
    if why:
        part.add(Remark(outcome, channel_id_of(key), why))
    else:
        part.outcomes[outcome] += 1
