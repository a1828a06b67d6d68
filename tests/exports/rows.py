"""Rows of every table that can be exported, as other rooms would have written them."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import text

from app.catalog.ids import channel_id_of
from app.wiring import Wiring
from tests.catalog.facts import HOSTILE
from tests.graph.edges import key

NOW = datetime(2026, 11, 20, 20, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
TITLES = [*HOSTILE, "", "+1", "-2", "@x", "\t=1+1", "\r=1", "\uff1d1", " =1", 'a "quoted" one', "plain"]
ALL = (
    "channels", "videos", "channel_snapshots", "video_snapshots", "playlists", "playlist_items", "edges", "changes",
)  # fmt: skip
_FILL = """
insert into videos (id, channel, title, description, published_at, duration, kind, kind_evidence, view_count, tags,
    allowed_regions, created_at, updated_at, fetched_at, expires_at, availability_since, language, language_source)
select (n - 3) * 234567890123456789, c.id, c.title, '', :now - n * interval '1 day', n * interval '1 second',
       'video', 'a test', n, array['a,b', '"', '=1'], case when n % 2 = 0 then array['NZ'] end,
       :now, :now, :now, :now, :now, 'en-GB', 'declared'
from (select *, row_number() over (order by id) as n from channels) c;
insert into channel_snapshots
select id, :now - n * interval '1 hour', n, null, 2^62 from channels, generate_series(1, 2) n;
insert into video_snapshots
select id, :now - n * interval '1 hour', 2^62, n, null from videos, generate_series(1, 2) n;
insert into playlists (playlist_id, channel, title, description, created_at, updated_at, fetched_at, expires_at,
                       availability_since, item_count)
select 'PL' || lpad(cast(row_number() over (order by id) as text), 32, 'x'), id, title, '',
       :now, :now, :now, :now, :now, 3
from channels;
insert into playlist_items (playlist, entry, video, first_seen_at, last_seen_at, gone_at, position, kind, title)
select id, n * 4611686018427387, case when n < 3 then n end, :now, :now, case when n = 1 then :now end, n,
       'available', title
from playlists, generate_series(1, 3) n;
insert into channel_discoveries (source_channel_id, discovered_channel_id, discovery_method, service_name,
    evidence_count, evidence, evidence_hashes, confidence_score, first_seen, last_seen)
select case when n % 5 > 0 then id end, lead(id, 1, id) over (order by id), 'featured_channels', 'youtube', 1,
       array[coalesce(title, '')], array[1], 0.3, :now, :now
from (select *, row_number() over (order by id) as n from channels) c;
insert into channel_changes select id, :now, 'title', title, null from channels;
insert into video_changes select id, :now, 'title', null, title from videos;
"""


def fill(wiring: Wiring, moment: datetime = NOW - HOUR) -> None:
    """A channel for each hostile title, and one of which nothing is known, with all that belongs to them."""
    with wiring.db.begin() as tx:
        for number, title in enumerate([*TITLES, None]):
            known = title is not None
            tx.execute(
                text(
                    "insert into channels (id, title, description, handle, country, language, keywords, topics, "
                    "published_at, subscriber_count, made_for_kids, metadata_fetched, fetched_at, expires_at, "
                    "availability, created_at, updated_at) values (:id, :title, :title, :handle, :country, :language, "
                    ":keywords, '{}', :now, :count, :known, :known, :fetched, :fetched, 'available', :now, :now)"
                ),
                {
                    "id": key(number),
                    "title": title,
                    "handle": f"@{number}" if known else None,
                    "country": "NZ" if number % 2 else None,
                    "language": "en" if number % 3 else "de",
                    "keywords": ["=1", title] if known else None,
                    "count": 10**number if known and number < 18 else None,
                    "known": known,
                    "fetched": moment if known else None,
                    "now": moment,
                },
            )
        for statement in _FILL.strip().removesuffix(";").split(";\n"):
            tx.execute(text(statement), {"now": moment})


def channel_ids() -> list[str]:
    """The channels of `fill`, in the order of their keys."""
    return [channel_id_of(key(number)) for number in range(len(TITLES) + 1)]
