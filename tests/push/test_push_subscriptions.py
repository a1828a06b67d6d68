"""Subscriptions: asked for, verified, renewed, ended; and a hub that does not play along."""

from datetime import timedelta

import httpx
import pytest

from app.jobs.states import Status
from app.push.model import State
from tests.conftest import MakeWiring
from tests.hands import sql
from tests.push.conftest import Pushed

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def test_a_channel_is_subscribed_and_verified(pushed: Pushed) -> None:
    channel = pushed.channels[0]
    assert pushed.subscribe(channel)["wanted"] == 1
    [asked] = pushed.hub.asked
    assert (asked["hub.mode"], asked["hub.verify"], asked["hub.lease_seconds"]) == ("subscribe", "async", "864000")
    assert asked["hub.topic"] == f"https://www.youtube.com/xml/feeds/videos.xml?channel_id={channel}"
    assert len(asked["hub.secret"]) == 64
    subscription = pushed.state(channel)
    assert subscription is not None
    assert subscription.state == State.ACTIVE
    assert subscription.lease_expires_at == pushed.clock.now() + timedelta(seconds=432_000)
    assert pushed.hub.verified == [200]


def test_the_secret_is_stored_sealed_and_shown_nowhere(pushed: Pushed) -> None:
    pushed.subscribe(pushed.channels[0])
    secret = pushed.hub.asked[0]["hub.secret"].encode()
    [[sealed]] = sql(pushed.wiring, "select secret from push_subscriptions")
    assert isinstance(sealed, bytes)
    assert secret not in sealed
    callback_id = pushed.hub.asked[0]["hub.callback"].rsplit("/", 1)[1].encode()
    for address in ("/api/push", "/api/push/subscriptions", "/api/jobs", "/metrics"):
        shown = pushed.api.get(address).data
        assert secret not in shown
        assert callback_id not in shown


def test_asking_twice_is_one_subscription(pushed: Pushed) -> None:
    pushed.subscribe(pushed.channels[0])
    assert pushed.subscribe(pushed.channels[0], pushed.channels[0], pushed.channels[1]) | {"links": 0} == {
        "wanted": 1,
        "unchanged": 1,
        "links": 0,
    }
    assert len(pushed.hub.asked) == 2


def test_many_are_asked_for_in_jobs_with_one_outcome_each(pushed: Pushed) -> None:
    pushed.subscribe(*pushed.channels)
    assert len(pushed.hub.asked) == len({form["hub.topic"] for form in pushed.hub.asked}) == 120
    [job] = pushed.wiring.jobs.listed(job_type="push", before=None, limit=10)
    assert (job.status, job.fetched, job.units_used) == (Status.COMPLETED, 120, 0)
    assert len({form["hub.secret"] for form in pushed.hub.asked}) == 120


def test_leases_are_renewed_before_they_end_and_not_all_at_once(pushed: Pushed) -> None:
    pushed.subscribe(*pushed.channels[:60])
    due_at = {one.next_ask_at for one in pushed.wiring.push.listed(after=None, state=None, limit=1_000)}
    begun = pushed.clock.now()
    assert len(due_at) > 25
    assert min(due_at) >= begun + 2.5 * DAY
    assert max(due_at) <= begun + 4 * DAY
    for _ in range(20):
        pushed.work(6 * HOUR)
        assert set(pushed.states().values()) == {State.ACTIVE}
    assert len(pushed.hub.asked) >= 120
    jobs = pushed.wiring.jobs.listed(job_type="push", before=None, limit=1_000)
    assert len(jobs) <= 1 + 20


def test_ending_is_verified_too_and_leaves_nothing(pushed: Pushed) -> None:
    stays, goes = pushed.channels[:2]
    pushed.subscribe(stays, goes)
    pushed.leave(goes)
    assert pushed.hub.of(goes)["hub.mode"] == "unsubscribe"
    assert "hub.secret" not in pushed.hub.of(goes)
    assert pushed.states() == {stays: State.ACTIVE}


def test_what_the_hub_never_verified_is_forgotten_at_once(pushed: Pushed) -> None:
    pushed.hub.verifies = False
    pushed.subscribe(pushed.channels[0])
    pushed.leave(pushed.channels[0])
    assert pushed.states() == {}
    assert pushed.hub.verify(pushed.hub.asked[0]).status_code == 404


