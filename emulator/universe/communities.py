"""Who belongs together: channels of one community share a language and a topic, and link to each other.

Communities are blocks of neighbouring numbers, so the truth about every edge can be computed, and every theme leads
back to its communities. Foreign channels, whose numbers are beyond counting, are guests of one community each.
"""

import random
from dataclasses import dataclass

from emulator.universe.draws import Draws
from emulator.universe.writing.languages import LANGUAGES, Language

POPULATION = 15_000_000
"""Channels that link to each other and that search and charts find: the numbers below this one."""

COMMUNITY_SIZE = 64
COMMUNITIES = POPULATION // COMMUNITY_SIZE

VIEWERS = 1 << 38
"""Channels from here on up to `FOREIGN` belong to people who only watch, comment and subscribe."""

FOREIGN = 1 << 39
"""Numbers from here on are those of ids that people bring along, such as real ones."""

_THEMES_PER_WEIGHT = 4
_SYLLABLES = tuple(consonant + vowel for consonant in "bcdfghjklmnprstv" for vowel in "aeio")
_PLACES = tuple(len(_SYLLABLES) ** place for place in range(3))
_SCRAMBLE, _FIRST_SCENE = 0x9E375, 0x1B873
"""The first is odd, so that no two communities below 64 cubed get the same syllables."""

AT_HOME = 0.7
"""Share of what a channel knows that is in its own community."""

_SAME_THEME = 2 / 3
"""Share of the rest that is about the same."""


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


def scene_of(community: int) -> str:
    """The rare word that the members of a community share: no other community has it."""
    scrambled = _FIRST_SCENE + community * _SCRAMBLE
    return "".join(_SYLLABLES[scrambled // place % len(_SYLLABLES)] for place in _PLACES)


def community_of_scene(word: str) -> int | None:
    """The community whose word this is, in small letters; None for any other word."""
    syllables = [word[start : start + 2] for start in range(0, len(word), 2)]
    if len(syllables) != len(_PLACES) or any(syllable not in _SYLLABLES for syllable in syllables):
        return None
    size = len(_SYLLABLES) ** len(_PLACES)
    scrambled = sum(_SYLLABLES.index(syllable) * place for syllable, place in zip(syllables, _PLACES, strict=True))
    community = (scrambled - _FIRST_SCENE) * pow(_SCRAMBLE, -1, size) % size
    return community if community < COMMUNITIES else None


def draw_member(draws: Draws, community: int) -> int:
    """The number of a channel of a community: its first members, who are its stars, are drawn most often."""
    return community * COMMUNITY_SIZE + int((COMMUNITY_SIZE + 1) ** draws.fraction()) - 1


def draw_other_community(draws: Draws, home: int) -> int:
    """A community that the members of one know beside their own: mostly of the same theme, sometimes a hub."""
    if draws.chance(_SAME_THEME):
        return (home + len(THEMES) * (1 + draws.below(20))) % COMMUNITIES
    return int((COMMUNITIES + 1) ** draws.fraction()) - 1


def draw_neighbour(draws: Draws, number: int) -> int:
    """The number of a channel that this one knows: mostly of its own community."""
    home = community_of(number)
    return draw_member(draws, home if draws.chance(AT_HOME) else draw_other_community(draws, home))
