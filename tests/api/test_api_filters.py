"""Filters of long lists: a page looks at so many rows and no more, and whoever follows `next` gets everything."""

import pytest
from flask.testing import FlaskClient

from app.stretch import LOOKED_AT
from app.wiring import Wiring
from tests.hands import sql

ROWS = 2 * LOOKED_AT + 500
# Keys in the order of n; one wanted row among the first, and two among the last.
CHANNELS = """
insert into channels (id, availability, language, country)
select lpad(to_hex(n), 32, '0')::uuid, case when w.wanted then availability 'not_found' else 'unknown' end,
       case when w.wanted then 'mi' end, case when w.wanted then 'NZ' end
from generate_series(1, :rows) n, lateral (select n in (7, :rows - 1, :rows) as wanted) w
"""
VIDEOS = """
insert into videos (id, channel, fetched_at, expires_at, availability_since, kind, kind_evidence, language,
    language_source)
select n, lpad(to_hex(1), 32, '0')::uuid, now(), now(), now(),
       case when w.wanted then video_kind 'live' else 'video' end, 'a test', case when w.wanted then 'mi-NZ' end,
       case when w.wanted then 'detected' end
from generate_series(1, :rows) n, lateral (select n in (7, :rows - 1, :rows) as wanted) w
"""
EDGES = """
insert into channel_discoveries (id, source_channel_id, discovered_channel_id, discovery_method, service_name,
    evidence_count, evidence, evidence_hashes, confidence_score, first_seen, last_seen)
overriding system value
select n, lpad(to_hex(n), 32, '0')::uuid, lpad(to_hex(1 + n % 20), 32, '0')::uuid, 'a method',
       case when w.wanted then 'rare' else 'youtube' end, 1, array['x'], array[n],
       case when w.wanted then 0.9 else 0.5 end, now(), now()
from generate_series(1, :rows) n, lateral (select n in (7, :rows - 1, :rows) as wanted) w
"""


def walk(api: FlaskClient, path: str, name: str) -> list[int]:
    """How many rows each page has, to the end of the list."""
    lengths: list[int] = []
    following = None
    while following is not None or not lengths:
        answer = api.get(f"/api/{path}&limit=2" + (f"&after={following}" if following else ""))
        assert answer.status_code == 200, answer.text
        told = answer.get_json()
        assert (told["next"] is not None) == ("Link" in answer.headers)
        lengths.append(len(told[name]))
        following = told["next"]
    return lengths


@pytest.fixture(autouse=True)
def filled(wiring: Wiring) -> None:
    for statement in (CHANNELS, VIDEOS, EDGES):
        sql(wiring, f"{statement} returning 1", rows=ROWS)


def test_a_page_ends_where_enough_was_looked_at(api: FlaskClient) -> None:
    searched = [1, 0, 2]  # by stretches of ten thousand: the second one has nothing, and the list goes on behind it
    assert walk(api, "channels?availability=not_found", "channels") == searched
    assert walk(api, "videos?kind=live", "videos") == searched
    assert walk(api, "videos?language=mi", "videos") == searched
    assert walk(api, "discoveries?service=rare", "discoveries") == searched
    assert walk(api, "discoveries?min_confidence=0.8", "discoveries") == searched


def test_what_has_an_index_comes_at_once(api: FlaskClient) -> None:
    for filters in ("language=mi", "country=NZ", "language=mi&country=NZ&availability=not_found"):
        assert walk(api, f"channels?{filters}", "channels") == [2, 1]
    assert walk(api, "discoveries?method=a method&service=rare", "discoveries") == [2, 1]


def test_pages_by_number_count_what_is_wanted(api: FlaskClient) -> None:
    first, second = (
        api.get(f"/api/channels?availability=not_found&per_page=2&page={number}").get_json()["channels"]
        for number in (1, 2)
    )
    assert (len(first), len(second)) == (2, 1)
