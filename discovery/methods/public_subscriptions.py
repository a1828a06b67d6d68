"""Channels that a channel follows, where it lets everybody see."""

from datetime import timedelta

from discovery.answers import items, text
from discovery.contract import Ask, Exploration, Found, Seed
from discovery.names import is_channel_id

_MOST_PAGES = 4
_FIELDS = "nextPageToken,items(snippet/resourceId/channelId)"


class PublicSubscriptions:
    """Up to 200 of them, fifty a unit. Most channels keep them private, and finding that out costs a unit, too."""

    name = "public_subscriptions"
    title = "Public subscriptions"
    meaning = "The source follows the discovered channel, and shows it."
    service = "youtube"
    bucket: str | None = "default"
    units_per_seed = 1.1
    new_per_seed = 7.0
    interval = timedelta(days=28)
    needs: frozenset[str] = frozenset()
    chooses_by: frozenset[str] = frozenset()
    reliability = 0.6
    references: tuple[str, ...] = (
        "https://developers.google.com/youtube/v3/docs/subscriptions/list",
        "https://doi.org/10.5210/fm.v25i8.10667",
    )

    def explore(self, seed: Seed) -> Exploration:
        """Page by page. A private list is a verdict, with which the seed ends."""
        asked = {"part": "snippet", "channelId": seed.channel_id, "maxResults": "50", "fields": _FIELDS}
        for _ in range(_MOST_PAGES):
            answer = yield Ask("subscriptions.list", dict(asked))
            for item in items(answer):
                followed = text(item, "snippet", "resourceId", "channelId")
                if is_channel_id(followed) and followed != seed.channel_id:
                    yield Found(followed, "subscription")
            asked["pageToken"] = text(answer, "nextPageToken")
            if not asked["pageToken"]:
                return
