"""Channels that a channel shows on the shelves of its own page."""

from datetime import timedelta

from discovery.answers import evidence, items, text, texts
from discovery.contract import Ask, Exploration, Found, Seed
from discovery.names import is_channel_id

_FIELDS = "items(snippet/type,contentDetails/channels)"


class FeaturedChannels:
    """One call for all shelves; most channels feature nobody."""

    name = "featured_channels"
    title = "Featured channels"
    meaning = "The source shows the discovered channel on a shelf of its own page."
    service = "youtube"
    bucket: str | None = "default"
    units_per_seed = 1.0
    new_per_seed = 1.5
    interval = timedelta(days=28)
    needs: frozenset[str] = frozenset()
    chooses_by: frozenset[str] = frozenset()
    reliability = 0.8
    references: tuple[str, ...] = ("https://developers.google.com/youtube/v3/docs/channelSections/list",)

    def explore(self, seed: Seed) -> Exploration:
        """The shelves of kind multipleChannels name other channels."""
        asked = {"part": "snippet,contentDetails", "channelId": seed.channel_id, "fields": _FIELDS}
        answer = yield Ask("channelSections.list", asked)
        for section in items(answer):
            for channel_id in texts(section, "contentDetails", "channels"):
                if is_channel_id(channel_id) and channel_id != seed.channel_id:
                    yield Found(channel_id, evidence("section", text(section, "snippet", "type")))
