"""The uploads of a busy channel, read while it goes on uploading."""

import threading
from datetime import UTC, datetime, timedelta
from itertools import chain
from math import ceil

import pytest

from app.wiring import Wiring
from app.youtube.listing import Listing
from app.youtube.methods.playlist_items import uploads_request, video_id
from emulator.control import Control
from emulator.universe.channels import Channel
from emulator.universe.universe import Universe

NOON = datetime(2026, 11, 20, 20, tzinfo=UTC)
STEP = timedelta(days=2)
KEY = "AIzaSyReadsUploads0000000000000000000"


def uploaded(universe: Universe, channel: Channel, at: datetime) -> list[str]:
    return [universe.video_id(channel, index) for index in channel.uploads.shelf(at)]


@pytest.fixture(scope="module")
def universe() -> Universe:
    return Universe()


@pytest.fixture(scope="module")
def busy(universe: Universe) -> Channel:
    """A channel of some pages that uploads again and again, and removes nothing meanwhile."""
    for channel_id in universe.existing_ids(NOON):
        channel = universe.channel(channel_id, NOON)
        assert channel is not None
        if 300 < channel.uploads.total(NOON) < 600:
            before, after = (set(uploaded(universe, channel, at)) for at in (NOON, NOON + 10 * STEP))
            if before < after and len(after - before) > 10:
                return channel
    raise AssertionError("nobody is busy")


def test_nothing_is_lost_or_given_twice_while_the_list_drifts(
    wiring: Wiring, emulator: Control, universe: Universe, busy: Channel
) -> None:
    emulator.set_clock(NOON)
    listing = Listing(uploads_request(f"UU{busy.id[2:]}"), video_id, max_pages=400)
    answered, given = 0, []
    while listing.request:
        payload = wiring.wire.get(*listing.request, KEY)
        answered += len(payload["items"])
        given += [video_id(item) for item in listing.take(payload).items]
        emulator.advance_clock(STEP.total_seconds())
    assert given == uploaded(universe, busy, NOON)
    assert answered > len(given), "the list drifted"


def test_a_token_that_youtube_forgot_costs_a_unit_and_nothing_else(
    wiring: Wiring, emulator: Control, universe: Universe, busy: Channel
) -> None:
    emulator.set_clock(NOON)
    listing = Listing(uploads_request(f"UU{busy.id[2:]}"), video_id, max_pages=400, token="forgotten")
    with wiring.calls.purse("playlistItems.list", 10) as purse:
        pages = list(chain.from_iterable(wiring.calls.run_lists(purse, [listing], threading.Event())))
    listed = uploaded(universe, busy, NOON)
    assert [video_id(item) for answer in pages for item in answer.page.items] == listed
    assert emulator.counters().used() == purse.spent == ceil(len(listed) / 50) + 1
