"""Messages of the hub: signed or dropped, each thing once, never more work than one transaction."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from app.push.callback import LARGEST_BODY
from tests.hands import sql
from tests.push.conftest import Pushed
from tests.push.hub import DELETED, FEED, message

VIDEO, OTHER = "dQw4w9WgXcQ", "xScSTh-gHpQ"


def announced(pushed: Pushed) -> list[str]:
    rows = sql(pushed.wiring, "select video from announced_videos order by video")
    return [str(row[0]) for row in rows]


def kept(pushed: Pushed) -> Sequence[tuple[object, ...]]:
    return sql(pushed.wiring, "select kind, changed_at, times from push_notifications order by changed_at, kind")


@pytest.mark.parametrize("method", ["sha1", "sha256", "sha384", "sha512"])
def test_a_signed_upload_is_kept_and_waits_to_be_fetched(pushed: Pushed, method: str) -> None:
    channel = pushed.channels[0]
    pushed.subscribe(channel)
    answer = pushed.hub.send(pushed.hub.of(channel), message(VIDEO, channel), method=method)
    assert (answer.status_code, answer.content) == (202, b"")
    assert kept(pushed) == [("entry", datetime(2026, 11, 20, 10, 0, 1, 552394, UTC), 1)]
    assert len(announced(pushed)) == 1
    subscription = pushed.state(channel)
    assert subscription is not None
    assert subscription.last_heard_at == pushed.clock.now()
    page = pushed.api.get("/api/push").get_json()
    assert (page["last_heard_at"], page["announced"]) == (pushed.clock.now().isoformat(), 1)


def test_the_same_again_is_one_row_and_one_fetch(pushed: Pushed) -> None:
    channel = pushed.channels[0]
    pushed.subscribe(channel)
    for _ in range(3):
        pushed.hub.send(pushed.hub.of(channel), message(VIDEO, channel))
    assert [row[2] for row in kept(pushed)] == [3]
    sql(pushed.wiring, "delete from announced_videos returning video")
    pushed.hub.send(pushed.hub.of(channel), message(VIDEO, channel))
    assert announced(pushed) == []  # once it is fetched, a repetition makes no work
    pushed.hub.send(pushed.hub.of(channel), message(VIDEO, channel, "2026-11-22T09:00:00Z"))
    assert len(announced(pushed)) == 1  # an edit does


def test_deleted_videos_are_kept_and_looked_at(pushed: Pushed) -> None:
    channel = pushed.channels[0]
    pushed.subscribe(channel)
    pushed.hub.send(pushed.hub.of(channel), message(VIDEO, channel, "2026-11-22T09:00:00.5Z", DELETED))
    assert [row[0] for row in kept(pushed)] == ["deleted"]
    assert len(announced(pushed)) == 1


def test_a_message_speaks_of_its_own_channel_only(pushed: Pushed) -> None:
    channel, other = pushed.channels[:2]
    pushed.subscribe(channel)
    for shape in ({}, {"shape": DELETED}):
        assert pushed.hub.send(pushed.hub.of(channel), message(VIDEO, other, **shape)).status_code == 202
    assert (kept(pushed), announced(pushed)) == ([], [])


def test_what_is_forged_is_dropped_counted_and_answered_like_anything(pushed: Pushed) -> None:
    channel = pushed.channels[0]
    pushed.subscribe(channel)
    form, body = pushed.hub.of(channel), message(VIDEO, channel)
    forgeries = [pushed.hub.send(form, body, secret="another secret"), httpx.post(form["hub.callback"], content=body)]
    odd = (b"", b"sha1", b"sha1=", b"md5=d41d8cd98f00b204e9800998ecf8427e", "sha1=\u00e4".encode(), b"=\xff")
    forgeries += [httpx.post(form["hub.callback"], content=body, headers={b"X-Hub-Signature": one}) for one in odd]
    assert {(answer.status_code, answer.content) for answer in forgeries} == {(202, b"")}
    assert (kept(pushed), announced(pushed)) == ([], [])
    subscription = pushed.state(channel)
    assert subscription is not None
    assert (subscription.forged, subscription.last_heard_at) == (len(forgeries), None)
    assert pushed.api.get("/api/push").get_json()["subscriptions"]["forged"] == len(forgeries)


def test_who_leaves_is_not_listened_to(pushed: Pushed) -> None:
    channel = pushed.channels[0]
    pushed.subscribe(channel)
    form = pushed.hub.of(channel)
    pushed.hub.verifies = False
    pushed.leave(channel)
    assert pushed.hub.send(form, message(VIDEO, channel)).status_code == 404
    assert announced(pushed) == []


LAUGHS = b'<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><feed xmlns="http://www.w3.org/2005/Atom">&b;</feed>'
FETCHES = b'<!DOCTYPE f [<!ENTITY x SYSTEM "file:///etc/passwd">]><feed xmlns="http://www.w3.org/2005/Atom">&x;</feed>'


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"<feed",
        LAUGHS,
        FETCHES,
        LAUGHS.decode().encode("utf-16"),
        b'<?xml version="1.0" encoding="no-such"?><feed/>',
        b"<a>" * 1_000 + b"</a>" * 1_000,
        message("not a video", "UCBJycsmduvYEL83R_U4JriQ"),
        message(VIDEO, "UCBJycsmduvYEL83R_U4JriQ", when="yesterday"),
        message(VIDEO, "UCBJycsmduvYEL83R_U4JriQ", when="0001-01-01T00:00:00+23:59"),
        FEED.format(entries="<entry/>").encode(),
        FEED.format(entries=f'<at:deleted-entry ref="yt:video:{VIDEO}" when="2026-11-20T10:00:00Z"/>' * 200).encode(),
    ],
)
def test_what_is_not_understood_is_said_and_harmless(pushed: Pushed, body: bytes) -> None:
    channel = pushed.channels[0]
    pushed.subscribe(channel)
    assert pushed.hub.send(pushed.hub.of(channel), body).status_code == 202
    assert (kept(pushed), announced(pushed)) == ([], [])
    subscription = pushed.state(channel)
    assert subscription is not None
    assert subscription.last_error is not None
    assert subscription.last_error.startswith("a signed message was not understood")


def test_large_messages_are_not_read(pushed: Pushed) -> None:
    channel = pushed.channels[0]
    pushed.subscribe(channel)
    large = message(VIDEO, channel) + b" " * LARGEST_BODY
    assert pushed.hub.send(pushed.hub.of(channel), large).status_code == 413
    parts = (large[at : at + 1_000] for at in range(0, len(large), 1_000))
    streamed = httpx.post(pushed.hub.of(channel)["hub.callback"], content=parts)  # says no length
    assert streamed.status_code in {202, 413}
    assert announced(pushed) == []


def test_what_was_announced_is_kept_for_thirty_days(pushed: Pushed) -> None:
    channel = pushed.channels[0]
    pushed.subscribe(channel)
    pushed.hub.send(pushed.hub.of(channel), message(VIDEO, channel))
    pushed.work(timedelta(days=29))
    assert len(kept(pushed)) == 1
    pushed.work(timedelta(days=2))
    assert kept(pushed) == []


def test_nothing_is_spent_for_what_is_said_here(pushed: Pushed) -> None:
    channel = pushed.channels[0]
    pushed.subscribe(channel)
    body = message(VIDEO, channel) + message(OTHER, channel)
    for _ in range(5):
        pushed.hub.send(pushed.hub.of(channel), body, secret="another secret")
    pushed.work(timedelta(hours=1))
    assert sql(pushed.wiring, "select sum(used + reserved) from quota_days") == [(None,)]
