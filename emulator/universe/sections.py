"""The sections of a channel's page, and the channels and playlists that it shows there."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from emulator.universe.channels import Channel
from emulator.universe.communities import community_of, draw_neighbour, scene_of
from emulator.universe.draws import Draws
from emulator.universe.ids import channel_id, id_bytes, video_id
from emulator.universe.lists.playlists import Playlists
from emulator.universe.universe import Universe

SHARES = (
    ("recentUploads", 0.5),
    ("singlePlaylist", 0.3),
    ("popularUploads", 0.3),
    ("multiplePlaylists", 0.15),
    ("liveEvents", 0.03),
    ("completedEvents", 0.05),
    ("multipleChannels", 0.25),
)
"""What share of the channels with videos has a section of which type."""

TITLED = {"multipleChannels", "multiplePlaylists"}
"""Types whose title the owner chooses; the others are called what they are, in the reader's language."""

_MOST_FRIENDS, _MOST_LISTS = 12, 4


@dataclass(frozen=True, slots=True)
class Section:
    """A row of a channel's page."""

    id: str
    type: str
    title: str | None
    channels: tuple[str, ...] = ()
    playlists: tuple[str, ...] = ()


def draw_sections(universe: Universe, channel: Channel, now: datetime) -> list[Section]:
    """The sections of a channel from above to below; none for one without videos."""
    if channel.uploads.rate == 0:
        return []
    draws = Draws(universe.seed, "sections", id_bytes(channel.id))
    types = [name for name, share in SHARES if draws.chance(share)]
    sections = [_draw_section(draws, universe, channel, name, now) for name in types]
    return [
        section for section in sections if section.playlists or not section.type.endswith(("Playlist", "Playlists"))
    ]


def _draw_section(draws: Draws, universe: Universe, channel: Channel, name: str, now: datetime) -> Section:
    own_id = f"{channel.id}.{video_id(draws.below(1 << 64))}"
    title = scene_of(community_of(channel.number)).title() if name in TITLED else None
    if name == "multipleChannels":
        return Section(own_id, name, title, channels=tuple(dict.fromkeys(_friends(draws, channel.number))))
    if name == "multiplePlaylists":
        return Section(own_id, name, title, playlists=_lists(universe, channel, 1 + draws.below(_MOST_LISTS), now))
    return Section(own_id, name, title, playlists=_lists(universe, channel, int(name == "singlePlaylist"), now))


def _friends(draws: Draws, number: int) -> Iterator[str]:
    """At least one, and some that have died since."""
    for _ in range(1 + draws.below(_MOST_FRIENDS)):
        friend = draw_neighbour(draws, number)
        yield channel_id(friend if friend != number else number ^ 1)


def _lists(universe: Universe, channel: Channel, count: int, now: datetime) -> tuple[str, ...]:
    """Up to so many of its playlists, the oldest first."""
    lists = Playlists(universe, channel)
    return tuple(lists.playlist(number, now).id for number in lists.numbers(now)[::-1][:count])
