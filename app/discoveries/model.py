"""What the room of the discoveries takes in and hands out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import NAMESPACE_URL, UUID, uuid5

MOST_EVIDENCE = 64
"""Different pieces of evidence that an edge counts; beyond it, more says nothing more."""
SHOWN_EVIDENCE = 5
HANDLES = "handles"
"""Asking which channels the handles are that texts name: chosen like a method, but what it expands is no channel."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a discovery job is to do; what is None is left to the settings, or is not limited."""

    batch_size: int | None = None
    total_limit: int | None = None
    """Expansions at most: one is a channel by one method."""
    methods: Sequence[str] = ()
    """None named: all."""
    max_units: int | None = None
    min_confidence: float = 0.0
    """What is found is confirmed, and added, from here on."""
    min_yield: float | None = None
    """New channels per unit below which no channel is expanded."""
    depth: int = 1
    """Channels so many steps from what people brought, or more, are not expanded."""
    method_units: Mapping[str, int] = field(default_factory=dict)
    """Units that one method may spend at most, by its name."""
    depth_units: Mapping[str, int] = field(default_factory=dict)
    """Units that may be spent at most on expanding the channels of one depth, by its number in digits."""
    lists: Mapping[str, str] = field(default_factory=dict)
    """Files of the import folder that hold channel ids, by what their lists are called."""


@dataclass(frozen=True, slots=True)
class Edge:
    """One piece of evidence: a channel names another."""

    source: UUID | None
    """None for what a place names, such as a chart."""
    discovered: UUID
    evidence: str


@dataclass(frozen=True, slots=True)
class Mention:
    """A channel names another by its handle, in lower case with its `@`."""

    source: UUID
    handle: str
    evidence: str


@dataclass(slots=True)
class Expanded:
    """What one channel brought by one method."""

    channel: UUID
    edges: list[Edge] = field(default_factory=list)
    mentions: list[Mention] = field(default_factory=list)
    units: int = 0

    @property
    def found(self) -> set[UUID]:
        """The channels that it named by id."""
        return {edge.discovered for edge in self.edges}

    @property
    def found_nobody(self) -> bool:
        """Whether it named none at all."""
        return not self.edges and not self.mentions


def place_key(source: str, place: str) -> UUID:
    """Under which it is noted that a seed source has looked at a place, beside the channels."""
    return uuid5(NAMESPACE_URL, f"tributary:{source}:{place}")
