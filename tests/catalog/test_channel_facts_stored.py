"""What YouTube tells goes into the catalogue and comes out as it was."""

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.catalog.ids import channel_id_of, channel_key
from app.catalog.incoming import ImportRows
from app.catalog.model import ChannelFacts, ImportRow, ListFilter
from app.catalog.service import UnknownChannelError
from app.clock import FixedClock
from app.wiring import Wiring
from tests.catalog.facts import FACTS, HOSTILE, ID, NOON, NOTHING, save
from tests.conftest import MakeWiring
from tests.hands import sql
from tests.jobs.steps import fill_catalog


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOON)


@pytest.fixture
def wiring(make_wiring: MakeWiring, clock: FixedClock) -> Wiring:
    wiring = make_wiring(clock)
    fill_catalog(wiring, [ID])
    return wiring


def as_told(wiring: Wiring, channel_id: str = ID) -> ChannelFacts:
    """The facts of a channel as the catalogue gives them back."""
    channel = wiring.catalog.read(channel_id)
    told: dict[str, Any] = {field.name: getattr(channel, field.name) for field in fields(ChannelFacts)}
    return ChannelFacts(**told | {"keywords": tuple(told["keywords"]), "topics": tuple(told["topics"])})


def test_everything_comes_out_as_it_went_in(wiring: Wiring) -> None:
    assert save(wiring, FACTS) == 1
    assert as_told(wiring) == FACTS
    channel = wiring.catalog.read(ID)
    assert (channel.id, channel.language, channel.availability) == (channel_key(ID), "en", "available")
    assert (channel.fetched_at, channel.expires_at) == (NOON, NOON + timedelta(days=30))


def test_what_youtube_does_not_say_is_null_and_never_zero(wiring: Wiring) -> None:
    save(wiring, FACTS)
    save(wiring, NOTHING)
    assert as_told(wiring) == NOTHING
    counts = "select subscriber_count, view_count, video_count, made_for_kids, country from channels"
    assert sql(wiring, counts) == [(None,) * 5]


def test_hostile_text_is_only_text(wiring: Wiring) -> None:
    for text in HOSTILE:
        hostile = replace(
            FACTS, title=text, description=text, handle=text, keywords=(text, text), topics=(text,), banner_url=text
        )
        save(wiring, hostile)
        assert as_told(wiring) == hostile


texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
counts = st.none() | st.integers(0, 2**63 - 1)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.builds(replace, st.just(FACTS), title=texts, keywords=st.lists(texts).map(tuple), view_count=counts))
def test_any_facts_come_out_as_they_went_in(wiring: Wiring, facts: ChannelFacts) -> None:
    save(wiring, facts)
    assert as_told(wiring) == facts


def test_a_snapshot_is_written_when_a_count_changed_and_once_a_week(wiring: Wiring, clock: FixedClock) -> None:
    hidden = replace(FACTS, subscriber_count=None)
    steps: list[tuple[timedelta, ChannelFacts, int]] = [
        (timedelta(), FACTS, 1),
        (timedelta(hours=1), FACTS, 1),
        (timedelta(hours=1), replace(FACTS, title="A new title"), 1),
        (timedelta(hours=1), hidden, 2),
        (timedelta(hours=1), hidden, 2),
        (timedelta(hours=1), replace(hidden, video_count=43), 3),
        (timedelta(days=7), replace(hidden, video_count=43), 3),
        (timedelta(seconds=1), replace(hidden, video_count=43), 4),
    ]
    for later, facts, snapshots in steps:
        clock.advance(later)
        save(wiring, facts)
        history = wiring.catalog.snapshots(ID)
        assert len(history) == snapshots
    assert [snapshot.observed_at for snapshot in history] == sorted((s.observed_at for s in history), reverse=True)
    assert (history[0].subscriber_count, history[0].video_count) == (None, 43)
    assert (history[-1].observed_at, history[-1].subscriber_count) == (NOON, 12_300)


def test_snapshots_lie_in_the_partition_of_their_week(make_wiring: MakeWiring) -> None:
    now = FixedClock(datetime.now(UTC))
    wiring = make_wiring(now)
    fill_catalog(wiring, [ID])
    save(wiring, FACTS)
    now.advance(timedelta(days=3_650))  # no week is prepared so far ahead: still nothing is lost
    save(wiring, FACTS)
    tables = {str(row[0]) for row in sql(wiring, "select distinct tableoid::regclass::text from channel_snapshots")}
    assert len(tables) == 2
    assert "channel_snapshots_other" in tables


def test_facts_of_a_channel_that_is_not_in_the_catalogue_are_not_kept(wiring: Wiring) -> None:
    stranger = replace(FACTS, channel_id=channel_id_of(UUID(int=7)))
    assert save(wiring, FACTS, stranger) == 1
    with pytest.raises(UnknownChannelError):
        wiring.catalog.read(stranger.channel_id)
    assert sql(wiring, "select count(*) from channel_snapshots") == [(1,)]


def test_an_import_adds_what_is_new_and_touches_nothing_else(wiring: Wiring) -> None:
    save(wiring, FACTS)
    other = "UC" + "a" * 21 + "A"
    rows = [(other, "first title"), (ID, "an old title"), (other, "second title"), (ID, None)]
    with wiring.db.begin() as tx:
        given_rows = ImportRows(ImportRow(channel_key(channel_id), title) for channel_id, title in rows)
        assert wiring.catalog.save_imports(tx, given_rows, "a file") == 1
    assert as_told(wiring) == FACTS
    added = wiring.catalog.read(other)
    assert (added.title, added.source, added.metadata_fetched) == ("first title", "a file", False)


def test_lists_by_what_is_known_page_by_page(wiring: Wiring) -> None:
    others = [f"UC{'a' * 20}{letter}A" for letter in "bcdef"]
    fill_catalog(wiring, others)
    save(wiring, FACTS, replace(FACTS, channel_id=others[0], country="DE"), absent=[others[1]])
    everything = sorted([ID, *others], key=channel_key)

    def listed(after: str | None = None, offset: int | None = None, limit: int = 9, **wanted: Any) -> list[str]:
        key = channel_key(after) if after else None
        found = wiring.catalog.listed(ListFilter(**wanted), after=key, offset=offset, limit=limit)
        return [channel.channel_id for channel in found.rows]

    seen: list[str] = []
    while page := listed(after=seen[-1] if seen else None, limit=4):
        seen.extend(page)
    assert seen == everything
    assert listed(limit=2, offset=3) == everything[3:5]

    assert set(listed(metadata_fetched=True)) == {ID, others[0]}
    assert listed(country="DE") == [others[0]]
    assert listed(availability="not_found") == [others[1]]
    assert len(listed(language="en")) == 2
    counts = wiring.catalog.counts()
    assert (counts.channels, counts.with_metadata, counts.not_found, counts.pending) == (6, 2, 1, 3)
    assert not counts.estimated
