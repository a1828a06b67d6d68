"""A catalogue of any size, filled by SQL, and a YouTube that answers from memory: what is measured is our side."""

import json
import random
import time
from collections.abc import Mapping
from hashlib import md5
from typing import Any
from uuid import UUID

import psycopg
from sqlalchemy import Connection, text

from app.catalog.ids import channel_id_of
from app.wiring import Wiring

_DESCRIPTION = "Videos about gardens, tools and weather, every Tuesday. Write to us, we read everything. " * 3
# Keys are spread evenly, as those of real channels are. Two in three have metadata, as in a catalogue that is being
# filled; they were asked for at different times.
_CHANNELS = """
insert into channels (id, title, source, description, handle, country, language, keywords, topics, published_at,
    thumbnail_url, uploads_playlist_id, subscriber_count, view_count, video_count, made_for_kids, metadata_fetched,
    fetched_at, expires_at, asked_at, snapshot_at, availability)
select md5('channel ' || n)::uuid, 'Channel ' || n, 'csv:channels.csv', f.description, '@channel' || n,
       (array['US', 'IN', 'BR', 'DE', 'JP', null])[1 + n % 6], (array['en', 'hi', 'pt', 'de', 'ja'])[1 + n % 5],
       array['garden', 'tools'], array['https://en.wikipedia.org/wiki/Hobby'], f.moment - interval '5 years',
       'https://yt3.ggpht.com/' || md5(n::text) || '=s800-c-k-c0x00ffffff-no-rj', 'UU' || substr(md5(n::text), 1, 22),
       n % 1000 * 1000, n::bigint * 1000, n % 500, false, true, f.moment, f.moment + interval '30 days', f.moment,
       f.moment, availability 'available'
from generate_series(cast(:first as int), cast(:last as int)) n,
     lateral (select cast(:description as text) as description, now() - n % 29 * interval '1 day' as moment) f
where n % 3 <> 0
union all
select md5('channel ' || n)::uuid, 'Channel ' || n, 'csv:channels.csv', null, null, null, null, null, null, null, null,
       null, null, null, null, null, false, null, null, null, null,
       availability 'unknown'
from generate_series(cast(:first as int), cast(:last as int)) n where n % 3 = 0
"""
_SNAPSHOTS = """
insert into channel_snapshots (channel, observed_at, subscriber_count, view_count, video_count)
select md5('channel ' || n)::uuid, now() - n % 29 * interval '1 day', n % 1000 * 1000, n::bigint * 1000, n % 500
from generate_series(cast(:first as int), cast(:last as int)) n where n % 3 <> 0
"""
_SIZES = """
select c.relname, pg_total_relation_size(c.oid) as bytes from pg_class c
where c.oid = 'channels'::regclass
union all
select 'channel_snapshots', sum(pg_total_relation_size(inhrelid)) from pg_inherits
where inhparent = 'channel_snapshots'::regclass
"""
# A session that was at work when its pool was closed stays open, for nobody.
_END_OTHERS = """
select count(*) as others, count(case when state = 'idle' then pg_terminate_backend(pid) end) as ended
from pg_stat_activity
where datname = current_database() and backend_type = 'client backend' and pid <> pg_backend_pid()
"""
_BLOCKS = "select blks_hit + blks_read from pg_stat_database where datname = current_database()"
_AT_ONCE = 250_000

MEMORY = "512MB"
"""`shared_buffers`, as in docker-compose.yml."""


def fill(wiring: Wiring, before: int, size: int) -> None:
    """Bring the catalogue from `before` rows of ours to `size`."""
    for first in range(before + 1, size + 1, _AT_ONCE):
        part = {"first": first, "last": min(first + _AT_ONCE - 1, size)}
        with wiring.db.begin() as tx:
            tx.execute(text(_CHANNELS), {**part, "description": _DESCRIPTION})
            tx.execute(text(_SNAPSHOTS), part)
    settle(wiring)


