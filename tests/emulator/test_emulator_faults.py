"""What goes wrong on demand, and when."""

import time
from collections.abc import Iterator
from datetime import timedelta

import httpx
import pytest
from pydantic import ValidationError

from emulator.control import Control
from emulator.fault_kinds import FaultKind
from emulator.faults import FAILURES, REFUSALS
from emulator.messages import Fault
from tests.emulator.asking import Asker
from tests.emulator.conftest import NOON


@pytest.fixture
def good(control: Control) -> dict[str, str]:
    """A query with a good answer of some size."""
    return {"part": "snippet", "id": ",".join(control.channel_ids(20))}


def test_a_connection_can_be_reset(ask: Asker, control: Control, good: dict[str, str]) -> None:
    control.add_fault(Fault(kind=FaultKind.RESET, next=1))
    with pytest.raises(httpx.ReadError, match="reset"):
        ask(**good)
    assert len(ask.items(**good)) == 20


def test_a_body_can_end_too_soon(ask: Asker, control: Control, good: dict[str, str]) -> None:
    control.add_fault(Fault(kind=FaultKind.TRUNCATED, next=1))
    with pytest.raises(httpx.RemoteProtocolError, match="without sending complete"):
        ask(**good)


@pytest.mark.parametrize(("kind", "status"), [(FaultKind.HTML, 200), (FaultKind.HTML_502, 502)])
def test_a_body_can_be_html(ask: Asker, control: Control, good: dict[str, str], kind: FaultKind, status: int) -> None:
    control.add_fault(Fault(kind=kind, next=1))
    response = ask(**good)
    assert response.status_code == status
    assert response.headers["content-type"].startswith("text/html")
    assert response.text.startswith("<!DOCTYPE html>")


def test_a_body_can_be_empty(ask: Asker, control: Control, good: dict[str, str]) -> None:
    control.add_fault(Fault(kind=FaultKind.EMPTY, next=1))
    response = ask.http.get(ask.path, params={**good, "key": "k"}, headers={"accept-encoding": "identity"})
    assert (response.status_code, response.content) == (200, b"")


def test_a_body_can_be_slow(ask: Asker, control: Control, good: dict[str, str]) -> None:
    control.add_fault(Fault(kind=FaultKind.SLOW, next=1, seconds=0.4))
    begin = time.monotonic()
    assert len(ask.items(**good)) == 20
    assert time.monotonic() - begin >= 0.35


def test_a_slow_body_outlasts_the_patience_of_a_client(ask: Asker, control: Control, good: dict[str, str]) -> None:
    control.add_fault(Fault(kind=FaultKind.SLOW, next=1, seconds=60))
    with pytest.raises(httpx.ReadTimeout):
        ask.http.get(ask.path, params={**good, "key": "k"}, timeout=0.2)


def test_a_body_can_be_too_large(ask: Asker, control: Control, good: dict[str, str]) -> None:
    control.add_fault(Fault(kind=FaultKind.OVERSIZED, next=1, size=1_000_000))
    response = ask(**good)
    assert len(response.content) == int(response.headers["content-length"]) == 1_000_000
    assert response.json() == {}


@pytest.mark.parametrize("kind", [kind for kind in FaultKind if kind not in {*REFUSALS, *FAILURES}])
def test_what_is_spoilt_on_the_wire_has_been_paid_for(
    ask: Asker, control: Control, good: dict[str, str], kind: FaultKind
) -> None:
    control.add_fault(Fault(kind=kind, next=1, seconds=0.01, size=10))
    try:
        ask(**good)
    except httpx.TransportError:
        assert kind in {FaultKind.RESET, FaultKind.TRUNCATED}
    assert control.counters().used() == 1
    assert control.counters().count(outcome=f"fault:{kind}") == 1


