"""Many lists at once, each page paid, whatever happens to the lists meanwhile."""

import sys
import threading
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from app.wiring import Wiring
from app.youtube.calls import Calls, ListAnswer
from app.youtube.errors import ApiError, ErrorKind
from app.youtube.listing import Listing
from app.youtube.methods.playlist_items import uploads_request, video_id
from tests.conftest import MakeWiring, add_key
from tests.youtube.list_server import BROKEN, STALE, Playlists, playing


@pytest.fixture
def playlists() -> Iterator[Playlists]:
    with playing() as server:
        yield server


@pytest.fixture
def wiring(make_wiring: MakeWiring, playlists: Playlists) -> Wiring:
    wiring = make_wiring(youtube_api_url=playlists.url)
    wiring.__dict__["calls"] = Calls(
        wiring.wire, wiring.keys, wiring.settings, clock=wiring.clock, metrics=wiring.metrics, chance=lambda: 0.0
    )
    add_key(wiring, 1)
    return wiring


def uploads(name: str, **limits: Any) -> Listing:
    return Listing(uploads_request(name), video_id, **{"max_pages": 400, **limits})


def read(wiring: Wiring, listings: Sequence[Listing], pages: int = 10) -> Iterator[ListAnswer]:
    with wiring.calls.purse("playlistItems.list", pages) as purse:
        for answers in wiring.calls.run_lists(purse, listings, threading.Event()):
            yield from answers


def videos(answers: Sequence[ListAnswer], index: int = 0) -> list[str]:
    return [video_id(item) for answer in answers if answer.index == index for item in answer.page.items]


def ledger(wiring: Wiring) -> tuple[int, int]:
    [usage] = wiring.keys.usage()
    return usage.used, usage.reserved


def test_lists_of_all_lengths_are_read_to_their_ends(wiring: Wiring, playlists: Playlists) -> None:
    playlists.lists = {f"UU{n}": [f"{n}-{i}" for i in range(n)] for n in range(25)}
    answers = list(read(wiring, [uploads(name) for name in playlists.lists]))

    for index, listed in enumerate(playlists.lists.values()):
        assert videos(answers, index) == listed
    numbers = defaultdict(list)
    for answer in answers:
        numbers[answer.index].append(answer.page.number)
    assert all(found == list(range(len(found))) for found in numbers.values()), "each list in its order"
    assert sum(answer.units for answer in answers) == sum(playlists.calls.values()) == ledger(wiring)[0]
    assert ledger(wiring)[1] == 0


def test_uploads_between_pages_lose_and_repeat_nothing(wiring: Wiring, playlists: Playlists) -> None:
    old = [f"old-{i}" for i in range(20)]
    playlists.lists = {"UU": list(old)}

    def upload(name: str, offset: int) -> None:
        if offset:
            playlists.lists[name].insert(0, f"new-{offset}")

    playlists.before = upload
    assert videos(list(read(wiring, [uploads("UU")]))) == old


def test_a_page_that_fails_is_asked_again_and_the_attempt_is_paid(wiring: Wiring, playlists: Playlists) -> None:
    playlists.lists = {"UU": list("abcdefgh")}
    playlists.before = lambda name, offset: BROKEN if offset == 3 and playlists.calls[name] == 2 else None
    answers = list(read(wiring, [uploads("UU")]))
    assert videos(answers) == list("abcdefgh")
    assert [answer.units for answer in answers] == [1, 2, 1]
    assert ledger(wiring) == (4, 0)


def test_a_stale_token_begins_a_list_again_once(wiring: Wiring, playlists: Playlists) -> None:
    playlists.lists = {"UU": list("abcdefgh")}
    playlists.before = lambda name, offset: STALE if offset == 6 and playlists.calls[name] == 3 else None
    answers = list(read(wiring, [uploads("UU")]))
    assert videos(answers) == list("abcdefgh")
    assert playlists.calls["UU"] == 6
    assert ledger(wiring) == (6, 0)


def test_a_list_that_cannot_be_read_lets_the_others_be_read(wiring: Wiring, playlists: Playlists) -> None:
    playlists.lists = {"stale": list("abcdefgh"), "UU": list("abcdefgh")}
    playlists.before = lambda name, offset: STALE if name == "stale" and offset else None
    found: list[ListAnswer] = []
    with pytest.raises(ApiError) as raised:
        found.extend(read(wiring, [uploads("stale"), uploads("UU")]))
    assert raised.value.kind is ErrorKind.STALE_CURSOR
    assert videos(found, 1) == list("abcdefgh")
    assert videos(found, 0) == list("abc")


def test_a_list_that_does_not_exist_says_so_and_costs_its_unit(wiring: Wiring, playlists: Playlists) -> None:
    playlists.lists = {"UU": list("ab")}
    answers = list(read(wiring, [uploads("nowhere"), uploads("UU")]))
    [gone] = [answer for answer in answers if answer.index == 0]
    assert gone.page.verdict is not None
    assert (gone.page.verdict.reason, gone.units) == ("playlistNotFound", 1)
    assert videos(answers, 1) == ["a", "b"]


def test_a_list_is_gone_on_with_from_a_token(wiring: Wiring, playlists: Playlists) -> None:
    playlists.lists = {"UU": list("abcdefgh")}
    reading = read(wiring, [uploads("UU", max_pages=1)])
    first = next(reading)
    assert list(reading) == []
    rest = list(read(wiring, [uploads("UU", token=first.page.next_token)]))
    assert videos([first, *rest]) == list("abcdefgh")


def test_a_consumer_that_leaves_ends_the_lists(wiring: Wiring, playlists: Playlists) -> None:
    playlists.lists = {"UU": [f"{i}" for i in range(3_000)]}
    reading = read(wiring, [uploads("UU")])
    next(reading)
    reading.close()  # type: ignore[attr-defined]  # it is a generator
    assert playlists.calls["UU"] <= 2
    assert ledger(wiring) == (playlists.calls["UU"], 0)


@pytest.mark.alone
def test_thousands_of_lists_cost_as_much_each_as_hundreds(make_wiring: MakeWiring) -> None:
    wiring = make_wiring(quota_block=10_000)
    add_key(wiring, 1)
    gate = threading.Semaphore(1)
    calls = Calls(_Gated(gate), wiring.keys, wiring.settings, clock=wiring.clock, metrics=wiring.metrics)  # type: ignore[arg-type]  # no network

    def work_each(number: int) -> float:
        """Function calls of this thread for each list; a clock would tell how busy the machine is."""
        listings = [uploads(f"UU{n}") for n in range(number)]
        done = Counter[str]()
        with calls.purse("playlistItems.list", number) as purse:
            before = sys.getprofile()
            sys.setprofile(lambda _frame, event, _argument: done.update((event,)))
            for answers in calls.run_lists(purse, listings, threading.Event()):
                gate.release(len(answers))
            sys.setprofile(before)
        return done.total() / number

    assert work_each(4_000) < 1.5 * work_each(400)


class _Gated:
    """Every list is empty. An answer comes when the one before it was looked at."""

    def __init__(self, gate: threading.Semaphore) -> None:
        self._gate = gate

    def get(self, *_: object) -> dict[str, Any]:
        self._gate.acquire()
        return {"items": []}
