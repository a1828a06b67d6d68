"""What changed between two observations is kept, and one answer that leaves a channel out proves nothing."""

import json
import os
import re
from dataclasses import replace
from datetime import timedelta
from itertools import combinations
from pathlib import Path

import pytest
from sqlalchemy import event

from app.catalog.ids import channel_key
from app.catalog.model import BELIEVED_AFTER
from app.clock import FixedClock
from app.wiring import Wiring
from tests.catalog.facts import FACTS, HOSTILE, ID, NOON, NOTHING, save
from tests.conftest import MakeWiring
from tests.hands import sql
from tests.jobs.invariants import broken
from tests.jobs.steps import change, fill_catalog

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FACE = "https://yt3.ggpht.com/2eI1TjX447QZFDe6R32K0V2mjbVMKT5m"
COPIED = "https://yt3.ggpht.com/ytc/AL5GRJUFC8wq-fwjeJR5HoLNc31h"
# Answers into which somebody has pasted a picture of another time.
MIXED = ("sephinejo_videobus__channel__e", "Choi-HyunHo_youtube_project__channel__e")
OLD_FACE = "https://yt3.ggpht.com/-1s55wPtP9FA/AAAAAAAAAAI/AAAAAAAAAAA/N7BV5IiJXG8"


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOON)


@pytest.fixture
def wiring(make_wiring: MakeWiring, clock: FixedClock) -> Wiring:
    wiring = make_wiring(clock)
    fill_catalog(wiring, [ID])
    return wiring


def log(wiring: Wiring) -> list[tuple[object, ...]]:
    """The change log, oldest first; it must never contradict the rows."""
    assert broken(wiring) == []
    return sql(wiring, "select field, old, new from channel_changes order by changed_at, field")


def same(wiring: Wiring, one: str | None, other: str | None) -> bool:
    """Whether two addresses are taken for one picture; the order must not matter."""
    [answers] = sql(wiring, "select same_picture(:one, :other), same_picture(:other, :one)", one=one, other=other)
    assert answers[0] is answers[1]
    return bool(answers[0])


def test_the_first_observation_is_no_change_whatever_an_import_said(make_wiring: MakeWiring) -> None:
    wiring = make_wiring()
    fill_catalog(wiring, [ID])
    change(wiring, "update channels set title = 'as a file has it'")
    save(wiring, FACTS)
    assert log(wiring) == []


def test_every_change_is_kept_with_what_was_before_and_when_it_was_seen(wiring: Wiring, clock: FixedClock) -> None:
    save(wiring, FACTS)
    clock.advance(HOUR)
    save(wiring, replace(FACTS, title="Ships", view_count=7, country="DE"))
    clock.advance(HOUR)
    save(wiring, replace(FACTS, title="Ships", description="", handle=None, thumbnail_url="https://t/900"))
    clock.advance(HOUR)
    save(wiring, replace(FACTS, title="Ships", description="", handle=None, thumbnail_url="https://t/900"))
    assert log(wiring) == [
        ("title", "Paper Boats", "Ships"),
        ("description", "Boats of paper.\nAnd rivers.", ""),
        ("handle", "@paperboats", None),
        ("thumbnail_url", "https://t/800", "https://t/900"),
    ]
    times = sql(wiring, "select distinct changed_at from channel_changes order by 1")
    assert times == [(NOON + HOUR,), (NOON + 2 * HOUR,)]


def test_all_that_vanishes_at_once_is_four_changes(wiring: Wiring, clock: FixedClock) -> None:
    save(wiring, FACTS)
    clock.advance(HOUR)
    save(wiring, NOTHING)
    assert {(field, new) for field, _, new in log(wiring)} == {
        ("title", ""), ("description", ""), ("handle", None), ("thumbnail_url", None)
    }  # fmt: skip


def test_hostile_texts_are_kept_as_they_are(wiring: Wiring, clock: FixedClock) -> None:
    save(wiring, FACTS)
    for text in HOSTILE:
        clock.advance(HOUR)
        save(wiring, replace(FACTS, title=text, description=text, handle=text, thumbnail_url=text))
    kept = log(wiring)
    assert [new for field, _, new in kept if field == "title"] == HOSTILE
    assert [new for field, _, new in kept if field == "thumbnail_url"] == HOSTILE


