"""One recorded answer: which requests it answers, and what it holds."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from emulator.discovery import Method
from emulator.parameters import Values
from emulator.resources import Resource, etag_of

Selection = frozenset[tuple[str, str | frozenset[str]]]
"""What of a request decides which resources are listed: its filters, their values, and the page."""

MARKS = frozenset({"kind", "etag", "id"})
"""What a resource has besides its parts."""

_SHAPING = frozenset({"part", "maxResults"})
_OWNERS: Mapping[str, tuple[str, str]] = {
    "activities.list": ("channelId", "channelId"),
    "channelSections.list": ("channelId", "channelId"),
    "channels.list": ("forHandle", "customUrl"),
    "comments.list": ("parentId", "parentId"),
    "commentThreads.list": ("videoId", "videoId"),
    "playlistItems.list": ("playlistId", "playlistId"),
    "playlists.list": ("channelId", "channelId"),
    "subscriptions.list": ("channelId", "channelId"),
}
"""Method to a filter of it, and the field of `snippet` that tells what the filter was."""


@dataclass(frozen=True)
class Recording:
    """One answer, byte for byte and read; `asked` is the query that it answered, where that is known."""

    method: Method
    body: bytes
    content: Resource
    asked: Values | None

    @cached_property
    def items(self) -> Sequence[Resource]:
        """The resources it lists."""
        return [item for item in self.content.get("items", ()) if isinstance(item, dict)]

    @cached_property
    def etag(self) -> str:
        """Its own ETag, which once carried the quotation marks within."""
        return str(self.content.get("etag") or etag_of(self.body)).strip('"')

    @cached_property
    def held(self) -> frozenset[str]:
        """The parts that its items have. `id` is none of its own."""
        return self.method.parts.intersection(name for item in self.items for name in item) - MARKS

    def is_for(self, parts: frozenset[str]) -> bool:
        """Whether it is the whole answer to a request for these parts: those that were asked for, or that it has."""
        asked = self.asked.get("part", ()) if self.asked else self.held
        return parts - MARKS in {self.held, frozenset(asked) - MARKS}

    def selections(self) -> Iterator[Selection]:
        """Every selection that it answers: the one that was asked for, and those that its items tell."""
        if self.asked is not None:
            yield selection(self.method, self.asked)
        ids = frozenset(item["id"] for item in self.items if isinstance(item.get("id"), str))
        if ids and "id" in self.method.parameters:
            yield frozenset({("id", ids)})
        if self.asked is None and "prevPageToken" not in self.content:
            yield from self._told_by_items()

    def _told_by_items(self) -> Iterator[Selection]:
        if self.method.parameters.keys() <= {"part", "hl"}:
            yield frozenset()  # the method takes no filter
        name, field = _OWNERS.get(self.method.name, ("", ""))
        told = {str((item.get("snippet") or {}).get(field, "")) for item in self.items}
        if len(told) == 1 and (owner := told.pop()):
            yield frozenset({(name, _comparable(name, owner))})


def selection(method: Method, values: Values) -> Selection:
    """What a request selects: shared parameters and defaults select nothing, and ids have no order."""
    return frozenset(
        (name, frozenset(texts) if method.parameters[name].repeated else _comparable(name, texts[-1]))
        for name, texts in values.items()
        if name in method.parameters.keys() - _SHAPING and texts[-1] != method.parameters[name].default
    )


def _comparable(name: str, text: str) -> str:
    return text.removeprefix("@").casefold() if name == "forHandle" else text
