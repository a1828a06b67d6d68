-- This room only reads, but for its own table. Words in braces are names of columns and tables of ours, filled in by
-- app/exports/statements.py; whatever a person sends is a parameter.
--
-- A table is read by spans of its key, each in a transaction of its own: a reader who takes an hour holds no snapshot that
-- keeps vacuum from its work, and no connection; no statement reads more than a span, whatever the filter leaves of it.

-- name: plan_spans
-- What a span is joined with is looked up row by row, where a hash would read all of it for a few.
select set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true);

-- name: one_state
-- For what is counted and then drawn; it ends before the first byte is sent.
set transaction isolation level repeatable read, read only;

-- name: read_columns
-- The data dictionary is what the views say of themselves.
select c.relname as view, obj_description(c.oid, 'pg_class') as meaning, a.attname as name,
       format_type(a.atttypid, a.atttypmod) as type, col_description(c.oid, a.attnum) as told
from pg_class c join pg_attribute a on a.attrelid = c.oid
where c.relnamespace = cast('analyst' as regnamespace) and c.relkind = 'v' and a.attnum > 0 and not a.attisdropped
order by c.relname, a.attnum;

-- name: settled_until
-- No row of an earlier moment can come any more: who writes one has begun before it, and is not among those that are at
-- work. A minute is for clocks: some moments are told by other machines.
select t.moment as now,
       least(t.moment, (select min(xact_start) from pg_stat_activity
                        where datname = current_database() and pid <> pg_backend_pid()
                          and backend_type = 'client backend'))
       - interval '1 minute' as settled,
       (select version_num from alembic_version) as schema_version
from (select coalesce(cast(:now as timestamptz), now()) as moment) t;

-- name: span
-- The last key of the next span; none when the rest is less than a span.
select {key} from {table} t
where ({key}) {beyond} ({after}) and ({bound}) and ({narrow})
order by {key} offset :rows - 1 limit 1;

-- name: page
select {columns} from {source} v
where ({key}) {beyond} ({after}) and ({upper}) and ({bound}) and ({filter})
order by {key};

-- name: as_csv
copy ({page}) to stdout (format csv);

-- name: as_json
select count(*) as rows, string_agg(line, '' order by place) as lines
from (select row_to_json(r)::text || chr(10) as line, row_number() over () as place from ({page}) r) l;

