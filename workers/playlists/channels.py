"""The first stage: which playlists channels show."""

from sqlalchemy import Connection

from app.jobs.model import Slice
from app.jobs.states import Outcome
from app.playlists.model import Standing
from app.youtube.calls import ListAnswer
from app.youtube.listing import Listing
from app.youtube.methods.playlists import parse_playlists, playlists_of_channel_request
from app.youtube.parse import item_id
from workers.playlists.lists import read_before
from workers.playlists.stage import Stage

_MOST_PAGES = 1_000
_NONE = "YouTube does not know this channel, or it shows no playlists"


class Channels(Stage):
    """An item is a channel. Its lists that are to be read follow in batches, the others enter with their outcome."""

    def run(self) -> None:
        """List the playlists of each channel that is left."""
        if self.spec.get("unlisted"):
            self._pass_over()
        standing = self.playlists.standing(self.left)
        listings = {
            channel_id: Listing(
                playlists_of_channel_request(channel_id),
                item_id,
                max_pages=_MOST_PAGES,
                token=standing.token(channel_id),
            )
            for channel_id in self.left
        }
        self._standing = standing
        self.read_pages("playlists.list", listings, self._write)

    def follow(self, tx: Connection, part: Slice) -> None:
        """Of the lists that were shown, read those that are new or have changed."""
        shown = self.playlists.shown_by(tx, self.asked(part))
        found = self.playlists.to_do(tx, shown, read_before(self.work))
        part.entered += len(found.empty) + len(found.unchanged)
        part.outcomes[Outcome.FETCHED] += len(found.empty)
        part.outcomes[Outcome.UNCHANGED] += len(found.unchanged)
        self.follow_with(tx, part, "lists", found.read, self.work.batch.params["batch_size"])

    def _pass_over(self) -> None:
        """What another job has listed since the batch was cut is not listed again."""
        if listed := self.playlists.channels_listed(self.left):

            def write(_: Connection, part: Slice) -> None:
                for channel_id in listed:
                    self.end(part, channel_id, Outcome.UNCHANGED)

            self.commit(write)

    def _write(self, tx: Connection, part: Slice, channel_id: str, answer: ListAnswer, last: bool) -> None:  # noqa: FBT001 - what WritePage is
        page, since = answer.page, self._standing.since(channel_id)
        self.playlists.save_facts(tx, parse_playlists({"items": [*page.items]}))
        if not last:
            self.playlists.save_token(tx, channel_id, since, page.next_token or "")
            return
        self.playlists.save_channel(tx, channel_id, since)
        if page.verdict is None:
            self.end(part, channel_id, Outcome.FETCHED, asked=True)
        else:
            self.end(part, channel_id, Outcome.NOT_FOUND, _NONE)

    _standing: Standing
