"""One uploads list that is read for a job: what is asked, what is taken, how it ends. No network."""

import sys
from dataclasses import dataclass
from datetime import datetime
from math import ceil

from app.catalog.ids import channel_id_of
from app.catalog.uploads import MOST_LISTED, Uploads
from app.jobs.states import Outcome
from app.videos.ids import is_video_id, video_key
from app.videos.model import ListedPage, OpenListing
from app.youtube.errors import ApiError
from app.youtube.listing import Listing, Page
from app.youtube.methods.playlist_items import Upload, parse_uploads, uploads_request, video_id

_ROWS = 50
# YouTube ends a list at 20,000 uploads, give or take what was made private since: 400 pages. After 500 it has no end.
_NEAR_LONGEST, _MOST_PAGES = 19_000, 500


@dataclass(frozen=True, slots=True)
class Wanted:
    """How many of a channel's newest videos (None: all), published from when on."""

    limit: int | None
    since: datetime | None


class Reading:
    """A list, from where an earlier round left it."""

    def __init__(self, uploads: Uploads, state: OpenListing | None, wanted: Wanted) -> None:
        self.channel = uploads.key
        self._playlist_id = uploads.playlist_id or f"UU{channel_id_of(uploads.key)[2:]}"
        self._token = state.next_token if state else None
        self._pages = state.pages if state else 0
        self._left = sys.maxsize if wanted.limit is None else wanted.limit - (state.listed if state else 0)
        self._since = wanted.since

    def most_pages(self, room: int) -> int:
        """How many pages are to be read at once, `room` at most."""
        # To know whether the next page is young enough, one has to be looked at before it is asked for.
        return 1 if self._since else min(room, ceil(self._left / _ROWS))

    def listing(self, room: int) -> Listing:
        """The next pages, `room` at most."""
        pages = self.most_pages(room)
        return Listing(
            uploads_request(self._playlist_id), video_id, max_pages=pages, max_items=self._left, token=self._token
        )

    def take(self, page: Page) -> ListedPage:
        """What is wanted of a page."""
        uploads = parse_uploads({"items": list(page.items)})
        young = [upload for upload in uploads if self._is_wanted(upload)]
        taken = [video_key(upload.video_id) for upload in young[: self._left]]
        self._left -= len(taken)
        self._pages += 1
        # Newest first: behind a page without anything young there is nothing young either.
        ends = page.next_token is None or self._left == 0 or self._pages >= _MOST_PAGES
        return ListedPage(self.channel, taken, ends or bool(self._since and uploads and not young), page.next_token)

    def _is_wanted(self, upload: Upload) -> bool:
        is_young = self._since is None or upload.published_at is None or upload.published_at >= self._since
        return is_young and is_video_id(upload.video_id)


def ending(listing: OpenListing, verdict: ApiError | None, since: datetime | None) -> tuple[Outcome, str]:
    """What becomes of a channel whose list is over, and why; without a reason where there is nothing to be said."""
    if listing.listed:
        return Outcome.FETCHED, ""
    if verdict is None:
        return Outcome.UNCHANGED, f"no video since {since:%Y-%m-%d}" if since else "its list of uploads is empty"
    if verdict.reason == "playlistNotFound" or verdict.http_status == 404:  # noqa: PLR2004 - as YouTube answers
        return Outcome.NOT_FOUND, "it has no list of uploads: none of its videos is public"
    return Outcome.FAILED, str(verdict)


def is_cut_off(listing: OpenListing, uploads: Uploads) -> bool:
    """Whether YouTube ended the list though the channel has more videos."""
    ended = listing.next_token is None and listing.listed >= _NEAR_LONGEST
    return ended and (uploads.video_count or 0) > MOST_LISTED
