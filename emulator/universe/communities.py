"""Who belongs together: channels of one community share a language and a topic, and link to each other.

Communities are blocks of neighbouring numbers, so the truth about every edge can be computed, and every theme leads
back to its communities. Foreign channels, whose numbers are beyond counting, are guests of one community each.
"""

import random
from dataclasses import dataclass

from emulator.universe.draws import Draws
from emulator.universe.languages import LANGUAGES, Language

POPULATION = 15_000_000
"""Channels that link to each other and that search and charts find: the numbers below this one."""

COMMUNITY_SIZE = 64
COMMUNITIES = POPULATION // COMMUNITY_SIZE

VIEWERS = 1 << 38
"""Channels from here on up to `FOREIGN` belong to people who only watch, comment and subscribe."""

FOREIGN = 1 << 39
"""Numbers from here on are those of ids that people bring along, such as real ones."""

_THEMES_PER_WEIGHT = 4
_AT_HOME, _SAME_THEME = 0.7, 0.9


@dataclass(frozen=True, slots=True)
class Theme:
    """What a community is about."""

    language: Language
    topic: str


def _themes() -> tuple[Theme, ...]:
    found = [
        Theme(language, language.topics[place % len(language.topics)])
        for language in LANGUAGES
        for place in range(language.weight * _THEMES_PER_WEIGHT)
    ]
    random.Random(1).shuffle(found)  # noqa: S311 -- a fixed order, not a secret
    return tuple(found)


THEMES = _themes()
"""Community number c is about `THEMES[c % len(THEMES)]`: as many of a language as its share of all channels."""


def ghost_of(number: int) -> int:
    """A number of 40 bits for a channel: its own, or, for a foreign one, what stands for it inside video ids."""
    return number if number < FOREIGN else FOREIGN + number % FOREIGN


def is_ghost(number: int) -> bool:
    """Whether a number stands for a foreign channel."""
    return FOREIGN <= number < 2 * FOREIGN


def community_of(number: int) -> int:
    """The community of any channel."""
    return ghost_of(number) % POPULATION // COMMUNITY_SIZE


def theme_of(community: int) -> Theme:
    """What a community is about."""
    return THEMES[community % len(THEMES)]


def draw_member(draws: Draws, community: int) -> int:
    """The number of a channel of a community: its first members, who are its stars, are drawn most often."""
    return community * COMMUNITY_SIZE + int((COMMUNITY_SIZE + 1) ** draws.fraction()) - 1


def draw_neighbour(draws: Draws, number: int) -> int:
    """The number of a channel that this one knows: of its own community, of one with the same theme, or of a hub."""
    home, luck = community_of(number), draws.fraction()
    if luck < _AT_HOME:
        return draw_member(draws, home)
    if luck < _SAME_THEME:
        return draw_member(draws, (home + len(THEMES) * (1 + draws.below(20))) % COMMUNITIES)
    return draw_member(draws, int((COMMUNITIES + 1) ** draws.fraction()) - 1)
