"""Channels whose owners write below the videos of a channel."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from discovery.answers import evidence, items, text
from discovery.contract import Ask, Exploration, Found, Seed
from discovery.names import is_channel_id

_AUTHOR = "snippet/authorChannelId/value"
_FIELDS = f"items(snippet(videoId,topLevelComment/{_AUTHOR}),replies/comments/{_AUTHOR})"


class CommentAuthors:
    """The newest hundred threads below all its videos. Names and texts are not even asked for.

    Most who comment only watch: which of them publish is known when they are confirmed, fifty for a unit.
    """

    name = "comment_authors"
    title = "Comment authors"
    meaning = "The discovered channel's owner has commented on a video of the source."
    service = "youtube"
    bucket: str | None = "default"
    units_per_seed = 1.0
    new_per_seed = 2.5
    interval = timedelta(days=28)
    needs: frozenset[str] = frozenset()
    chooses_by: frozenset[str] = frozenset()
    reliability = 0.6
    references: tuple[str, ...] = ("https://developers.google.com/youtube/v3/docs/commentThreads/list",)

    def explore(self, seed: Seed) -> Exploration:
        """Who has begun a thread, and who has replied to it."""
        asked = {"part": "snippet,replies", "allThreadsRelatedToChannelId": seed.channel_id, "maxResults": "100"}
        answer = yield Ask("commentThreads.list", {**asked, "fields": _FIELDS})
        for thread in items(answer):
            below = evidence("video", text(thread, "snippet", "videoId"))
            for author in _authors(thread):
                if is_channel_id(author) and author != seed.channel_id:
                    yield Found(author, below)


def _authors(thread: Mapping[str, Any]) -> Iterator[str]:
    yield text(thread, "snippet", "topLevelComment", "snippet", "authorChannelId", "value")
    for reply in items(thread, "replies", "comments"):
        yield text(reply, "snippet", "authorChannelId", "value")