def test_the_next_calls_fail_and_no_more(ask: Asker, control: Control, good: dict[str, str]) -> None:
    control.add_fault(Fault(kind=FaultKind.BACKEND_ERROR, next=2))
    assert [ask(**good).status_code for _ in range(4)] == [503, 503, 200, 200]
    assert control.faults() == []


def test_every_third_call_fails(ask: Asker, control: Control, good: dict[str, str]) -> None:
    control.add_fault(Fault(kind=FaultKind.BACKEND_ERROR, every=3))
    assert [ask(**good).status_code for _ in range(7)] == [200, 200, 503, 200, 200, 503, 200]


def test_all_calls_fail_until_cleared(ask: Asker, control: Control, good: dict[str, str]) -> None:
    control.add_fault(Fault(kind=FaultKind.BACKEND_ERROR))
    assert [ask(**good).status_code for _ in range(3)] == [503, 503, 503]
    control.clear_faults()
    assert ask(**good).status_code == 200


def test_chance_is_the_same_every_time(ask: Asker, control: Control, good: dict[str, str]) -> None:
    runs = []
    for _ in range(2):
        control.clear_faults()
        control.add_fault(Fault(kind=FaultKind.BACKEND_ERROR, probability=0.3))
        runs.append([ask(**good).status_code for _ in range(60)])
    assert runs[0] == runs[1]
    assert 6 <= runs[0].count(503) <= 32


def test_the_first_calls_can_be_spared(ask: Asker, control: Control, good: dict[str, str]) -> None:
    control.add_fault(Fault(kind=FaultKind.BACKEND_ERROR, after=3, next=2))
    assert [ask(**good).status_code for _ in range(6)] == [200, 200, 200, 503, 503, 200]
    assert control.faults() == []


def test_a_rhythm_begins_when_the_spared_calls_are_over(ask: Asker, control: Control, good: dict[str, str]) -> None:
    control.add_fault(Fault(kind=FaultKind.BACKEND_ERROR, after=1, every=2))
    assert [ask(**good).status_code for _ in range(6)] == [200, 200, 503, 200, 503, 200]


def test_a_fault_keeps_to_its_schedule(ask: Asker, control: Control, good: dict[str, str]) -> None:
    begin, end = NOON + timedelta(hours=1), NOON + timedelta(hours=2)
    control.set_clock_speed(0)
    control.add_fault(Fault(kind=FaultKind.BACKEND_ERROR, since=begin, until=end))
    seen = []
    for at in (NOON, begin - timedelta(seconds=1), begin, end - timedelta(seconds=1), end, begin):
        control.set_clock(at)
        seen.append((ask(**good).status_code, len(control.faults())))
    assert seen == [(200, 1), (200, 1), (503, 1), (503, 1), (200, 0), (503, 1)]


def test_calls_outside_of_the_schedule_are_not_counted(ask: Asker, control: Control, good: dict[str, str]) -> None:
    control.set_clock_speed(0)
    control.add_fault(Fault(kind=FaultKind.BACKEND_ERROR, since=NOON + timedelta(hours=1), after=1, next=1))
    control.set_clock(NOON)
    assert [ask(**good).status_code for _ in range(3)] == [200, 200, 200]
    control.advance_clock(3600)
    assert [ask(**good).status_code for _ in range(3)] == [200, 503, 200]


def test_a_schedule_can_be_left_to_chance(ask: Asker, control: Control, good: dict[str, str]) -> None:
    control.add_fault(Fault(kind=FaultKind.BACKEND_ERROR, probability=0.5, after=20, until=NOON + timedelta(days=1)))
    statuses = [ask(**good).status_code for _ in range(60)]
    assert statuses[:20] == [200] * 20
    assert 8 <= statuses.count(503) <= 32


def test_a_schedule_is_written_with_from_on_the_wire(control: Control, http: httpx.Client) -> None:
    sent = {"kind": "reset", "from": "2026-11-20T20:00:00Z", "until": "2027-01-01T00:00:00+01:00", "after": 2}
    http.post("/_emulator/faults", json=sent).raise_for_status()
    [told] = http.get("/_emulator/faults").json()
    assert told["from"] == "2026-11-20T20:00:00Z"
    assert control.faults() == [Fault.model_validate(sent)]
    assert control.faults()[0].since == NOON


