"""The discovery methods and seed sources: ours, and those that other packages bring by entry point.

`tributary.discovery` names methods, `tributary.seeds` seed sources.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from importlib.metadata import entry_points
from typing import TypeVar

from discovery.contract import DiscoveryMethod, SeedSource
from discovery.methods.comment_authors import CommentAuthors
from discovery.methods.description_links import DescriptionLinks
from discovery.methods.featured_channels import FeaturedChannels
from discovery.methods.keyword_search import KeywordSearch
from discovery.methods.mentions import Mentions
from discovery.methods.outside_list import OutsideList
from discovery.methods.playlist_owners import PlaylistOwners
from discovery.methods.public_subscriptions import PublicSubscriptions
from discovery.methods.shared_terms import SharedTerms
from discovery.methods.trending_charts import TrendingCharts

Member = TypeVar("Member", DiscoveryMethod, SeedSource)


@cache
def methods() -> Mapping[str, DiscoveryMethod]:
    """All methods, by name. ValueError when two have the same."""
    ours: list[DiscoveryMethod] = [
        FeaturedChannels(),
        PlaylistOwners(),
        PublicSubscriptions(),
        CommentAuthors(),
        DescriptionLinks(),
        Mentions(),
        SharedTerms(),
        KeywordSearch(),
    ]
    return _by_name([*ours, *(entry.load()() for entry in entry_points(group="tributary.discovery"))])


@cache
def seed_sources() -> Mapping[str, SeedSource]:
    """All seed sources, by name. ValueError when two have the same, or one that of a method."""
    ours: list[SeedSource] = [TrendingCharts(), OutsideList()]
    found = _by_name([*ours, *(entry.load()() for entry in entry_points(group="tributary.seeds"))])
    if taken := found.keys() & methods().keys():
        raise ValueError(f"a seed source and a method are both called {min(taken)}")
    return found


def _by_name(members: Sequence[Member]) -> Mapping[str, Member]:
    found: dict[str, Member] = {}
    for member in members:
        if found.setdefault(member.name, member) is not member:
            raise ValueError(f"two discovery methods are called {member.name}: {found[member.name]!r}, {member!r}")
    return found
