"""What a row takes on the disk, with its indexes: `python -m bench disk [--rows 100000]`.

Channels (two in three with metadata), videos, snapshots of both, edges, and items of jobs, so many of each, after
VACUUM; texts and lists are as long as those of ordinary channels. A count, which no busy machine changes. Prints a
table, then JSON.
"""

import argparse
import json
import sys

from sqlalchemy import text

from app.wiring import Wiring
from bench.growth import world
from bench.serving import table
from bench.system import make_system

_DESCRIPTION = (
    "In this video we plant the first beans of the year, and talk about the rain. Tools and seeds: see below. " * 3
)
_JOB = "5bfa2d3e-6e3c-4a0b-9c8f-0d6b8f1c2a11"
# Keys of videos are spread as evenly as those of channels. 20 videos a channel, ten edges.
_MADE = {
    "videos": """
insert into videos (id, channel, published_at, fetched_at, expires_at, availability_since, duration, view_count,
    like_count, comment_count, kind, kind_evidence, title, description, category_id, language, language_source, tags)
select hashint8extended(n, 7), md5('channel ' || n % :rows / 20)::uuid, t.moment - n * interval '1 minute', t.moment,
       t.moment + interval '30 days', t.moment, interval '10 minutes', n, n / 10, n / 100, 'video',
       'longer than a short', 'What we planted in week ' || n, :description, '26', 'en', 'detected',
       array['garden', 'beans', 'rain', 'tools']
from generate_series(1, cast(:rows as int)) n, (select now() as moment) t""",
    "video_snapshots": """
insert into video_snapshots (video, observed_at, view_count, like_count, comment_count)
select id, now(), view_count, like_count, comment_count from videos""",
    "channel_discoveries": """
insert into channel_discoveries (source_channel_id, discovered_channel_id, discovery_method, service_name,
    evidence_count, evidence, evidence_hashes, confidence_score, first_seen, last_seen)
select md5('channel ' || n / 10)::uuid, md5('channel ' || n)::uuid, 'featured_channels', 'youtube', 2,
       array['shelf: Friends of ours', 'mention: @channel' || n], array[n, -n], 0.8, now(), now()
from generate_series(1, cast(:rows as int)) n""",
    "job_items": """
with job as (
    insert into processing_jobs (id, job_type, status) values (:job, 'metadata', 'pending') returning id
)
insert into job_items (job_id, batch_id, outcome, item, reason)
select job.id, n / 100, 'not_found', 'UC' || substr(md5(n::text), 1, 22),
       'YouTube does not know it: deleted or never there'
from generate_series(1, cast(:rows as int)) n, job""",
}
# Of a partitioned table, its partitions.
_SIZES = """
select name, sum(pg_total_relation_size(part)) as whole, sum(pg_table_size(part)) as without_indexes
from unnest(cast(:names as text[])) name,
     lateral (select name::regclass
              union all select inhrelid from pg_inherits where inhparent = name::regclass) p (part)
group by name"""


def main() -> None:
    """Fill, tidy, and print."""
    options = argparse.ArgumentParser()
    options.add_argument("--rows", type=int, default=100_000)
    asked = options.parse_args()
    with make_system("http://127.0.0.1:9") as wiring:
        print(json.dumps({"rows": asked.rows, "bytes_per_row": measure(wiring, asked.rows)}, indent=2))


def measure(wiring: Wiring, rows: int) -> list[dict[str, object]]:
    """Bytes of a row of each table, with its indexes and without; the table of them goes to standard error."""
    world.fill(wiring, 0, rows)
    with wiring.db.begin() as tx:
        for statement in _MADE.values():
            values = {"rows": rows, "description": _DESCRIPTION, "job": _JOB}
            tx.execute(text(statement), {name: value for name, value in values.items() if f":{name}" in statement})
    world.settle(wiring)
    told = _sizes(wiring, ["channels", "channel_snapshots", *_MADE])
    print(table(told), file=sys.stderr)
    return told


def _sizes(wiring: Wiring, names: list[str]) -> list[dict[str, object]]:
    with wiring.db.begin() as tx:
        found = {row.name: row for row in tx.execute(text(_SIZES), {"names": names})}
        counts = {name: int(tx.execute(text(f"select count(*) from {name}")).scalar_one()) for name in names}  # noqa: S608
    return [
        {
            "table": name,
            "rows": counts[name],
            "bytes": round(float(found[name].whole) / counts[name], 1),
            "of them indexes": round(float(found[name].whole - found[name].without_indexes) / counts[name], 1),
        }
        for name in names
    ]


if __name__ == "__main__":
    main()
