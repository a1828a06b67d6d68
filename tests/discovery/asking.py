"""How the tests of the methods ask the emulator, and how they see its channels as if they were stored."""

from collections.abc import Mapping
from datetime import UTC, datetime
from itertools import islice
from typing import Any

import httpx

from discovery.contract import Ask, DiscoveryMethod, Seed, Text
from discovery.driving import Trace, drive
from emulator.universe.channels import Channel
from emulator.universe.ids import channel_id
from emulator.universe.universe import Universe

NOON = datetime(2026, 11, 20, 20, 0, tzinfo=UTC)
"""Noon in California."""

VERDICTS = {403, 404}


class Youtube:
    """Answers calls as the emulator does. A call that is wrong in itself fails the test."""

    def __init__(self, url: str) -> None:
        self._client = httpx.Client(base_url=url, trust_env=False, timeout=10)

    def __call__(self, ask: Ask) -> Mapping[str, Any] | None:
        path = f"/youtube/v3/{ask.method.removesuffix('.list')}"
        response = self._client.get(path, params={**ask.params, "key": "key-of-the-tests"})
        if response.status_code in VERDICTS:
            return None
        assert response.status_code == 200, response.text
        answer: dict[str, Any] = response.json()
        return answer

    def explore(self, method: DiscoveryMethod, channel: Channel | str) -> Trace:
        """What a method asks and finds from a channel of which only the id is known."""
        return drive(method.explore(Seed(channel if isinstance(channel, str) else channel.id)), self)

    def close(self) -> None:
        self._client.close()


def channels(universe: Universe, count: int) -> list[Channel]:
    """The first that exist."""
    found = (universe.channel(channel_id(number), NOON) for number in range(2 * count))
    return list(islice(filter(None, found), count))


def stored(universe: Universe, channel: Channel, videos: int = 50) -> Seed:
    """A channel as it stands in the catalogue when it and its newest videos were fetched."""
    newest = list(islice(universe.uploads(channel, NOON), videos))
    texts = [Text(f"video {video.id}", video.text.title, video.text.description) for video in newest]
    return Seed(
        channel.id,
        title=channel.text.title,
        handle=channel.handle,
        language=channel.language,
        keywords=tuple(channel.keywords.split()),
        video_ids=tuple(video.id for video in newest),
        texts=(Text("channel", channel.text.title, channel.text.description), *texts),
    )