@pytest.mark.parametrize(
    "other",
    [
        FACE + "=s88-c-k-c0x00ffffff-no-rj",
        FACE + "=s800-c-k-c0xffffffff-no-rj-mo",
        FACE + "=s800-c-k-c0x00ffffff-no-nd-rj",
        FACE.replace("yt3.ggpht.com", "yt3.googleusercontent.com") + "=s900-c-k-c0x00ffffff-no-rj",
        FACE,
    ],
)
def test_another_size_or_host_is_no_other_picture(wiring: Wiring, clock: FixedClock, other: str) -> None:
    save(wiring, replace(FACTS, thumbnail_url=FACE + "=s800-c-k-c0x00ffffff-no-rj"))
    clock.advance(HOUR)
    save(wiring, replace(FACTS, thumbnail_url=other))
    assert log(wiring) == []
    assert wiring.catalog.read(ID).thumbnail_url == other


def test_addresses_that_youtube_gives_anew_to_all_channels_are_no_other_picture(wiring: Wiring) -> None:
    assert same(wiring, COPIED, COPIED.replace("AL5GRJ", "AIdro_").replace("UFC8", "xxxx"))
    assert same(wiring, COPIED, "https://yt3.ggpht.com/a/AGF-l78iFtAxyRZcUBzG91kbKMES19z-zGW5KT20_g=s800-c-k")
    assert same(wiring, f"{OLD_FACE}/s800-c-k-no-mo-rj-c0xffffff/photo.jpg", f"{OLD_FACE}/s88-c-k/photo.jpg")
    assert not same(wiring, COPIED, COPIED.replace("UFC8", "xxxx"))  # of the same time: the picture is another
    assert not same(wiring, COPIED, FACE)
    assert not same(wiring, FACE, FACE.replace("2eI1", "fca_"))
    assert not same(wiring, FACE, None)
    assert same(wiring, None, None)


@pytest.mark.real_data
def test_the_recorded_addresses_of_a_picture_are_one_and_those_of_two_channels_are_not(wiring: Wiring) -> None:
    root = os.environ.get("TRIBUTARY_REAL_DATA")
    if not root:
        pytest.skip("set TRIBUTARY_REAL_DATA to the folder of recorded answers")
    sizes: dict[str, set[str]] = {}
    for file in sorted((Path(root) / "recorded" / "channels.list").glob("*.json")):
        if file.name.startswith(MIXED):
            continue
        for item in json.loads(file.read_text(encoding="utf-8")).get("items", []):
            told = json.dumps(item.get("snippet", {}).get("thumbnails"))
            if addresses := set(re.findall(r'"(https://yt3[^"]+)"', told)):
                sizes.setdefault(item["id"], addresses)
    assert len(sizes) > 30
    assert all(same(wiring, one, other) for addresses in sizes.values() for one, other in combinations(addresses, 2))
    first = [min(addresses) for addresses in sizes.values()]
    modern = [address for address in first if "/ytc/" not in address and "/a/" not in address]
    assert len(modern) > 10
    assert not any(same(wiring, one, other) for one, other in combinations(modern, 2))


def test_one_omission_is_doubt_and_the_second_is_believed_two_days_later(wiring: Wiring, clock: FixedClock) -> None:
    save(wiring, FACTS)
    clock.advance(DAY)
    left_out = clock.now()
    for later in (timedelta(), DAY, BELIEVED_AFTER - DAY - timedelta(seconds=1)):
        clock.advance(later)
        save(wiring, absent=[ID])
        doubted = wiring.catalog.read(ID)
        assert (doubted.availability, doubted.availability_since) == ("available", NOON)
        assert (doubted.missing_since, doubted.title) == (left_out, "Paper Boats")
    assert log(wiring) == []

    clock.advance(timedelta(seconds=1))
    save(wiring, absent=[ID])
    gone = wiring.catalog.read(ID)
    assert (gone.availability, gone.availability_since, gone.missing_since) == ("not_found", clock.now(), left_out)
    assert gone.title == "Paper Boats"
    clock.advance(DAY)
    save(wiring, absent=[ID])
    assert wiring.catalog.read(ID) == gone
    assert log(wiring) == [("availability", "available", "not_found")]


