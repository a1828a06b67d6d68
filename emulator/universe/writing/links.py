"""Where texts lead: to channels that the writer knows, to earlier videos, and out of YouTube."""

from datetime import datetime
from enum import Enum

from emulator.universe.communities import community_of, draw_neighbour, ghost_of, scene_of
from emulator.universe.draws import Draws
from emulator.universe.ids import INDEX_BITS, channel_id, video_id
from emulator.universe.writing.handles import draw_handles

_FIRST_VIDEOS = 4
"""Old videos are linked most, and nearly every channel has so many."""

_OUTSIDE = (
    "https://www.instagram.com/{user}",
    "https://www.tiktok.com/@{user}",
    "https://www.patreon.com/{user}",
    "https://www.facebook.com/{user}",
    "https://discord.gg/{code}",
    "https://bit.ly/3{code}",
    "https://linktr.ee/{user}",
    "mailto:{user}@example.com",
    "{user}@example.org",
    "https://{user}.example.com/shop?ref=youtube&utm_source=yt",
)


class Way(Enum):
    """How people point to a channel."""

    HANDLE = "@handle"
    PAGE = "https://www.youtube.com/@handle"
    ID = "https://www.youtube.com/channel/UC…"
    VIDEO = "https://youtu.be/…"


_WAYS = 9 * (Way.HANDLE,) + 4 * (Way.PAGE,) + 4 * (Way.ID,) + 3 * (Way.VIDEO,)


def draw_mention(draws: Draws, seed: int, number: int, at: datetime) -> str:
    """How channel `number` points to one that it knows, in one of the ways in which people do."""
    neighbour, way = draw_neighbour(draws, number), draws.pick(_WAYS)
    if way is Way.VIDEO:
        return f"https://youtu.be/{video_id(neighbour << INDEX_BITS | draws.below(_FIRST_VIDEOS))}"
    handle = None if way is Way.ID else draw_handles(seed, neighbour).at(at)
    if handle is None:
        return f"https://www.youtube.com/channel/{channel_id(neighbour)}"
    return handle if way is Way.HANDLE else f"https://www.youtube.com/{handle}"


def draw_contacts(draws: Draws, number: int) -> list[str]:
    """Up to three addresses elsewhere."""
    words = {
        "user": f"{scene_of(community_of(number))}{ghost_of(number) % 1000}",
        "code": f"{draws.below(1 << 24):06x}",
    }
    return [pattern.format(**words) for pattern in draws.sample(_OUTSIDE, 1 + draws.below(3))]