def settle(wiring: Wiring) -> None:
    """What autovacuum and the checkpointer would have done by tomorrow."""
    url = wiring.settings.database_url.get_secret_value()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("vacuum analyze")
        connection.execute("checkpoint")


def bytes_of_rows(tx: Connection) -> dict[str, float]:
    """Bytes per row of the growing tables, indexes and all."""
    counted = {
        name: int(tx.execute(text(f"select count(*) from {name}")).scalar_one())  # noqa: S608 - our own names
        for name in ("channels", "channel_snapshots")
    }
    return {row.relname: round(float(row.bytes) / counted[row.relname], 1) for row in tx.execute(text(_SIZES))}


def blocks_touched(wiring: Wiring) -> int:
    """Blocks that this database has looked at so far, in memory or not: a count that no busy machine changes.

    A session tells its counts when it ends, so all of ours are ended first.
    """
    wiring.metrics.write()  # so that its timer finds nothing to write while we count
    wiring.db.close()
    with wiring.db.begin() as tx:
        while tx.execute(text(_END_OTHERS)).scalar_one():
            time.sleep(0.01)
            tx.execute(text("select pg_stat_clear_snapshot()"))  # or a transaction sees the same sessions for ever
        tx.execute(text("select pg_stat_clear_snapshot()"))
        return int(tx.execute(text(_BLOCKS)).scalar_one())


def drawn(number: int, size: int) -> list[str]:
    """Ids of channels with metadata, drawn evenly; the same ones in each run."""
    chance = random.Random(1)
    keys = (chance.randrange(size // 3) * 3 + 1 for _ in range(number))
    return [channel_id_of(UUID(_md5(f"channel {key}"))) for key in keys]


def new_ids(number: int, name: str) -> list[str]:
    """Ids in no order, which nobody has who was not given the same name."""
    return [channel_id_of(UUID(_md5(f"{name} {n}"))) for n in range(number)]


class Memory:
    """The wire to a YouTube that knows every channel, and whose counts have grown whenever it is asked again."""

    def __init__(self) -> None:
        self._asked = 0
        self._template = json.dumps(_channel("{id}", 0))

    def get(self, method: str, params: Mapping[str, str], _: str) -> dict[str, Any]:
        """The answer of channels.list, made of JSON text as one that came over the network."""
        assert method == "channels.list", method  # noqa: S101 - nothing else is measured
        self._asked += 1
        channels = (self._template.replace("{id}", name) for name in params["id"].split(","))
        answer: dict[str, Any] = json.loads(f'{{"items": [{",".join(channels)}]}}')
        for channel in answer["items"]:
            channel["statistics"]["viewCount"] = str(10**9 + self._asked * 10**7)
        return answer

    def close(self) -> None:
        """Nothing is open."""


def _channel(channel_id: str, views: int) -> dict[str, Any]:
    return {
        "id": channel_id,
        "snippet": {
            "title": "The garden channel",
            "description": _DESCRIPTION,
            "customUrl": "@{id}",
            "publishedAt": "2019-05-01T10:00:00Z",
            "country": "DE",
            "thumbnails": {"high": {"url": "https://yt3.ggpht.com/abc=s800-c-k-c0x00ffffff-no-rj"}},
        },
        "statistics": {
            "viewCount": str(views), "subscriberCount": "12300", "hiddenSubscriberCount": False, "videoCount": "120",
        },
        "contentDetails": {"relatedPlaylists": {"uploads": f"UU{channel_id[2:]}"}},
        "status": {"madeForKids": False},
        "topicDetails": {"topicCategories": ["https://en.wikipedia.org/wiki/Hobby"]},
        "brandingSettings": {"channel": {"keywords": "garden tools"}, "image": {}},
    }  # fmt: skip


def _md5(words: str) -> str:
    return md5(words.encode(), usedforsecurity=False).hexdigest()
