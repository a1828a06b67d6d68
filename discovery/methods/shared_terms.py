"""Channels that use the same rare words as a channel."""

from datetime import timedelta

from discovery.answers import evidence
from discovery.contract import Exploration, Found, Seed
from discovery.names import is_channel_id

_MOST_TERMS = 8


class SharedTerms:
    """Keywords, topics and tags that few channels have, compared among what is stored.

    It finds nobody new: its edges say who belongs together among the channels that are known.
    """

    name = "shared_terms"
    title = "Shared terms"
    meaning = "Source and discovered channel use the same rare keywords, topics or tags."
    service = "stored"
    bucket: str | None = None
    units_per_seed = 0.0
    new_per_seed = 0.0
    interval = timedelta(days=7)
    needs: frozenset[str] = frozenset({"alike"})
    chooses_by: frozenset[str] = frozenset({"language", "topics"})
    reliability = 0.35
    references: tuple[str, ...] = ("https://doi.org/10.1108/eb026526",)

    def explore(self, seed: Seed) -> Exploration:
        """Each shared term is an evidence of its own, up to eight."""
        for other in seed.alike:
            if is_channel_id(other.channel_id) and other.channel_id != seed.channel_id:
                for term in other.shared[:_MOST_TERMS]:
                    yield Found(other.channel_id, evidence("term", term))
