"""What a search asks for."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from emulator.universe.places import Circle
from emulator.universe.search.words import Words
from emulator.universe.uploads import Kind
from emulator.universe.videos import Video


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A search, with all that narrows it. None is for what was not asked for."""

    words: Words
    kinds: frozenset[str]
    """Some of `video`, `channel` and `playlist`."""
    order: str
    """`relevance`, `date`, `rating`, `title`, `videoCount` or `viewCount`."""
    channel_id: str | None
    after: datetime | None
    before: datetime | None
    country: str
    language: str | None
    topic: str | None
    """The name of a Wikipedia article."""
    circle: Circle | None
    uploads: tuple[Kind, ...]
    passes: Callable[[Video], bool]
    """Whether a video passes the filters that only videos have."""

    def was_then(self, at: datetime) -> bool:
        """Whether an instant lies within the dates asked for."""
        return (self.after is None or self.after <= at) and (self.before is None or at <= self.before)

    def is_about(self, topics: tuple[str, ...]) -> bool:
        """Whether the topics of a channel hold the one asked for."""
        return self.topic is None or self.topic in topics
