"""Whom channels follow: mostly who belongs to their community, and then whoever is about the same."""

import base64
import re
from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from math import isqrt

from emulator.universe.channels import Channel
from emulator.universe.communities import (
    AT_HOME,
    COMMUNITY_SIZE,
    FOREIGN,
    VIEWERS,
    community_of,
    draw_other_community,
)
from emulator.universe.draws import Draws
from emulator.universe.growth import REFERENCE
from emulator.universe.ids import Mixer, channel_id, channel_number, id_bytes

MOST = 1000
"""Nobody follows more."""

SHOWN_BY_CREATORS, SHOWN_BY_VIEWERS = 0.13, 0.22
"""Shares of the channels whose subscriptions everybody may see."""

_ID = re.compile(r"[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]")
_BYTES = 16
_IDS = Mixer(
    128,
    0xBF58476D1CE4E5B994D049BB133111EB,
    (0x2360ED051FC65DA44385DF649FCCF645, 0x5851F42D4C957F2D14057B7EF767814F),
)


def are_shown(seed: int, number: int) -> bool:
    """Whether everybody may see whom a channel follows."""
    share = SHOWN_BY_VIEWERS if VIEWERS <= number < FOREIGN else SHOWN_BY_CREATORS
    return Draws(seed, "shown", number.to_bytes(16)).chance(share)


@lru_cache(256)
def draw_subscriptions(seed: int, number: int) -> tuple[int, ...]:
    """The numbers of the channels that a channel follows, nearest first, some of which have died since."""
    draws = Draws(seed, "follows", number.to_bytes(16))
    count = draws.heavy_tail(scale=25, exponent=1.1, cap=0.95 * MOST)
    home = community_of(number)
    at_home = min(count * AT_HOME, COMMUNITY_SIZE)
    followed = dict.fromkeys(_draw_members(draws, home, at_home))
    others = {draw_other_community(draws, home): None for _ in range(isqrt(int(count - at_home)))}
    for community in others:
        followed.update(dict.fromkeys(_draw_members(draws, community, (count - at_home) / len(others))))
    followed.pop(number, None)
    return tuple(followed)[:MOST]


def subscribed(seed: int, subscriber: Channel, target: Channel) -> datetime:
    """When one began to follow the other: before the reference date."""
    both = max(subscriber.created, target.created)
    luck = Draws(seed, "subscribed", id_bytes(subscriber.id) + id_bytes(target.id)).fraction()
    return both + (REFERENCE - both) * luck


def subscription_id(subscriber: str, target: str) -> str:
    """The id of a subscription; that of no other one. All of one subscriber begin alike."""
    first, second = channel_number(subscriber), channel_number(target)
    content = _IDS.mix(first).to_bytes(_BYTES) + _IDS.mix(first ^ second).to_bytes(_BYTES)
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def parties(wanted: str) -> tuple[str, str] | None:
    """The subscriber and the target that a well-formed id of a subscription names."""
    if not _ID.fullmatch(wanted):
        return None
    content = base64.urlsafe_b64decode(wanted + "=")
    first, both = _IDS.unmix(int.from_bytes(content[:_BYTES])), _IDS.unmix(int.from_bytes(content[_BYTES:]))
    return channel_id(first), channel_id(first ^ both)


def _draw_members(draws: Draws, community: int, count: float) -> Iterator[int]:
    """About so many members of a community, the stars among them more likely."""
    for place in range(COMMUNITY_SIZE):
        if draws.chance(count / COMMUNITY_SIZE * (1.6 - 1.2 * place / COMMUNITY_SIZE)):
            yield community * COMMUNITY_SIZE + place
