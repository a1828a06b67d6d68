"""The page for people."""

import re
from html import unescape

import httpx
import pytest

from emulator.control import Control
from emulator.fault_kinds import FaultKind
from emulator.messages import Fault
from emulator.methods.registry import METHODS
from emulator.server import EmulatorServer
from tests.emulator.asking import KEY, Asker
from tests.emulator.conftest import NOON

GOOD = {"part": "id", "id": "UC_x5XG1OV2P6uZZ5FSM9Ttw"}
HOSTILE = "<script>alert('1')</script>"


def _text(page: str) -> str:
    """What a reader sees, each cell on a line of its own."""
    return unescape(re.sub(r"<[^>]*>", "\n", page))


def test_the_page_trusts_nobody(ask: Asker, control: Control, http: httpx.Client) -> None:
    control.bind_key(KEY, HOSTILE)
    ask(**{**GOOD, "id": f'"{HOSTILE}&amp;'})
    page = http.get("/")
    assert page.headers["content-type"].startswith("text/html")
    assert "<script" not in page.text
    assert _text(page.text).count(HOSTILE) == 3, "the quota, the request's project and what it asked for"
    assert KEY not in page.text


def test_the_page_loads_nothing_and_runs_nothing(http: httpx.Client) -> None:
    page = http.get("/")
    policy = page.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    assert "style=" not in page.text
    assert "http" not in page.text
    assert int(page.headers["refresh"]) > 0


def test_the_page_tells_what_is_going_on(ask: Asker, control: Control, http: httpx.Client) -> None:
    control.set_clock_speed(0)
    control.set_clock(NOON)
    control.set_quota("default", 3)
    control.bind_key(KEY, "mine")
    control.set_latency(0, spread=1, method="videos.list")
    for _ in range(4):
        ask(**GOOD)
    control.add_fault(Fault(kind=FaultKind.PARTIAL, method="search.list", probability=0.25, since=NOON, after=7))
    shown = _text(http.get("/").text).splitlines()
    for told in ("2026-11-20 20:00:00", "stands still", "3 of 3", "quotaExceeded", "partial", "25 % of the calls"):
        assert told in shown
    assert "from 2026-11-20 20:00:00 UTC, after 7 calls" in shown
    assert shown[shown.index("Last requests") :].index("403") < shown[shown.index("Last requests") :].index("200")
    assert "part=id&id=UC_x5XG1OV2P6uZZ5FSM9Ttw" in shown


def test_the_page_of_a_new_emulator_says_that_there_is_nothing(control: Control, http: httpx.Client) -> None:
    control.reset()
    shown = _text(http.get("/").text).splitlines()
    for told in ("Nothing was asked today.", "There were none.", "None is set."):
        assert told in shown


def test_every_method_can_be_tried_from_the_page(control: Control, http: httpx.Client) -> None:
    links = [unescape(link) for link in re.findall(r'href="([^"]+)"', http.get("/").text)]
    answers = [http.get(link) for link in links]
    assert [answer.status_code for answer in answers] == [200] * len(METHODS)
    assert all(answer.json()["items"] for answer in answers)
    assert {request.method for request in control.requests()} == METHODS.keys()


@pytest.mark.parametrize("year", ["2006", "2199"])
def test_the_page_can_be_read_at_any_time(year: str) -> None:
    with EmulatorServer() as emulator, Control(emulator.url) as control:
        httpx.put(f"{emulator.url}/_emulator/clock", json={"now": f"{year}-01-01T00:00:00Z"}).raise_for_status()
        assert control.clock().now.isoformat().startswith(year)
        assert httpx.get(emulator.url, timeout=30).status_code == 200