def test_who_is_seen_again_is_doubted_anew(wiring: Wiring, clock: FixedClock) -> None:
    save(wiring, FACTS)
    for _ in range(3):
        clock.advance(DAY)
        save(wiring, absent=[ID])
        clock.advance(DAY)
        save(wiring, FACTS)
        assert wiring.catalog.read(ID).missing_since is None
    assert wiring.catalog.read(ID).availability_since == NOON
    assert log(wiring) == []


def test_coming_back_is_a_change(wiring: Wiring, clock: FixedClock) -> None:
    save(wiring, FACTS)
    for _ in range(2):
        clock.advance(BELIEVED_AFTER)
        save(wiring, absent=[ID])
    clock.advance(DAY)
    save(wiring, replace(FACTS, title="Back again"))
    back = wiring.catalog.read(ID)
    assert (back.availability, back.availability_since, back.missing_since) == ("available", clock.now(), None)
    assert log(wiring) == [
        ("availability", "available", "not_found"),
        ("availability", "not_found", "available"),
        ("title", "Paper Boats", "Back again"),
    ]


def test_what_was_never_seen_is_not_found_at_once_and_may_appear(wiring: Wiring, clock: FixedClock) -> None:
    save(wiring, absent=[ID])
    gone = wiring.catalog.read(ID)
    assert (gone.availability, gone.availability_since) == ("not_found", NOON)
    assert log(wiring) == []
    clock.advance(DAY)
    save(wiring, FACTS)
    assert log(wiring) == [("availability", "not_found", "available")]


def test_an_omission_says_in_words_what_it_means(wiring: Wiring, clock: FixedClock) -> None:
    stranger = "UC" + "a" * 21 + "A"
    save(wiring, FACTS)
    keys = [channel_key(ID), channel_key(stranger)]
    for later in (timedelta(), DAY):
        clock.advance(later)
        with wiring.db.begin() as tx:
            doubted, unknown = wiring.catalog.note_absence(tx, keys).values()
        assert doubted == (
            "left out of YouTube's answer for the first time on 2026-11-20 20:00 UTC; "
            "believed when it happens again after 2026-11-22 20:00 UTC"
        )
        assert unknown == "YouTube does not know this channel"
    clock.advance(DAY)
    with wiring.db.begin() as tx:
        assert set(wiring.catalog.note_absence(tx, keys).values()) == {"YouTube does not know this channel"}


def test_old_snapshots_may_be_gone_and_young_ones_not(wiring: Wiring, clock: FixedClock) -> None:
    save(wiring, FACTS)
    clock.advance(timedelta(days=6))
    save(wiring, FACTS)  # nothing changed: the snapshot of six days ago still stands for it
    change(wiring, "delete from channel_snapshots")
    assert broken(wiring) == ["snapshots_match_channels"]
    change(wiring, "update channels set snapshot_at = fetched_at - interval '40 days'")
    assert broken(wiring) == []
    clock.advance(timedelta(days=24))
    save(wiring, FACTS)  # as late as a refresh may come: the heartbeat writes another one
    assert len(wiring.catalog.snapshots(ID)) == 1
    assert wiring.catalog.read(ID).fetched_at == wiring.catalog.snapshots(ID)[0].observed_at


def test_writing_down_an_answer_takes_a_handful_of_statements(wiring: Wiring, clock: FixedClock) -> None:
    ids = [f"UC{'b' * 20}{letter}A" for letter in "abcdefghijklmnopqrstuvwxyz"]
    fill_catalog(wiring, ids)
    save(wiring, *(replace(FACTS, channel_id=channel_id) for channel_id in ids))
    clock.advance(HOUR)
    asked: list[str] = []
    event.listen(wiring.db._engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    save(wiring, *(replace(FACTS, channel_id=channel_id, title="Ships") for channel_id in ids))
    assert len(asked) == 5  # the temporary table, what changed, snapshots, changes, facts; COPY is a sixth
    assert sql(wiring, "select count(*) from channel_changes") == [(26,)]
