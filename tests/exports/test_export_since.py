"""Incremental loads: one after another has every change, without gap or overlap, whoever commits late."""

import json
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text

from app.clock import FixedClock
from app.exports.model import Wish
from app.wiring import Wiring
from tests.conftest import MakeWiring
from tests.exports.conftest import Get
from tests.exports.rows import ALL, HOUR, NOW, fill
from tests.graph.edges import add_channels, key
from tests.hands import sql

CHANGES = {
    "channels": "update channels set updated_at = :moment",
    "videos": "update videos set updated_at = :moment",
    "channel_snapshots": "update channel_snapshots set observed_at = :moment where observed_at = :before",
    "video_snapshots": "update video_snapshots set observed_at = :moment where observed_at = :before",
    "playlists": "update playlists set updated_at = :moment",
    "playlist_items": "update playlist_items set gone_at = null, last_seen_at = :moment",
    "edges": "update channel_discoveries set last_seen = :moment",
    "changes": "update video_changes set changed_at = :moment",
}


def load(get: Get, what: str, since: str | None) -> tuple[list[bytes], str]:
    """The lines, and the next `since`."""
    answer = get(what, format="ndjson", **({"since": since} if since else {}))
    told = get(f"manifests/{answer.headers['X-Export-Id']}").get_json()
    assert told["state"] == "complete"
    return answer.data.splitlines(), told["next_since"]


@pytest.mark.parametrize("what", ALL)
def test_only_what_changed_since_comes_and_it_comes_once(
    get: Get, wiring: Wiring, clock: FixedClock, what: str
) -> None:
    fill(wiring)
    everything, since = load(get, what, None)
    assert load(get, what, since) == ([], since)
    clock.advance(HOUR)
    before = {"before": NOW - 2 * HOUR} if what.endswith("snapshots") else {}
    changed = sql(wiring, f"{CHANGES[what]} returning 1", moment=NOW + HOUR / 2, **before)
    lines, later = load(get, what, since)
    assert len(lines) == len(set(lines)) == len(changed) > 7
    assert datetime.fromisoformat(later) == clock.now() - timedelta(minutes=1)
    assert load(get, what, later)[0] == []
    assert everything


def test_a_list_that_was_read_and_a_channel_that_was_expanded_have_changed(get: Get, wiring: Wiring) -> None:
    fill(wiring)
    since = (NOW - HOUR / 2).isoformat()
    sql(wiring, "update channels set discovery_processed = true, discovery_processed_at = :now "
                "where id = :id returning 1",
        now=NOW - HOUR / 4, id=key(2))  # fmt: skip
    sql(wiring, "update playlists set items_fetched_at = :now where id = 3 returning 1", now=NOW - HOUR / 4)
    assert len(load(get, "channels", since)[0]) == len(load(get, "playlists", since)[0]) == 1


def test_who_commits_late_is_not_lost(make_wiring: MakeWiring) -> None:
    """A row's moment is the beginning of its transaction: while one is open, the next load must begin before it."""
    wiring = make_wiring()
    with wiring.db.begin() as late:
        late.execute(text("insert into channels (id) values (:id)"), {"id": key(1)})
        begun = late.execute(text("select now()")).scalar_one()
        add_channels(wiring, [2])
        first = _next_since(wiring)
        assert first < begun
    add_channels(wiring, [3])
    assert _next_since(wiring) > first
    with wiring.db.begin() as tx:
        seen = tx.execute(
            text("select count(*) from channels where updated_at >= :first"), {"first": first}
        ).scalar_one()
    assert seen == 3


def _next_since(wiring: Wiring) -> datetime:
    export = wiring.exports.open(Wish("channels", "ndjson"))
    list(export.pieces())
    return datetime.fromisoformat(wiring.exports.manifest(export.id).told["next_since"])


def test_columns_are_as_in_a_whole_load(get: Get, wiring: Wiring) -> None:
    fill(wiring)
    [line, *_] = load(get, "channels", (NOW - 2 * HOUR).isoformat())[0]
    assert list(json.loads(line)) == list(json.loads(load(get, "channels", None)[0][0]))
