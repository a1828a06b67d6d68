"""Channels that a channel shows on the shelves of its own page."""

from datetime import timedelta

from discovery.contract import Ask, Exploration, Found, Seed


class FeaturedChannels:
    """One call for all shelves; most channels feature nobody."""

    name = "featured_channels"
    title = "Featured channels"
    meaning = "The source shows the discovered channel on a shelf of its own page."
    service = "youtube"
    bucket: str | None = "default"
    units_per_seed = 1.0
    new_per_seed = 0.5
    interval = timedelta(days=28)
    needs: frozenset[str] = frozenset()
    references: tuple[str, ...] = ("https://developers.google.com/youtube/v3/docs/channelSections/list",)

    def explore(self, seed: Seed) -> Exploration:
        """The shelves of kind multipleChannels name other channels."""
        fields = "items(snippet/type,contentDetails/channels)"
        answer = yield Ask(
            "channelSections.list", {"part": "snippet,contentDetails", "channelId": seed.channel_id, "fields": fields}
        )
        for section in (answer or {}).get("items", []):
            kind = section.get("snippet", {}).get("type", "")
            for channel_id in section.get("contentDetails", {}).get("channels", []):
                yield Found(channel_id, f"section {kind}")
