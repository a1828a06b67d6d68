"""Channels that a channel links to in its description and below its videos."""

from datetime import timedelta

from discovery.answers import evidence
from discovery.contract import Exploration, Found, Seed
from discovery.names import channel_ids, linked_handles


class DescriptionLinks:
    """Channel ids, alone or in a link, and handles in links to YouTube: no call, for all texts are stored."""

    name = "description_links"
    title = "Links in descriptions"
    meaning = "The source links to the discovered channel in its description or below a video."
    service = "stored"
    bucket: str | None = None
    units_per_seed = 0.0
    new_per_seed = 2.0
    interval = timedelta(days=7)
    needs: frozenset[str] = frozenset({"texts"})
    chooses_by: frozenset[str] = frozenset()
    reliability = 0.7
    references: tuple[str, ...] = (
        "https://developers.google.com/youtube/v3/docs/channels",
        "https://developers.google.com/youtube/v3/docs/videos",
    )

    def explore(self, seed: Seed) -> Exploration:
        """A channel counts once for each text."""
        for text in seed.texts:
            said = f"{text.title}\n{text.description}"
            for channel in dict.fromkeys((*channel_ids(said), *linked_handles(said))):
                if channel not in {seed.channel_id, seed.handle}:
                    yield Found(channel, evidence("", text.origin))