-- name: csv_text
-- What spreadsheets take for a formula, halfwidth or fullwidth (= + - @), and the white space that they skip before one.
case when ascii({column}) in (61, 43, 45, 64, 65309, 65291, 65293, 65312, 32, 133, 160, 5760, 8232, 8233, 8239, 8287, 12288)
       or ascii({column}) between 9 and 13 or ascii({column}) between 28 and 31 or ascii({column}) between 8192 and 8202
     then '''' || {column} else {column} end;

-- name: csv_time
btrim(to_json({column})::text, '"');

-- name: csv_array
to_json({column})::text;

-- name: csv_boolean
{column}::text;

-- name: drawn
(select d.*, s.stratum, s.inclusion_probability
 from {view} d join unnest(cast(:keys as uuid[]), cast(:strata as text[]), cast(:probabilities as float8[]))
      s (key, stratum, inclusion_probability) on s.key = d.channel_key);

-- name: channels_narrow
(cast(:keys as uuid[]) is null or id = any(cast(:keys as uuid[])))
  and (cast(:language as text) is null or language = :language)
  and (cast(:country as text) is null or country = :country);

-- name: channels_filter
(cast(:keys as uuid[]) is null or channel_key = any(cast(:keys as uuid[])))
  and (cast(:metadata_fetched as boolean) is null or metadata_fetched = :metadata_fetched)
  and (cast(:availability as text) is null or availability = :availability)
  and (cast(:language as text) is null or language = :language)
  and (cast(:country as text) is null or country = :country);

-- name: videos_narrow
(cast(:keys as uuid[]) is null or channel = any(cast(:keys as uuid[])))
  and (cast(:channel as uuid) is null or channel = :channel);

-- name: videos_filter
(cast(:keys as uuid[]) is null or channel_key = any(cast(:keys as uuid[])))
  and (cast(:channel as uuid) is null or channel_key = :channel)
  and (cast(:kind as text) is null or kind = :kind)
  and (cast(:language as text) is null or language = :language or starts_with(language, :language || '-'))
  and (cast(:availability as text) is null or availability = :availability)
  and (cast(:published_after as timestamptz) is null or published_at >= :published_after)
  and (cast(:published_before as timestamptz) is null or published_at < :published_before);

-- name: channel_snapshots_narrow
(cast(:channel as uuid) is null or channel = :channel);

-- name: channel_snapshots_filter
(cast(:channel as uuid) is null or channel_key = :channel);

-- name: video_snapshots_narrow
(cast(:video as bigint) is null or video = :video);

-- name: video_snapshots_filter
(cast(:video as bigint) is null or video_key = :video);

-- name: playlists_narrow
(cast(:channel as uuid) is null or channel = :channel);

-- name: playlists_filter
(cast(:channel as uuid) is null or channel_key = :channel);

-- name: playlist_items_narrow
(cast(:playlist as text) is null or playlist = (select id from playlists where playlist_id = :playlist));

-- name: playlist_items_filter
(cast(:playlist as text) is null or playlist_key = (select id from playlists where playlist_id = :playlist))
  and (coalesce(cast(:gone as boolean), true) or gone_at is null);

-- name: edges_narrow
(cast(:source as uuid) is null or source_channel_id = :source)
  and (cast(:discovered as uuid) is null or discovered_channel_id = :discovered);

-- name: edges_filter
(cast(:source as uuid) is null or source_channel_key = :source)
  and (cast(:discovered as uuid) is null or discovered_channel_key = :discovered)
  and (cast(:method as text) is null or method = :method)
  and (cast(:service as text) is null or service = :service)
  and (cast(:min_confidence as real) is null or confidence >= cast(:min_confidence as real));

-- name: channel_changes_narrow
true;

-- name: channel_changes_filter
kind = 'channel' and (cast(:field as text) is null or field = :field);

-- name: video_changes_narrow
true;

-- name: video_changes_filter
kind = 'video' and (cast(:field as text) is null or field = :field);

-- name: stratum_subscriber_digits
cast(length(cast(subscriber_count as text)) as text);

-- name: stratum_video_digits
cast(length(cast(video_count as text)) as text);

-- name: stratum_language
language;

-- name: stratum_country
country;

-- name: stratum_published_year
cast(cast(extract(year from published_at at time zone 'UTC') as integer) as text);

-- name: count_strata
select {stratum} as stratum, count(*) as population from {source} v
where ({key}) {beyond} ({after}) and ({upper}) and ({filter}) and ({eligible})
group by 1 order by 1;

-- name: draw
-- Whoever has the smallest digests: the same for the same seed, and anybody can do it again.
select v.channel_key, v.stratum, v.digest
from (
    select channel_key, {stratum} as stratum, md5(:seed || '/' || channel_id) collate "C" as digest from {source} v
    where ({key}) {beyond} ({after}) and ({upper}) and ({filter}) and ({eligible})
) v
join unnest(cast(:strata as text[]), cast(:limits as text[])) s (stratum, digest) on s.stratum = v.stratum
where v.digest <= s.digest collate "C";

-- name: eligible_channels
metadata_fetched and availability <> 'not_found';

-- name: eligible_videos
videos_fetched and availability <> 'not_found';

-- name: begin_export
insert into exports (id, what, manifest, began_at) values (:id, :what, cast(:manifest as jsonb), :began_at);

-- name: end_export
update exports set state = :state, finished_at = coalesce(cast(:now as timestamptz), now()), manifest = cast(:manifest as jsonb)
where id = :id and state = 'running';

-- name: read_export
select state, manifest, began_at, finished_at from exports where id = :id;

-- name: forget_exports
-- Manifests are kept as long as the data that they tell of.
delete from exports where began_at < coalesce(cast(:now as timestamptz), now()) - interval '30 days';

-- name: first_rows
(select * from {table} limit {most}) t;

-- name: sampled_rows
-- Whole blocks, drawn with a fixed seed.
{table} t tablesample system ({percent}) repeatable (1);

-- name: estimate_rows
-- What the planner believes, kept fresh by autovacuum.
select coalesce(sum(greatest(c.reltuples, 0)), 0)::bigint from pg_class c
where c.oid = to_regclass(:table) or c.oid in (select inhrelid from pg_inherits where inhparent = to_regclass(:table));

-- name: complete_channels
select count(*) as rows, min(t.fetched_at) as first, max(t.fetched_at) as last,
       count(*) filter (where t.metadata_fetched) as with_metadata,
       count(*) filter (where t.availability = 'unknown') as never_asked_for,
       count(*) filter (where t.availability = 'not_found') as not_found,
       count(t.missing_since) as missing_once,
       count(*) filter (where t.expires_at < :now) as expired,
       count(*) filter (where t.metadata_fetched and t.subscriber_count is null) as subscribers_hidden,
       count(*) filter (where t.metadata_fetched and t.language is null) as language_unknown,
       count(t.discovered_from) as discovered,
       count(*) filter (where t.videos_fetched) as with_videos,
       count(*) filter (where t.videos_cut_off) as videos_cut_off
from {rows};

-- name: complete_videos
select count(*) as rows, min(t.fetched_at) as first, max(t.fetched_at) as last,
       count(*) filter (where t.availability = 'not_found') as not_found,
       count(t.missing_since) as missing_once,
       count(*) filter (where t.expires_at < :now) as expired,
       count(*) filter (where t.like_count is null) as likes_hidden,
       count(*) filter (where t.comment_count is null) as comments_off,
       count(*) filter (where t.language is null) as language_unknown,
       count(*) filter (where t.kind = 'short') as shorts,
       count(*) filter (where t.kind in ('live', 'upcoming')) as streams
from {rows};

-- name: complete_channel_snapshots
select count(*) as rows, min(t.observed_at) as first, max(t.observed_at) as last,
       count(*) filter (where t.subscriber_count is null) as subscribers_hidden
from {rows};

-- name: complete_video_snapshots
select count(*) as rows, min(t.observed_at) as first, max(t.observed_at) as last,
       count(*) filter (where t.like_count is null) as likes_hidden,
       count(*) filter (where t.comment_count is null) as comments_off
from {rows};

-- name: complete_playlists
select count(*) as rows, min(t.fetched_at) as first, max(t.fetched_at) as last,
       count(*) filter (where t.availability = 'not_found') as not_found,
       count(t.missing_since) as missing_once,
       count(*) filter (where t.expires_at < :now) as expired,
       count(t.items_fetched_at) as with_entries
from {rows};

-- name: complete_playlist_items
select count(*) as rows, min(t.first_seen_at) as first, max(t.last_seen_at) as last, count(t.gone_at) as gone,
       count(*) filter (where t.kind = 'private') as private, count(*) filter (where t.kind = 'deleted') as deleted
from {rows};

-- name: complete_channel_discoveries
select count(*) as rows, min(t.first_seen) as first, max(t.last_seen) as last,
       count(*) filter (where t.source_channel_id is null) as without_source,
       count(*) filter (where t.evidence_count > 1) as with_more_evidence
from {rows};

-- name: complete_channel_changes
select count(*) as rows, min(t.changed_at) as first, max(t.changed_at) as last from {rows};

-- name: complete_video_changes
select count(*) as rows, min(t.changed_at) as first, max(t.changed_at) as last from {rows};

-- name: jobs_by_type
-- What was asked for; the newest jobs, should there be very many.
select job_type, count(*) as jobs, min(created_at) as first, max(coalesce(completed_at, created_at)) as last,
       sum(total_items)::bigint as items, sum(fetched)::bigint as fetched, sum(unchanged)::bigint as unchanged,
       sum(not_found)::bigint as not_found, sum(skipped)::bigint as skipped, sum(failed)::bigint as failed,
       sum(units_used)::bigint as units
from (select * from processing_jobs order by created_at desc, id desc limit 100000) j
group by job_type order by job_type;

-- name: yields_by_method
select method, sum(expansions)::bigint as expansions, sum(found)::bigint as found, sum(new)::bigint as new,
       sum(confirmed)::bigint as confirmed, sum(dropped)::bigint as dropped
from discovery_yields group by method order by method;

-- name: make_analyst
-- Presets, which a session may change: what it may read it may not.
create role {name} login password {password} connection limit 10;
alter role {name} set statement_timeout = '5min';
alter role {name} set idle_in_transaction_session_timeout = '1min';
alter role {name} set lock_timeout = '5s';
alter role {name} set default_transaction_read_only = on;
alter role {name} set search_path = analyst;
alter role {name} set timezone = 'UTC';
grant usage on schema analyst to {name};

-- name: drop_analyst
revoke usage on schema analyst from {name};
drop role {name};

-- name: is_analyst
-- Whoever was given the schema, and does not own it.
select exists (
    select from pg_roles r, pg_namespace n, aclexplode(n.nspacl) a
    where r.rolname = :name and n.nspname = 'analyst' and a.grantee = r.oid and r.oid <> n.nspowner
);
