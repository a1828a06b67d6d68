from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import islice
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.catalog.ids import channel_key
from app.clock import FixedClock
from app.push.model import State, Subscription
from app.web import create_app
from app.wiring import Wiring
from emulator.control import Control
from emulator.universe.universe import Universe
from tests.api.serving import serving
from tests.conftest import MakeWiring, add_key
from tests.hands import NOT_STOPPING, due
from tests.jobs.invariants import broken
from tests.noon import stand_still
from tests.push.hub import HubDouble, hubbing
from workers.batches import run_batch
from workers.keeper import keep

NOON = datetime(2026, 11, 22, 20, 0, tzinfo=UTC)


@dataclass
class Pushed:
    """The system with a hub that knows where to call it."""

    wiring: Wiring
    hub: HubDouble
    clock: FixedClock
    channels: Sequence[str]
    api: FlaskClient = field(init=False)

    def __post_init__(self) -> None:
        self.api = create_app(self.wiring).test_client()

    def subscribe(self, *channel_ids: str) -> dict[str, Any]:
        """Ask for it as people do, and let the workers and the hub do theirs."""
        answer = self.api.post("/api/push/subscriptions", json={"channel_ids": list(channel_ids)})
        assert answer.status_code == 202
        self.work()
        told: dict[str, Any] = answer.get_json()
        return told

    def leave(self, *channel_ids: str) -> None:
        assert self.api.delete("/api/push/subscriptions", json={"channel_ids": list(channel_ids)}).status_code == 202
        self.work()

    def work(self, after: timedelta = timedelta(0)) -> None:
        """Let the time pass, then the keeper and whatever is due run until nothing is."""
        self.clock.advance(after)
        for _ in range(100):
            keep(self.wiring)
            batches = due(self.wiring)
            for batch_id in batches:
                run_batch(self.wiring, batch_id, "test-worker", NOT_STOPPING)
            self.hub.settle()
            if not batches:
                break
        assert broken(self.wiring) == []

    def state(self, channel_id: str) -> Subscription | None:
        listed = self.wiring.push.listed(after=None, state=None, limit=1_000)
        return next((one for one in listed if one.channel == channel_key(channel_id)), None)

    def states(self) -> dict[str, State]:
        return {one.channel_id: one.state for one in self.wiring.push.listed(after=None, state=None, limit=1_000)}


@pytest.fixture
def hub() -> Iterator[HubDouble]:
    with hubbing() as hub:
        yield hub


@pytest.fixture
def clock(emulator: Control) -> FixedClock:
    return stand_still(emulator, NOON)


@pytest.fixture
def pushed(make_wiring: MakeWiring, hub: HubDouble, clock: FixedClock, emulator: Control) -> Iterator[Pushed]:
    app: list[Callable[..., Any]] = []
    # The address must be known before the system is made that is told it.
    with serving(lambda *request: app[0](*request)) as url:  # type: ignore[arg-type]  # noqa: PLW0108 - a WSGI application that is there later
        wiring = make_wiring(clock, push_callback_url=url, push_hub_url=hub.url)
        add_key(wiring, 1)
        pushed = Pushed(wiring, hub, clock, sorted(emulator.channel_ids(count=120), key=channel_key))
        app.append(pushed.api.application)
        yield pushed
        hub.settle()


@pytest.fixture
def uploads(pushed: Pushed) -> Mapping[str, Sequence[str]]:
    """Three channels that are subscribed, with forty public videos each, newest first."""
    found = _busy_channels()
    pushed.subscribe(*found)
    return found


@cache
def _busy_channels() -> Mapping[str, Sequence[str]]:
    universe, found = Universe(), dict[str, list[str]]()
    for channel_id in universe.existing_ids(NOON):
        channel = universe.channel(channel_id, NOON)
        assert channel is not None
        listed = [universe.video_id(channel, index) for index in islice(channel.uploads.shelf(NOON), 40)]
        if len(listed) == 40:
            found[channel_id] = listed
        if len(found) == 3:
            break
    return found
