"""The channels in which a search looks, the most relevant first: each of another community, mostly its stars."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from emulator.universe.channels import Channel
from emulator.universe.communities import COMMUNITIES, COMMUNITY_SIZE, THEMES, Theme, draw_member
from emulator.universe.draws import Draws
from emulator.universe.ids import channel_id
from emulator.universe.search.query import Query
from emulator.universe.universe import Universe

MOST_CHANNELS = 520
"""A few of them never existed or are gone."""

_ROWS = COMMUNITIES // len(THEMES)
"""Communities of every theme."""

_STRIDE = 211
"""A prime number that leads through all rows."""


def candidates(universe: Universe, query: Query, now: datetime) -> Iterator[Channel]:
    """The channels, found one by one."""
    named = called(universe, query, now)
    if query.channel_id or named:
        only = universe.channel(query.channel_id, now) if query.channel_id else named
        return iter([only] if only else [])
    numbers = _numbers(universe.seed, query)
    return (channel for number in numbers if (channel := universe.channel(channel_id(number), now)))


def called(universe: Universe, query: Query, now: datetime) -> Channel | None:
    """The channel whose handle or id the words are."""
    return universe.by_handle(query.words.text, now) or universe.channel(query.words.text, now)


def reach(query: Query) -> int:
    """About how many channels a search could mean."""
    if query.channel_id:
        return 1
    return COMMUNITY_SIZE * (len(query.words.scenes()) or _ROWS * len(_themes(query)))


def _numbers(seed: int, query: Query) -> Iterator[int]:
    scenes = query.words.scenes()
    if scenes:
        return (scene * COMMUNITY_SIZE + place for scene in dict.fromkeys(scenes) for place in range(COMMUNITY_SIZE))
    return _spread(Draws(seed, "search", query.words.text.casefold().encode()), _themes(query))


def _spread(draws: Draws, themes: Sequence[int]) -> Iterator[int]:
    """Members of different communities, from all themes in turn."""
    start = draws.below(_ROWS)
    for nth in range(min(MOST_CHANNELS, _ROWS * len(themes))):
        row = (start + nth // len(themes) * _STRIDE) % _ROWS
        yield draw_member(draws, row * len(THEMES) + themes[(start + nth) % len(themes)])


def _themes(query: Query) -> Sequence[int]:
    """The numbers of the themes that the words mean; in a certain language if they are spoken of in it."""
    themes: Sequence[int] = query.words.themes()
    if query.circle:
        countries = query.circle.countries()
        themes = [number for number in themes if countries.intersection(THEMES[number].language.countries)]
    if query.language:
        return _preferred(themes, lambda theme: theme.language.code.startswith(str(query.language)))
    if query.words.says_nothing:
        return _preferred(themes, lambda theme: query.country in theme.language.countries)
    return themes


def _preferred(themes: Sequence[int], fits: Callable[[Theme], bool]) -> Sequence[int]:
    return [number for number in themes if fits(THEMES[number])] or themes
