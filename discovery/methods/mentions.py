"""Channels that a channel names by their handle, as `@name`."""

from datetime import timedelta

from discovery.answers import evidence
from discovery.contract import Exploration, Found, Seed
from discovery.names import mentioned_handles


class Mentions:
    """Handles in titles and descriptions: no call, for all texts are stored. Links are another method's."""

    name = "mentions"
    title = "Mentions"
    meaning = "The source names the discovered channel by its handle in a title or a description."
    service = "stored"
    bucket: str | None = None
    units_per_seed = 0.0
    new_per_seed = 3.0
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
            said = (*mentioned_handles(text.title), *mentioned_handles(text.description))
            for handle in dict.fromkeys(said):
                if handle != seed.handle:
                    yield Found(handle, evidence("", text.origin))
