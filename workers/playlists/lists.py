"""The second stage: what playlists hold."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from app.jobs.model import Slice
from app.jobs.states import Outcome
from app.playlists.model import Standing
from app.youtube.calls import Answer, ListAnswer
from app.youtube.costs import MAX_IDS
from app.youtube.listing import Listing
from app.youtube.methods.playlist_items import entries_request, parse_entries
from app.youtube.methods.playlists import parse_playlists, playlists_request
from app.youtube.parse import item_id
from workers.playlists.stage import Stage
from workers.work import Work

_MOST_PAGES = 1_000
# In one batch of the next stage: whole calls.
_VIDEOS = 10 * MAX_IDS
_UNKNOWN = "YouTube does not know this playlist: private, deleted, or never there"


def read_before(work: Work) -> datetime | None:
    """A job that is asked to read afresh believes only what was read since it began."""
    return work.wiring.jobs.read(work.batch.job_id).started_at if work.batch.params["fresh"] else None


class Lists(Stage):
    """An item is a playlist. The videos that nobody knows follow as batches."""

    def run(self) -> None:
        """Ask what the lists are, unless that is known; settle those that need not be read; read the others."""
        if not self.spec.get("known"):
            self._ask()
        if self.left:
            self.commit(self._sort)
        self._standing = self.playlists.standing(self.left)
        listings = {
            playlist_id: Listing(
                entries_request(playlist_id), item_id, max_pages=_MOST_PAGES, token=self._standing.token(playlist_id)
            )
            for playlist_id in self.left
        }
        self.read_pages("playlistItems.list", listings, self._write)

    def follow(self, tx: Connection, part: Slice) -> None:
        """Fetch the videos that nobody knows, packed across the lists that were read."""
        self.follow_with(tx, part, "videos", self.playlists.videos_to_fetch(tx, self.asked(part)), _VIDEOS)

    def _ask(self) -> None:
        """What the lists are, fifty a call."""
        items, left = self.spec["items"], set(self.left)
        begin = 2 * len(items)
        starts = range(0, len(items), MAX_IDS)
        packs = {begin + at: [item for item in items[at : at + MAX_IDS] if item in left] for at in starts}
        packs = {number: pack for number, pack in packs.items() if pack and number not in self.settled}
        numbers = list(packs)
        for answers in self.work.fetch([playlists_request(pack) for pack in packs.values()]):
            calls = [numbers[answer.index] for answer in answers]
            told = [(answer, packs[number]) for answer, number in zip(answers, calls, strict=True)]

            def write(
                tx: Connection,
                part: Slice,
                told: Sequence[tuple[Answer, Sequence[str]]] = told,
                calls: Sequence[int] = calls,
            ) -> None:
                part.settled += calls
                for answer, pack in told:
                    self._write_facts(tx, part, answer, pack)

            self.commit(write)

    def _write_facts(self, tx: Connection, part: Slice, answer: Answer, pack: Sequence[str]) -> None:
        part.units += answer.units
        found = [facts for facts in parse_playlists(answer.payload) if facts.playlist_id in pack]
        shown = {facts.playlist_id for facts in found}
        absent = [playlist_id for playlist_id in pack if playlist_id not in shown]
        self.playlists.save_facts(tx, found)
        self.playlists.save_missing(tx, absent)
        for playlist_id in absent:
            self.end(part, playlist_id, Outcome.NOT_FOUND, _UNKNOWN)

    def _sort(self, tx: Connection, part: Slice) -> None:
        found = self.playlists.to_do(tx, self.left, read_before(self.work))
        for playlist_id in found.empty:
            self.end(part, playlist_id, Outcome.FETCHED)
        for playlist_id in found.unchanged:
            self.end(part, playlist_id, Outcome.UNCHANGED)
        for playlist_id in set(self.left).difference(found.read, found.empty, found.unchanged):
            self.end(part, playlist_id, Outcome.SKIPPED, "removed while the job was under way")

    def _write(self, tx: Connection, part: Slice, playlist_id: str, answer: ListAnswer, last: bool) -> None:  # noqa: FBT001 - what WritePage is
        page, since = answer.page, self._standing.since(playlist_id)
        self.playlists.save_entries(tx, playlist_id, parse_entries({"items": [*page.items]}))
        if page.verdict is not None:
            self.playlists.save_missing(tx, [playlist_id])
            self.end(part, playlist_id, Outcome.NOT_FOUND, f"YouTube shows no entries of this playlist: {page.verdict}")
        elif last:
            self.playlists.save_end(tx, playlist_id, since)
            self.end(part, playlist_id, Outcome.FETCHED, asked=True)
        else:
            self.playlists.save_token(tx, playlist_id, since, page.next_token or "")

    _standing: Standing