def test_an_answer_can_lack_items(ask: Asker, control: Control, good: dict[str, str]) -> None:
    whole = ask(**good)
    control.add_fault(Fault(kind=FaultKind.PARTIAL, share=0.25))
    first, second = ask(**good), ask(**good)
    ids = [[item["id"] for item in answer.json()["items"]] for answer in (whole, first, second)]
    assert [len(found) for found in ids] == [20, 15, 15]
    assert ids[1] == [wanted for wanted in ids[0] if wanted in ids[1]], "the order stays"
    assert ids[1] != ids[2]
    assert len({answer.headers["etag"] for answer in (whole, first, second)}) == 3
    assert first.headers["etag"] == f'"{first.json()["etag"]}"'


@pytest.mark.parametrize(("share", "left"), [(0, 19), (0.001, 19), (1, 0)])
def test_an_answer_lacks_at_least_one_item(
    ask: Asker, control: Control, good: dict[str, str], share: float, left: int
) -> None:
    control.add_fault(Fault(kind=FaultKind.PARTIAL, share=share, next=1))
    answer = ask(**good).json()
    assert len(answer.get("items", [])) == left
    assert ("items" in answer) == (left > 0)
    control.add_fault(Fault(kind=FaultKind.PARTIAL, share=share, next=1))
    assert "items" not in ask(part="id", id="nobody").json()


def test_statistics_of_many_videos_can_come_in_part(ask: Asker, control: Control) -> None:
    chart = ask.http.get(
        "/youtube/v3/videos", params={"part": "id", "chart": "mostPopular", "maxResults": 50, "key": "k"}
    )
    query = {"part": "statistics", "id": ",".join(item["id"] for item in chart.json()["items"]), "key": "k"}
    control.add_fault(Fault(kind=FaultKind.PARTIAL, method="videos.batchGetStats", next=1))
    answers = [ask.http.get("/youtube/v3/videos:batchGetStats", params=query).json() for _ in range(2)]
    assert [len(answer["items"]) for answer in answers] == [40, 50]


def test_a_fault_of_another_method_does_not_strike(ask: Asker, control: Control, good: dict[str, str]) -> None:
    control.add_fault(Fault(kind=FaultKind.BACKEND_ERROR, method="videos.list"))
    assert ask(**good).status_code == 200


def test_the_fault_set_first_wins(ask: Asker, control: Control, good: dict[str, str]) -> None:
    control.add_fault(Fault(kind=FaultKind.INTERNAL_ERROR, next=1))
    control.add_fault(Fault(kind=FaultKind.BACKEND_ERROR, next=2))
    assert [ask(**good).status_code for _ in range(3)] == [500, 503, 200]


@pytest.mark.parametrize(
    "wrong",
    [
        {"next": 1, "every": 2},
        {"probability": 1.5},
        {"next": 0},
        {"kind": "earthquake"},
        {"often": True},
        {"after": -1},
        {"share": 2},
        {"from": "2026-01-01T00:00:00"},
        {"from": "2026-01-02T00:00:00Z", "until": "2026-01-01T00:00:00Z"},
    ],
)
def test_a_fault_that_makes_no_sense_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Fault.model_validate({"kind": "reset", **wrong})


@pytest.fixture
def patient(control: Control) -> Iterator[Control]:
    control.set_latency(300)
    yield control
    control.set_latency(0)


@pytest.mark.alone
def test_every_answer_can_be_late(ask: Asker, patient: Control, good: dict[str, str]) -> None:
    begin = time.monotonic()
    ask(**good)
    assert time.monotonic() - begin >= 0.3
    begin = time.monotonic()
    patient.counters()
    assert time.monotonic() - begin < 0.3
