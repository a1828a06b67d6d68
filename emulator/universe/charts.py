"""What is popular in a country: another list each day, led by the stars of communities that speak its language."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache

from emulator.universe.channels import Channel
from emulator.universe.communities import COMMUNITIES, COMMUNITY_SIZE, THEMES
from emulator.universe.draws import Draws
from emulator.universe.ids import channel_id
from emulator.universe.universe import Universe
from emulator.universe.videos import CATEGORY_OF_THEME, Video

CHARTED_CATEGORIES: Mapping[str, str | None] = {"0": None, "1": "1", "10": "10", "20": "20", "30": "1"}
"""Categories that have had a chart since July 2025, to that of the videos on it; 0 is everything."""

CHART_SIZE = 200
_CANDIDATES = 600
_STARS = 4
_NEWEST = 3
_FRESH = timedelta(days=30)


class Charts:
    """Charts over the channels of a universe."""

    def __init__(self, universe: Universe) -> None:
        self._universe = universe
        self._chart = lru_cache(64)(self._draw)

    def chart(self, region: str, category: str, at: datetime) -> Sequence[Video]:
        """Up to 200 videos of the last weeks, no two of one channel, as they stood when the day began in UTC."""
        midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
        return self._chart(region, CHARTED_CATEGORIES[category], midnight)

    def _draw(self, region: str, category: str | None, at: datetime) -> Sequence[Video]:
        found: dict[str, Video] = {}
        for channel in self._stars(region, category, at):
            video = next((video for video in self._fresh(channel, at) if category in {None, video.category}), None)
            if video is not None:
                found[channel.id] = video
        return sorted(found.values(), key=lambda video: -video.views.at(at))[:CHART_SIZE]

    def _fresh(self, channel: Channel, at: datetime) -> Iterator[Video]:
        newest = channel.uploads.shelf(at)[:_NEWEST]
        fresh = (index for index in newest if at - channel.uploads.published(index) < _FRESH)
        videos = (self._universe.video(self._universe.video_id(channel, index), at) for index in fresh)
        return (video for video in videos if video)

    def _stars(self, region: str, category: str | None, at: datetime) -> Iterator[Channel]:
        themes = _themes(region, category)
        draws = Draws(self._universe.seed, "chart", f"{region} {category} {at.date()}".encode())
        for _ in range(_CANDIDATES):
            community = draws.pick(themes) + len(THEMES) * draws.below(COMMUNITIES // len(THEMES))
            channel = self._universe.channel(channel_id(community * COMMUNITY_SIZE + draws.below(_STARS)), at)
            if channel is not None:
                yield channel


def _themes(region: str, category: str | None) -> Sequence[int]:
    """The numbers of the themes in the country's languages, or in all where the universe does not speak them."""
    fitting = [n for n in range(len(THEMES)) if category in {None, CATEGORY_OF_THEME[n]}]
    return [n for n in fitting if region in THEMES[n].language.countries] or fitting
