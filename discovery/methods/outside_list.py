"""Channels that a list from outside names."""

from datetime import timedelta

from discovery.answers import evidence
from discovery.contract import Exploration, Found, Place
from discovery.names import channel_ids


class OutsideList:
    """The channel ids in the lines of a file, alone or in links, under the name that its bringer gave it."""

    name = "outside_list"
    title = "Lists from outside"
    meaning = "A list that was brought along names the channel."
    service = "stored"
    bucket: str | None = None
    units_per_place = 0.0
    new_per_place = 1000.0
    interval = timedelta(days=1)
    places: tuple[str, ...] = ()
    references: tuple[str, ...] = ("https://developers.google.com/youtube/terms/developer-policies",)

    def explore(self, place: Place) -> Exploration:
        """Line by line, so that no list is too long. Handles are left to `resolve`."""
        for line in place.lines:
            for channel_id in channel_ids(line):
                yield Found(channel_id, evidence("list", place.name))
