"""Where a comparison begins."""

import random
from datetime import UTC, datetime

from emulator.universe.communities import POPULATION
from emulator.universe.ids import channel_id
from emulator.universe.universe import Universe

NOON = datetime(2026, 11, 20, 20, 0, tzinfo=UTC)


def draw_seeds(universe: Universe, count: int, chance: random.Random) -> list[str]:
    """Channels that publish, from anywhere, so that hardly two are of one community."""
    found = dict[str, None]()
    while len(found) < count:
        channel = universe.channel(channel_id(chance.randrange(POPULATION)), NOON)
        if channel and channel.uploads.shelf(NOON):
            found[channel.id] = None
    return list(found)