def test_an_end_that_is_never_verified_ends_with_the_lease(pushed: Pushed) -> None:
    pushed.subscribe(pushed.channels[0])
    pushed.hub.verifies = False
    pushed.leave(pushed.channels[0])
    assert pushed.states() == {pushed.channels[0]: State.UNWANTED}
    pushed.work(6 * DAY)
    assert pushed.states() == {}


def test_coming_back_while_leaving(pushed: Pushed) -> None:
    pushed.subscribe(pushed.channels[0])
    pushed.hub.verifies = False
    pushed.leave(pushed.channels[0])
    pushed.hub.verifies = True
    pushed.subscribe(pushed.channels[0])
    assert pushed.states() == {pushed.channels[0]: State.ACTIVE}
    # The hub verifies the end that is not wanted any more, too late.
    assert pushed.hub.verify(pushed.hub.of(pushed.channels[0]), mode="unsubscribe").status_code == 404


def test_a_hub_that_never_verifies_is_asked_again_later_and_later(pushed: Pushed) -> None:
    pushed.hub.verifies = False
    pushed.subscribe(pushed.channels[0])
    assert pushed.states() == {pushed.channels[0]: State.PENDING}
    pushed.work(HOUR)
    subscription = pushed.state(pushed.channels[0])
    assert subscription is not None
    assert (subscription.state, subscription.last_error) == (
        State.FAILED,
        "the hub did not verify a request within an hour",
    )
    for _ in range(8):
        pushed.work(3 * HOUR)
    assert 4 <= len(pushed.hub.asked) <= 8
    pushed.hub.verifies = True
    pushed.work(DAY)
    assert pushed.states() == {pushed.channels[0]: State.ACTIVE}


def test_a_hub_that_is_away_is_left_in_peace(pushed: Pushed) -> None:
    pushed.hub.status = 503
    pushed.subscribe(*pushed.channels)
    assert len(pushed.hub.asked) == 8  # then the hub rests, and with it all others
    page = pushed.api.get("/api/push").get_json()
    assert page["hub"]["failures"] == 8
    assert page["subscriptions"]["failing"] == 8
    assert page["hub"]["resting_until"] is not None
    pushed.work(timedelta(seconds=10))
    assert len(pushed.hub.asked) == 8
    pushed.hub.status = 202
    pushed.work(HOUR)
    assert set(pushed.states().values()) == {State.ACTIVE}
    assert pushed.api.get("/api/push").get_json()["hub"]["failures"] == 0


def test_errors_of_the_hub_hold_neither_secret_nor_callback(pushed: Pushed) -> None:
    pushed.hub.status = 422  # its answer repeats the request
    pushed.subscribe(pushed.channels[0])
    subscription = pushed.state(pushed.channels[0])
    assert subscription is not None
    assert subscription.last_error is not None
    assert subscription.last_error.startswith("the hub answered 422: Over quota for")
    everything = f"{subscription}{pushed.api.get('/api/push').data!r}{pushed.api.get('/api/jobs').data!r}"
    assert pushed.hub.asked[0]["hub.secret"] not in everything
    assert pushed.hub.asked[0]["hub.callback"].rsplit("/", 1)[1] not in everything


def test_renewals_that_fail_leave_a_subscription_active_until_its_lease_ends(pushed: Pushed) -> None:
    pushed.subscribe(pushed.channels[0])
    pushed.hub.status = 503
    pushed.work(4 * DAY + HOUR)
    assert pushed.states() == {pushed.channels[0]: State.ACTIVE}
    page = pushed.api.get("/api/push").get_json()
    assert (page["subscriptions"]["failing"], page["subscriptions"]["expiring"]) == (1, 1)
    assert page["failures"][0]["why"].startswith("the hub answered 503")
    pushed.work(DAY)
    assert pushed.states() == {pushed.channels[0]: State.FAILED}


def test_a_hub_that_refuses_says_why(pushed: Pushed) -> None:
    pushed.hub.verifies = False
    pushed.subscribe(pushed.channels[0])
    assert pushed.hub.verify(pushed.hub.asked[0], mode="denied", reason="not with us").status_code == 200
    subscription = pushed.state(pushed.channels[0])
    assert subscription is not None
    assert (subscription.state, subscription.last_error) == (State.FAILED, "the hub refused: not with us")


