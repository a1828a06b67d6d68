"""What is attempted again, how often, after which pauses, and what it costs."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from socket import socket

import pytest

from app.clock import Clock, FixedClock
from app.wiring import Wiring
from app.youtube.calls import Calls
from app.youtube.costs import Request
from app.youtube.errors import ApiError, EndpointDownError, ErrorKind
from tests.conftest import MakeWiring, add_key
from tests.youtube.rude_server import Server, http

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
VIDEO = Request("videos.list", {"part": "snippet", "id": "jNQXAC9IVRw"})
CHANNEL = Request("channels.list", {"part": "snippet", "id": "UC_x5XG1OV2P6uZZ5FSM9Ttw"})
DOWN = http(b'{"error": {"code": 503, "errors": [{"reason": "backendError"}]}}', "503 Service Unavailable")
FULL = http(b'{"error": {"code": 429, "errors": [{"reason": "rateLimitExceeded"}]}}', "429 Too Many Requests")
NOT_FOUND = http(b'{"error": {"code": 404, "errors": [{"reason": "videoNotFound"}]}}', "404 Not Found")
WRONG = http(b'{"error": {"code": 400, "errors": [{"reason": "unknownPart"}]}}', "400 Bad Request")
STALE = http(b'{"error": {"code": 400, "errors": [{"reason": "invalidPageToken"}]}}', "400 Bad Request")
PUZZLED = http(b'{"error": {"code": 400, "errors": [{"reason": "processingFailure"}]}}', "400 Bad Request")
GOOD = http()


class Watch(threading.Event):
    """A halt that notes how long it was to be waited for, and lets no time pass."""

    def __init__(self) -> None:
        super().__init__()
        self.pauses: list[float] = []

    def wait(self, timeout: float | None = None) -> bool:
        if timeout:
            self.pauses.append(timeout)
        return self.is_set()


class Running(FixedClock):
    """A clock that moves on by a step each time it is looked at."""

    def __init__(self, step: float) -> None:
        super().__init__(NOON)
        self._step = timedelta(seconds=step)

    def now(self) -> datetime:
        self.advance(self._step)
        return super().now()


Ask = Callable[..., Watch]


@pytest.fixture
def wiring(make_wiring: MakeWiring, server: Server) -> Wiring:
    wiring = make_wiring(youtube_api_url=server.url, calls_in_flight=1)
    add_key(wiring, 1)
    return wiring


@pytest.fixture
def ask(wiring: Wiring) -> Ask:
    """Make one call, or several one after another; what was waited."""

    def asked(*requests: Request, chance: float = 0.0, clock: Clock | None = None) -> Watch:
        clock = clock or FixedClock(NOON)
        calls = Calls(
            wiring.wire, wiring.keys, wiring.settings, clock=clock, metrics=wiring.metrics, chance=lambda: chance
        )
        watch = Watch()
        with calls.purse(requests[0].method, len(requests)) as purse:
            list(calls.run(purse, requests, watch))
        return watch

    return asked


def answers(server: Server, *replies: bytes) -> None:
    """One after the other; the last for ever."""
    left = list(replies)

    def reply(sock: socket) -> bool:
        sock.sendall(left.pop(0) if len(left) > 1 else left[0])
        return True

    server.reply = reply


def paid(wiring: Wiring) -> int:
    [usage] = wiring.keys.usage()
    assert usage.reserved == 0
    return usage.used


@pytest.mark.parametrize("fault", [DOWN, FULL, http(b"<html>"), http(b""), http(b"{")])
def test_what_passes_is_attempted_again_and_each_attempt_is_paid(
    ask: Ask, wiring: Wiring, server: Server, fault: bytes
) -> None:
    answers(server, fault, fault, fault, GOOD)
    ask(VIDEO)
    assert len(server.requests) == paid(wiring) == 4


@pytest.mark.parametrize(
    ("verdict", "kind"),
    [(NOT_FOUND, ErrorKind.ITEM_VERDICT), (WRONG, ErrorKind.OUR_BUG), (STALE, ErrorKind.STALE_CURSOR)],
)
def test_what_does_not_pass_is_not_attempted_again(
    ask: Ask, wiring: Wiring, server: Server, verdict: bytes, kind: ErrorKind
) -> None:
    answers(server, verdict)
    with pytest.raises(ApiError) as refused:
        ask(VIDEO)
    assert (refused.value.kind, refused.value.units) == (kind, 1)
    assert len(server.requests) == paid(wiring) == 1


def test_what_may_as_well_be_our_input_is_attempted_twice_only(ask: Ask, wiring: Wiring, server: Server) -> None:
    answers(server, PUZZLED, PUZZLED, GOOD)
    with pytest.raises(ApiError) as refused:
        ask(VIDEO)
    assert (refused.value.kind, refused.value.units) == (ErrorKind.TRANSIENT, 2)
    assert len(server.requests) == paid(wiring) == 2 + 1  # and the probe


@pytest.mark.parametrize(("chance", "pauses"), [(1.0, [0.5, 1.0, 2.0]), (0.5, [0.25, 0.5, 1.0]), (0.0, [])])
def test_pauses_are_drawn_from_nothing_up_to_twice_the_last(
    ask: Ask, server: Server, chance: float, pauses: list[float]
) -> None:
    answers(server, DOWN, DOWN, DOWN, GOOD)
    assert ask(VIDEO, chance=chance).pauses == pauses


def test_googles_wish_is_waited_for_before_the_jitter(ask: Ask, server: Server) -> None:
    answers(server, http(b"", "503 Service Unavailable", Retry_After="30"), GOOD)
    assert ask(VIDEO, chance=1.0).pauses == [30.5]


def test_a_wish_beyond_the_deadline_is_left_to_the_batch(ask: Ask, wiring: Wiring, server: Server) -> None:
    answers(server, http(b"", "503 Service Unavailable", Retry_After="121"))
    with pytest.raises(EndpointDownError) as refused:
        ask(VIDEO)
    assert refused.value.seconds == 121
    assert len(server.requests) == paid(wiring) == 1 + 1  # and the probe


def test_after_the_deadline_nothing_is_attempted_again(ask: Ask, wiring: Wiring, server: Server) -> None:
    answers(server, DOWN)
    with pytest.raises(EndpointDownError):
        ask(VIDEO, clock=Running(70))
    # It failed at 0 and at 70 seconds; the third time, at 140, was beyond the 120. Then came the probe.
    assert len(server.requests) == paid(wiring) == 3 + 1


def test_a_call_that_fails_while_others_are_answered_is_to_blame_itself(
    ask: Ask, wiring: Wiring, server: Server
) -> None:
    answers(server, DOWN, DOWN, DOWN, DOWN, GOOD)
    with pytest.raises(ApiError) as refused:
        ask(VIDEO)
    assert not isinstance(refused.value, EndpointDownError)
    assert refused.value.units == 4
    assert len(server.requests) == paid(wiring) == 4 + 1
    assert server.requests[-1].query["part"] == ["id"], "the probe"


def test_a_verdict_answers_a_probe_as_well(ask: Ask, server: Server) -> None:
    answers(server, DOWN, DOWN, DOWN, DOWN, NOT_FOUND)
    with pytest.raises(ApiError) as refused:
        ask(VIDEO)
    assert not isinstance(refused.value, EndpointDownError)


def test_while_a_method_rests_none_of_its_calls_leaves_and_none_is_paid(
    ask: Ask, wiring: Wiring, server: Server
) -> None:
    answers(server, DOWN)
    with pytest.raises(EndpointDownError) as refused:
        ask(*[VIDEO] * 30)
    assert str(refused.value) == "YouTube answers 503 on videos.list"
    assert len(server.requests) == paid(wiring) == 4 + 1


def test_a_method_that_rests_lets_others_be_asked(wiring: Wiring, server: Server) -> None:
    calls = Calls(
        wiring.wire, wiring.keys, wiring.settings, clock=FixedClock(NOON), metrics=wiring.metrics, chance=lambda: 0.0
    )
    answers(server, DOWN)
    with calls.purse("videos.list", 1) as purse, pytest.raises(EndpointDownError):
        list(calls.run(purse, [VIDEO], threading.Event()))
    answers(server, GOOD)
    with calls.purse("videos.list", 2) as purse:
        [[answer]] = calls.run(purse, [CHANNEL], threading.Event())
        assert answer.units == 1
        with pytest.raises(EndpointDownError):
            list(calls.run(purse, [VIDEO], threading.Event()))
    assert paid(wiring) == 4 + 1 + 1


def test_a_dead_key_is_replaced_in_the_middle_of_a_probe(ask: Ask, wiring: Wiring, server: Server) -> None:
    add_key(wiring, 2)
    dead = http(b'{"error": {"code": 400, "details": [{"reason": "API_KEY_INVALID"}]}}', "400 Bad Request")
    answers(server, DOWN, DOWN, DOWN, DOWN, dead, GOOD)
    with pytest.raises(ApiError) as refused:
        ask(VIDEO)
    assert not isinstance(refused.value, EndpointDownError)
    assert sorted(key.is_active for key in wiring.keys.listed()) == [False, True]
    assert sum(usage.used for usage in wiring.keys.usage()) == len(server.requests) == 6
