"""Handles, as they are and as they will be: known without drawing the rest of a channel, so that others mention it."""

from dataclasses import dataclass
from datetime import datetime

from emulator.universe.communities import community_of, theme_of
from emulator.universe.draws import Draws
from emulator.universe.growth import draw_instant
from emulator.universe.writing import names

WITHOUT = 0.05
"""Share of the channels that have no handle."""

CHANGED_PER_YEAR = 0.01
"""Share of the channels that change theirs; the old one is nobody's from then on."""

_OFFICIAL = ("its", "mrs", "the")
"""What a new handle begins with. No topic does, and three letters are all that a foreign id leaves room for."""


@dataclass(frozen=True, slots=True)
class Handles:
    """What a channel is called, and what it calls itself later."""

    first: str | None
    later: str | None = None
    changed: datetime | None = None

    def at(self, now: datetime) -> str | None:
        """The one that leads to the channel at an instant."""
        return self.later if self.changed and now >= self.changed else self.first


def draw_handles(seed: int, number: int) -> Handles:
    """Those of a channel number: a word of its community's topics and the number."""
    draws = Draws(seed, "handle", number.to_bytes(16))
    if draws.chance(WITHOUT):
        return Handles(None)
    word = draws.pick(theme_of(community_of(number)).language.topics)
    word = word if word.isalpha() else "user"
    changed = draw_instant(draws, CHANGED_PER_YEAR)
    later = names.handle(draws.pick(_OFFICIAL) + word, number) if changed else None
    return Handles(names.handle(word, number), later, changed)
