"""The backup: channels of which the hub says nothing are asked for from the API, within a budget."""

from datetime import timedelta

import pytest

from app.jobs.model import Job
from app.jobs.states import Status
from app.push.model import State
from app.wiring import Wiring
from tests.conftest import MakeWiring
from tests.hands import sql
from tests.jobs.steps import change
from tests.push.announced import jobs, stored, waiting
from tests.push.conftest import Pushed
from tests.push.hub import message

DAY = timedelta(days=1)


def polls(wiring: Wiring) -> list[Job]:
    return wiring.jobs.listed(job_type="poll", before=None, limit=100)


def subscribed_long_ago(pushed: Pushed, *channels: str) -> None:
    """So that every video of the emulator counts as uploaded since."""
    pushed.subscribe(*channels)
    change(pushed.wiring, "update push_subscriptions set created_at = '2005-01-01', renewed_at = '2005-01-01'")


def test_silent_channels_are_polled_for_one_unit_each(pushed: Pushed) -> None:
    channels = pushed.channels[:20]
    subscribed_long_ago(pushed, *channels)
    pushed.work(2 * DAY)
    assert polls(pushed.wiring) == []
    pushed.work(DAY)
    [job] = polls(pushed.wiring)
    assert (job.status, job.total_items, job.processed_items) == (Status.COMPLETED, 20, 20)
    assert job.units_used == 20
    assert job.fetched > 5
    pushed.work(2 * DAY)
    fetched = sum(job.units_used for job in jobs(pushed))
    assert len(stored(pushed)) > job.fetched
    assert (waiting(pushed), fetched) == (0, -(-len(stored(pushed)) // 50))
    assert len(polls(pushed.wiring)) == 1  # a poll counts as heard
    pushed.work(DAY)
    assert polls(pushed.wiring)[0].fetched == 0  # what was found is known


def test_a_hub_that_kept_silent_is_marked_with_why_and_asked_anew(pushed: Pushed) -> None:
    subscribed_long_ago(pushed, *pushed.channels[:20])
    asked = len(pushed.hub.asked)
    pushed.hub.verifies = False
    pushed.work(3 * DAY)
    silent = [one for one in pushed.wiring.push.listed(after=None, state=None, limit=100) if one.last_error]
    assert silent
    assert all("the hub has not announced" in str(one.last_error) for one in silent)
    assert all(one.state is State.ACTIVE for one in silent)
    assert len(pushed.hub.asked) > asked
    why = pushed.api.get("/api/push").get_json()["failures"]
    assert sum(row["subscriptions"] for row in why) == len(silent)


def test_channels_that_the_hub_speaks_of_are_not_polled(pushed: Pushed) -> None:
    heard, silent = pushed.channels[:2]
    pushed.subscribe(heard, silent)
    pushed.clock.advance(2 * DAY)
    pushed.hub.send(pushed.hub.of(heard), message("dQw4w9WgXcQ", heard))
    pushed.work(DAY)
    assert [job.total_items for job in polls(pushed.wiring)] == [1]


def test_old_videos_are_no_news(pushed: Pushed) -> None:
    pushed.subscribe(*pushed.channels[:20])
    pushed.work(3 * DAY)
    [job] = polls(pushed.wiring)
    assert job.units_used == 20
    assert sql(pushed.wiring, "select count(*) from announced_videos") == [(0,)]


@pytest.mark.parametrize(("units", "polled"), [(7, [7, 7, 6]), (0, [])])
def test_a_day_costs_no_more_than_it_may(
    pushed: Pushed, make_wiring: MakeWiring, units: int, polled: list[int]
) -> None:
    settings = pushed.wiring.settings
    bounded = make_wiring(
        pushed.clock,
        push_poll_units=units,
        push_callback_url=settings.push_callback_url,
        push_hub_url=settings.push_hub_url,
    )
    system = Pushed(bounded, pushed.hub, pushed.clock, pushed.channels)
    system.subscribe(*pushed.channels[:20])
    system.work(3 * DAY)
    for _ in range(2):
        system.work(DAY / 2)
        system.work(DAY / 2)
    assert [job.units_used for job in reversed(polls(bounded))] == polled
