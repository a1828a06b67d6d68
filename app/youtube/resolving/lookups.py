"""Which calls tell what names mean, packed so that each unit answers as much as it can, and what the answers say."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from app.catalog.ids import NotAChannelIdError, channel_key
from app.youtube import fields
from app.youtube.costs import MAX_IDS, Request
from app.youtube.parse import parse_items
from app.youtube.resolving.links import Kind, Named


class Certainty(StrEnum):
    """How sure a channel is."""

    EXACT = "exact"
    """The text holds the id, or YouTube says so."""
    LIKELY = "likely"
    """A custom name, for which the API has no question: this channel has the handle of the same name."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What YouTube says about a name: a channel and how sure it is, or the reason why there is none."""

    channel_id: str | None = None
    certainty: Certainty | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Lookup:
    """One call, and the names that its answer decides."""

    request: Request
    names: tuple[Named, ...]


_PACKED = {Kind.VIDEO: "videos.list", Kind.PLAYLIST: "playlists.list"}
_FILTERS = {Kind.HANDLE: "forHandle", Kind.CUSTOM: "forHandle", Kind.USER: "forUsername"}
_REASONS = {
    Kind.HANDLE: "no channel has the handle @{0}; handles change: open the channel in a browser and send its address",
    Kind.USER: "no channel has the user name {0}; open /user/{0} in a browser and send the address it leads to",
    Kind.CUSTOM: "the API cannot look up custom names, and no channel has the handle @{0}; "
    "open /c/{0} in a browser and send the address it leads to",
    Kind.VIDEO: "YouTube shows no video {0}: mistyped, private or deleted; send the channel's link or @handle",
    Kind.PLAYLIST: "YouTube shows no playlist {0}: mistyped, private or deleted; send the channel's link or @handle",
}
_STOP = "; if the full stop at the end is not part of the name, leave it out"
_OTHER_HANDLE = (
    "the API cannot look up custom names; the nearest channel is {0}, another name: if it is meant, send that"
)
_NO_OWNER = "YouTube does not say whose it is; try again tomorrow, or send the channel's link or @handle"


def lookups(names: Iterable[Named]) -> list[Lookup]:
    """The fewest calls: one for each handle or user name, one for fifty videos or playlists."""
    alone: dict[tuple[str, str], list[Named]] = {}
    packed: dict[str, list[Named]] = {}
    for name in names:
        if name.kind in _PACKED:
            packed.setdefault(_PACKED[name.kind], []).append(name)
        else:
            # A handle and a custom name that are spelt alike are one question.
            alone.setdefault((_FILTERS[name.kind], name.name), []).append(name)
    single = [Lookup(_one(question, name), tuple(same)) for (question, name), same in alone.items()]
    return single + [
        Lookup(_many(method, fifty), tuple(fifty))
        for method, together in packed.items()
        for fifty in (together[at : at + MAX_IDS] for at in range(0, len(together), MAX_IDS))
    ]


def verdicts(lookup: Lookup, payload: Mapping[str, Any]) -> dict[Named, Verdict]:
    """What an answer says about each name of its call. Raises ApiError for an answer that makes no sense."""
    items = parse_items(payload, dict)
    if lookup.names[0].kind in _PACKED:
        owners = {fields.text(item, "id"): fields.text(item, "snippet", "channelId") for item in items}
        return {name: _owner(name, owners) for name in lookup.names}
    return {name: _channel(name, items) for name in lookup.names}


def _one(question: str, name: str) -> Request:
    value = f"@{name}" if question == "forHandle" else name
    return Request("channels.list", {"part": "snippet", "fields": "items(id,snippet/customUrl)", question: value})


def _many(method: str, names: Sequence[Named]) -> Request:
    ids = ",".join(name.name for name in names)
    params = {"part": "snippet", "fields": "items(id,snippet/channelId)", "id": ids}
    if method == "playlists.list":  # its pages have five rows unless told; videos.list takes no maxResults with ids
        params["maxResults"] = str(MAX_IDS)
    return Request(method, params)


def _owner(name: Named, owners: Mapping[str, str]) -> Verdict:
    return _found(owners[name.name]) if name.name in owners else _missing(name)


def _channel(name: Named, items: Sequence[Mapping[str, Any]]) -> Verdict:
    if not items:
        return _missing(name)
    if name.kind is not Kind.CUSTOM:
        return _found(fields.text(items[0], "id"))
    handle = fields.text(items[0], "snippet", "customUrl")
    if handle and handle.removeprefix("@").lower() != name.name:
        return Verdict(reason=_OTHER_HANDLE.format(handle))
    return _found(fields.text(items[0], "id"), Certainty.LIKELY)


def _found(channel_id: str, certainty: Certainty = Certainty.EXACT) -> Verdict:
    try:
        channel_key(channel_id)
    except NotAChannelIdError:
        return Verdict(reason=_NO_OWNER)
    return Verdict(channel_id, certainty)


def _missing(name: Named) -> Verdict:
    reason = _REASONS[name.kind].format(name.name)
    return Verdict(reason=reason + _STOP if name.name.endswith(".") else reason)
