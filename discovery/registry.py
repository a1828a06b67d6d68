"""The discovery methods: ours, and those that other packages bring by entry point `tributary.discovery`."""

from collections.abc import Mapping
from functools import cache
from importlib.metadata import entry_points

from discovery.contract import DiscoveryMethod
from discovery.methods.featured_channels import FeaturedChannels


@cache
def methods() -> Mapping[str, DiscoveryMethod]:
    """All methods, by name."""
    outside: list[DiscoveryMethod] = [entry.load()() for entry in entry_points(group="tributary.discovery")]
    ours: list[DiscoveryMethod] = [FeaturedChannels()]
    return {method.name: method for method in (*ours, *outside)}