@pytest.mark.parametrize(
    "changed",
    [
        {"topic": "https://www.youtube.com/xml/feeds/videos.xml?channel_id=UCBJycsmduvYEL83R_U4JriQ"},
        {"topic": "https://evil.example/xml/feeds/videos.xml?channel_id={channel}"},
        {"topic": "https://[evil"},
        {"topic": ""},
        {"mode": "unsubscribe"},
        {"mode": "publish"},
        {"challenge": ""},
        {"challenge": "x" * 1_001},
        {"lease_seconds": ""},
        {"lease_seconds": "-1"},
        {"lease_seconds": "9" * 40},
        {"lease_seconds": "soon"},
    ],
)
def test_only_what_was_asked_for_is_confirmed(pushed: Pushed, changed: dict[str, str]) -> None:
    pushed.hub.verifies = False
    pushed.subscribe(pushed.channels[0])
    said = {name: value.format(channel=pushed.channels[0]) for name, value in changed.items()}
    answer = pushed.hub.verify(pushed.hub.asked[0], **said)
    assert (answer.status_code, answer.content) == (404, b"")
    assert pushed.states() == {pushed.channels[0]: State.PENDING}
    assert pushed.hub.verify(pushed.hub.asked[0]).text == "a challenge <b>"


def test_the_challenge_is_plain_text(pushed: Pushed) -> None:
    pushed.subscribe(pushed.channels[0])
    answer = pushed.hub.verify(pushed.hub.asked[0])  # a hub that renews by itself
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_lease_is_never_longer_than_what_was_asked(pushed: Pushed) -> None:
    pushed.hub.lease_seconds = 10**9
    pushed.subscribe(pushed.channels[0])
    subscription = pushed.state(pushed.channels[0])
    assert subscription is not None
    assert subscription.lease_expires_at == pushed.clock.now() + 10 * DAY


def test_unknown_addresses_are_nothing(pushed: Pushed) -> None:
    pushed.subscribe(pushed.channels[0])
    known = pushed.hub.asked[0]["hub.callback"]
    for address in (known[:-1], known[:-12] + "0" * 12, f"{known}/x", f"{known}0"):
        assert httpx.get(address).status_code == httpx.post(address, content=b"x").status_code == 404


def test_another_secret_key_brings_another_secret(pushed: Pushed) -> None:
    pushed.subscribe(pushed.channels[0])
    sql(pushed.wiring, "update push_subscriptions set secret = 'sealed under another key' returning channel")
    pushed.work(5 * DAY)
    first, second = pushed.hub.asked
    assert first["hub.secret"] != second["hub.secret"]
    assert pushed.states() == {pushed.channels[0]: State.ACTIVE}


def test_the_list_is_paged_and_filtered(pushed: Pushed) -> None:
    pushed.subscribe(*pushed.channels[:5])
    first = pushed.api.get("/api/push/subscriptions?limit=3&state=active")
    assert [one["channel_id"] for one in first.get_json()["subscriptions"]] == list(pushed.channels[:3])
    rest = pushed.api.get(first.headers["Link"].split(">")[0].removeprefix("<")).get_json()
    assert [one["channel_id"] for one in rest["subscriptions"]] == list(pushed.channels[3:5])
    assert pushed.api.get("/api/push/subscriptions?state=failed").get_json()["subscriptions"] == []
    assert pushed.api.get("/api/push/subscriptions?after=x").status_code == 422


def test_what_is_no_channel_id_is_named(pushed: Pushed) -> None:
    answer = pushed.api.post("/api/push/subscriptions", json={"channel_ids": [pushed.channels[0], "@handle"]})
    assert answer.status_code == 422
    assert answer.get_json()["errors"][0]["field"] == "channel_ids.1"
    assert pushed.states() == {}


def test_without_an_address_it_is_off_and_says_what_to_set(make_wiring: MakeWiring, pushed: Pushed) -> None:
    off = Pushed(make_wiring(pushed.clock), pushed.hub, pushed.clock, pushed.channels)
    for answer in (
        off.api.get("/api/push"),
        off.api.get("/api/push/subscriptions"),
        off.api.post("/api/push/subscriptions", json={"channel_ids": [pushed.channels[0]]}),
        off.api.delete("/api/push/subscriptions", json={"channel_ids": [pushed.channels[0]]}),
    ):
        assert answer.status_code == 409
        assert "PUSH_CALLBACK_URL" in answer.get_json()["hint"]
    off.work()
    assert pushed.hub.asked == []
