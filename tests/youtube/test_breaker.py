"""When a method of the API is left alone, when it is tried again, and who pays for that."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from app.clock import FixedClock
from app.youtube.breaker import Breaker
from app.youtube.costs import METHODS
from app.youtube.errors import ApiError, EndpointDownError
from app.youtube.probes import PROBES
from app.youtube.wire import Wire
from tests.youtube.rude_server import Server

DOWN = ApiError("YouTube answered 503: Backend Error", http_status=503)
SILENT = ApiError("YouTube could not be asked: timed out")


class Tried:
    """A breaker, and a probe that counts how often it is made."""

    def __init__(self, chance: float = 1.0) -> None:
        self.clock = FixedClock(datetime(2026, 11, 20, 12, tzinfo=UTC))
        self.breaker = Breaker("channels.list", self.clock, lambda: chance)
        self.probes = 0
        self.answers = False

    def probe(self) -> None:
        self.probes += 1
        if self.answers:
            self.breaker.succeeded()
        else:
            self.breaker.failed(DOWN)
            raise DOWN

    def fail(self, times: int, error: ApiError = DOWN) -> None:
        for _ in range(times):
            self.breaker.failed(error)

    def lets_through(self) -> bool:
        try:
            self.breaker.admit(self.probe)
        except EndpointDownError:
            return False
        return True

    def rests(self) -> float:
        """Seconds until it is tried again."""
        with pytest.raises(EndpointDownError) as refused:
            self.breaker.admit(self.probe)
        return refused.value.seconds


@pytest.fixture
def tried() -> Tried:
    return Tried()


def test_nine_failures_in_a_row_change_nothing(tried: Tried) -> None:
    tried.fail(9)
    assert tried.lets_through()
    tried.breaker.succeeded()
    tried.fail(9)
    assert tried.lets_through()
    assert tried.probes == 0


def test_ten_failures_in_a_row_cost_a_probe_and_nothing_more_while_it_rests(tried: Tried) -> None:
    tried.fail(10)
    assert [tried.lets_through() for _ in range(5)] == [False] * 5
    assert tried.probes == 1


def test_a_probe_that_is_answered_closes_it(tried: Tried) -> None:
    tried.fail(10)
    tried.answers = True
    assert [tried.lets_through() for _ in range(3)] == [True] * 3
    assert tried.probes == 1
    tried.fail(9)
    assert tried.lets_through(), "what was before the answer is forgotten"


def test_pauses_grow_to_ten_minutes_and_each_ends_with_one_probe(tried: Tried) -> None:
    tried.fail(10)
    pauses = []
    for number in range(1, 8):
        pauses.append(tried.rests())
        assert tried.probes == number
        tried.clock.advance(timedelta(seconds=pauses[-1] - 1))
        assert not tried.lets_through()
        assert tried.probes == number
        tried.clock.advance(timedelta(seconds=1))
    assert pauses == [30, 60, 120, 240, 480, 600, 600]


def test_after_an_answer_pauses_begin_short_again(tried: Tried) -> None:
    tried.fail(10)
    for _ in range(4):
        tried.clock.advance(timedelta(seconds=tried.rests()))
    tried.answers = True
    assert tried.lets_through()
    tried.answers = False
    tried.fail(10)
    assert tried.rests() == 30


@pytest.mark.parametrize(("chance", "seconds"), [(0.0, 15), (0.5, 22.5), (1.0, 30)])
def test_workers_that_failed_together_come_back_one_by_one(chance: float, seconds: float) -> None:
    tried = Tried(chance)
    tried.fail(10)
    assert tried.rests() == seconds


def test_googles_wish_makes_the_pause_longer(tried: Tried) -> None:
    tried.fail(10)
    tried.probe = lambda: tried.breaker.failed(ApiError(http_status=503, retry_after=90.0))  # type: ignore[method-assign]  # another answer
    assert tried.rests() == 90


def test_an_answer_to_a_call_that_was_under_way_closes_it(tried: Tried) -> None:
    tried.fail(10)
    assert not tried.lets_through()
    tried.breaker.succeeded()
    assert tried.lets_through()
    assert tried.probes == 1


def test_failures_of_calls_that_were_under_way_do_not_make_the_pause_longer(tried: Tried) -> None:
    tried.fail(10)
    first = tried.rests()
    tried.fail(20)
    assert tried.rests() == first


@pytest.mark.parametrize(
    ("error", "told"),
    [(DOWN, "YouTube answers 503 on channels.list"), (SILENT, "YouTube could not be asked: timed out")],
)
def test_it_says_what_is_wrong_and_what_to_do(error: ApiError, told: str) -> None:
    tried = Tried()
    tried.probe = lambda: tried.breaker.failed(error)  # type: ignore[method-assign]  # another answer
    tried.fail(10)
    with pytest.raises(EndpointDownError) as refused:
        tried.breaker.admit(tried.probe)
    assert str(refused.value) == told
    assert refused.value.hint == "nothing: in 30 seconds it is asked whether it answers again"


@pytest.mark.parametrize("answers", [True, False])
def test_one_thread_makes_the_probe_and_the_others_wait_for_it(tried: Tried, answers: bool) -> None:  # noqa: FBT001 - a parameter
    tried.answers = answers
    tried.fail(10)
    begun, go_on = threading.Event(), threading.Event()

    def slow_probe() -> None:
        begun.set()
        assert go_on.wait(10)
        tried.probe()

    passed: list[bool] = []
    threads = [threading.Thread(target=_pass, args=(tried.breaker, slow_probe, passed)) for _ in range(6)]
    for thread in threads:
        thread.start()
    assert begun.wait(10)
    assert passed == []
    go_on.set()
    for thread in threads:
        thread.join(10)
    assert passed == [answers] * 6
    assert tried.probes == 1


def _pass(breaker: Breaker, probe: Callable[[], None], passed: list[bool]) -> None:
    try:
        breaker.admit(probe)
    except EndpointDownError:
        passed.append(False)
    else:
        passed.append(True)


def test_every_method_has_a_probe_that_youtube_understands(wire: Wire, server: Server) -> None:
    """The wire builds calls from YouTube's own description: what it does not know does not leave."""
    assert set(PROBES) == set(METHODS)
    for method, request in PROBES.items():
        assert request.method == method
        wire.get(request.method, request.params, "key")
    assert len(server.requests) == len(METHODS)
