"""What each discovery method brings, in the emulator's universe: `python -m bench methods [channels]`.

Prints for each method the calls, the channels found, those that were not among the seeds, the share of the found
that publish, and the shares that belong to the seed's community, or to one of the same theme. Methods that compare what
is stored (`alike`) need a catalogue and are left out.
"""

import json
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from itertools import islice
from typing import Any

import httpx

from discovery.contract import Ask, DiscoveryMethod, Seed, Text
from discovery.driving import drive
from discovery.names import is_channel_id
from discovery.registry import methods
from emulator.control import Control
from emulator.server import EmulatorServer
from emulator.universe.channels import Channel
from emulator.universe.communities import COMMUNITY_SIZE, POPULATION, THEMES, community_of
from emulator.universe.ids import channel_id, channel_number
from emulator.universe.universe import Universe
from emulator.universe.writing.names import handle_number

_NOON = datetime(2026, 11, 20, 20, 0, tzinfo=UTC)
_PRIME = 7919
_PLENTY = 10**9


def seeds(universe: Universe, count: int) -> Iterator[Seed]:
    """Channels of different communities that publish, as they stand in the catalogue with their newest 25 videos."""
    numbers = (number * _PRIME * COMMUNITY_SIZE % POPULATION + number % COMMUNITY_SIZE for number in range(4 * count))
    found = (channel for number in numbers if (channel := universe.channel(channel_id(number), _NOON)))
    return (_stored(universe, channel) for channel in islice((one for one in found if one.uploads.rate), count))


def _stored(universe: Universe, channel: Channel) -> Seed:
    newest = list(islice(universe.uploads(channel, _NOON), 25))
    texts = [Text(f"video {video.id}", video.text.title, video.text.description) for video in newest]
    return Seed(
        channel.id,
        handle=channel.handle,
        language=channel.language,
        keywords=tuple(channel.keywords.split()),
        texts=(Text("channel", channel.text.title, channel.text.description), *texts),
    )


def measure(method: DiscoveryMethod, known: list[Seed], client: httpx.Client, universe: Universe) -> dict[str, float]:
    """One row of the table."""
    traces = [(seed, drive(method.explore(seed), lambda ask: _answer(client, ask))) for seed in known]
    pairs = {(seed.channel_id, _number(one.channel)) for seed, trace in traces for one in trace.found}
    named = {number for _, number in pairs} - {channel_number(seed.channel_id) for seed in known}
    living = [channel for number in named if (channel := universe.channel(channel_id(number), _NOON))]
    apart = [community_of(channel_number(seed)) - community_of(number) for seed, number in pairs]
    return {
        "calls for a channel": sum(len(trace.asks) for _, trace in traces) / len(known),
        "found for a channel": len(pairs) / len(known),
        "of them new": len(named) / len(known),
        "share of the new that exists": len(living) / max(1, len(named)),
        "share of the new that publishes": sum(channel.uploads.rate > 0 for channel in living) / max(1, len(named)),
        "share in the community": sum(not steps for steps in apart) / max(1, len(apart)),
        "share about the same": sum(steps % len(THEMES) == 0 for steps in apart) / max(1, len(apart)),
    }


def _answer(client: httpx.Client, ask: Ask) -> Mapping[str, Any] | None:
    path = f"/youtube/v3/{ask.method.removesuffix('.list')}"
    response = client.get(path, params={**ask.params, "key": "benchmark"})
    answer: dict[str, Any] = response.json()
    return answer if response.is_success else None


def _number(channel: str) -> int:
    found = channel_number(channel) if is_channel_id(channel) else handle_number(channel)
    return -1 if found is None else found  # nobody's


def main() -> None:
    """Measure all, and print JSON."""
    universe = Universe()
    known = list(seeds(universe, int(sys.argv[1]) if len(sys.argv) > 1 else 200))
    quotas = {"default": _PLENTY, "search": _PLENTY}
    with EmulatorServer(quotas=quotas) as emulator, Control(emulator.url) as control:
        control.set_clock(_NOON)
        control.set_clock_speed(0)
        with httpx.Client(base_url=emulator.url, trust_env=False, timeout=60) as client:
            asked = {name: method for name, method in methods().items() if "alike" not in method.needs}
            rows = {name: measure(method, known, client, universe) for name, method in asked.items()}
    print(
        json.dumps({name: {key: round(value, 2) for key, value in row.items()} for name, row in rows.items()}, indent=2)
    )


if __name__ == "__main__":
    main()
