-- name: stage_facts
-- A temporary table per connection: COPY into it, then one statement writes fifty or five thousand rows alike.
create temporary table if not exists incoming_facts (
    id uuid, title text, handle text, description text, country text, language text, default_language text,
    keywords text[], topics text[], published_at timestamptz, thumbnail_url text, banner_url text,
    uploads_playlist_id text, subscriber_count bigint, view_count bigint, video_count bigint, made_for_kids boolean,
    changed boolean
) on commit delete rows;

-- name: mark_changed
-- Whether the look was worth its unit: it sets how soon the next one is. Views count once they have moved by one in a
-- hundred, or every channel that is watched at all would change with every look; addresses of pictures change by themselves.
update incoming_facts i
set changed = (c.title, c.description, c.handle, c.subscriber_count, c.video_count)
              is distinct from (i.title, i.description, i.handle, i.subscriber_count, i.video_count)
              or has_moved(c.view_count, i.view_count)
from channels c where c.id = i.id;

-- name: save_snapshots
-- Before the facts, because it compares with what was known: only what changed is written, and a heartbeat a week.
insert into channel_snapshots (channel, observed_at, subscriber_count, view_count, video_count)
select i.id, coalesce(cast(:now as timestamptz), now()), i.subscriber_count, i.view_count, i.video_count
from incoming_facts i join channels c on c.id = i.id
where c.snapshot_at is null or c.snapshot_at < coalesce(cast(:now as timestamptz), now()) - interval '7 days'
   or (c.subscriber_count, c.view_count, c.video_count)
      is distinct from (i.subscriber_count, i.view_count, i.video_count)
on conflict do nothing;

-- name: save_changes
-- Before the facts, because it compares with what was known. A first observation changes nothing; nor does an import,
-- whose title is only what somebody wrote beside the id.
insert into channel_changes (channel, changed_at, field, old, new)
select c.id, t.moment, v.field, v.old, v.new
from (select coalesce(cast(:now as timestamptz), now()) as moment) t, incoming_facts i
join channels c on c.id = i.id
cross join lateral (values
    ('title', c.title, i.title, c.metadata_fetched and c.title is distinct from i.title),
    ('description', c.description, i.description, c.metadata_fetched and c.description is distinct from i.description),
    ('handle', c.handle, i.handle, c.metadata_fetched and c.handle is distinct from i.handle),
    ('thumbnail_url', c.thumbnail_url, i.thumbnail_url,
     c.metadata_fetched and c.thumbnail_url is distinct from i.thumbnail_url
     and not same_picture(c.thumbnail_url, i.thumbnail_url)),
    ('availability', cast(c.availability as text), 'available', c.availability = 'not_found')
) v (field, old, new, differs)
where v.differs
on conflict (channel, changed_at, field) do update set new = excluded.new;

-- name: save_facts
update channels c
set title = i.title, handle = i.handle, description = i.description, country = i.country, language = i.language,
    default_language = i.default_language, keywords = i.keywords, topics = i.topics, published_at = i.published_at,
    thumbnail_url = i.thumbnail_url, banner_url = i.banner_url, uploads_playlist_id = i.uploads_playlist_id,
    subscriber_count = i.subscriber_count, view_count = i.view_count, video_count = i.video_count,
    made_for_kids = i.made_for_kids,
    asked_at = t.moment, refresh_step = next_refresh_step(c.refresh_step, c.asked_at, t.moment, i.changed),
    -- another number of videos: the list is read again by whoever fetches videos
    videos_fetched = c.videos_fetched and c.listed_video_count is not distinct from i.video_count,
    metadata_fetched = true, fetched_at = t.moment, expires_at = t.moment + interval '30 days', updated_at = t.moment,
    availability = 'available', missing_since = null,
    availability_since = case when c.availability = 'available' then c.availability_since else t.moment end,
    snapshot_at = case when c.snapshot_at is null or c.snapshot_at < t.moment - interval '7 days'
                         or (c.subscriber_count, c.view_count, c.video_count)
                            is distinct from (i.subscriber_count, i.view_count, i.video_count)
                       then t.moment else c.snapshot_at end
from incoming_facts i, (select coalesce(cast(:now as timestamptz), now()) as moment) t
where c.id = i.id
returning c.id, i.changed;

-- name: prepare_snapshot_weeks
select prepare_snapshot_weeks(coalesce(cast(:now as timestamptz), now()));

-- name: note_absence
-- Answers leave out now and then what is there. Of a channel that was seen before, only a second omission is believed,
-- `patience` after the first; what was never seen is not found at once. Who is not found already stays as it is. Retention
-- may have left the counts alone of who was seen, and nothing of whom it made `unknown`.
with missing as (
    select c.id, c.availability, c.availability = 'available' as was_seen, t.moment,
           coalesce(c.missing_since, t.moment) as since,
           c.availability <> 'available'
           or coalesce(c.missing_since <= t.moment - cast(:patience as interval), false) as believed
    from channels c, (select coalesce(cast(:now as timestamptz), now()) as moment) t
    where c.id = any(cast(:ids as uuid[])) and c.availability <> 'not_found'
), change as (
    insert into channel_changes (channel, changed_at, field, old, new)
    select id, moment, 'availability', cast(availability as text), 'not_found' from missing where was_seen and believed
    on conflict (channel, changed_at, field) do update set new = excluded.new
)
update channels c
set missing_since = m.since, updated_at = m.moment,
    availability = case when m.believed then 'not_found' else c.availability end,
    availability_since = case when m.believed then m.moment else c.availability_since end
from missing m
where c.id = m.id
returning c.id, c.missing_since, m.believed;

-- name: stage_imports
create temporary table if not exists incoming_channels (id uuid, title text, handle text, country text)
on commit delete rows;

-- name: plan_imports
-- Nothing is known of a temporary table, and a wrong guess hashes the whole catalogue for every page of a file. In the order
-- of the keys, looking each up finds the page of the index at hand.
select set_config('work_mem', '64MB', true), set_config('enable_hashjoin', 'off', true),
       set_config('enable_mergejoin', 'off', true);

-- name: save_imports
-- The first row of a channel gives what is kept of it; rows lie in the order in which they were copied, for the table was
-- empty. They are inserted in the order of their keys, which is a fifth faster than as they come. The anti-join first: to
-- ON CONFLICT alone, known rows cost three times as much. It stays for two imports of the same channel at the same moment.
insert into channels (id, title, handle, country, source, created_at, updated_at)
select i.id, i.title, i.handle, i.country, :source, t.moment, t.moment
from (select distinct on (id) id, title, handle, country from incoming_channels order by id, ctid) i,
     (select coalesce(cast(:now as timestamptz), now()) as moment) t
where not exists (select from channels c where c.id = i.id)
on conflict (id) do nothing;

-- name: next_without_metadata
-- The next channels of a metadata job, between two keys; on the partial index of what is still to be fetched.
select id from channels
where not metadata_fetched and availability <> 'not_found'
  and (cast(:after as uuid) is null or id > cast(:after as uuid))
  and (cast(:before as uuid) is null or id < cast(:before as uuid))
order by id limit :limit;

-- name: still_without_metadata
-- What a retry finds left of a batch.
select id from channels
where id = any(cast(:ids as uuid[])) and not metadata_fetched and availability <> 'not_found' order by id;

-- name: count_without_metadata
-- Exact up to :most: a forecast needs no more, and nobody waits for fifteen million rows to be counted.
select count(*) from (
    select from channels where not metadata_fetched and availability <> 'not_found' limit :most
) counted;

-- name: count_held
-- Those of them inside spans of keys, which must not overlap: span by span, so that each is read from the index.
select coalesce(sum(inside.count), 0)::bigint
from unnest(cast(:firsts as uuid[]), cast(:lasts as uuid[])) span (first, last)
cross join lateral (
    select count(*) from channels
    where not metadata_fetched and availability <> 'not_found' and id >= span.first and id <= span.last
) inside;

-- name: list_channels
-- Of the table, where an index leads to those that are wanted; else of a stretch of it.
select id, channel_id, handle, title, description, country, language, default_language, keywords, topics, published_at,
       thumbnail_url, banner_url, uploads_playlist_id, subscriber_count, view_count, video_count, made_for_kids,
       metadata_fetched, videos_fetched, videos_fetched_at, videos_cut_off, discovery_processed, availability,
       availability_since, missing_since, source, created_at, updated_at, fetched_at, expires_at
from {channels} c
where (cast(:after as uuid) is null or id > cast(:after as uuid))
  and (cast(:metadata_fetched as boolean) is null or metadata_fetched = :metadata_fetched)
  and (cast(:availability as text) is null or availability = cast(:availability as availability))
  and (cast(:language as text) is null or language = :language)
  and (cast(:country as text) is null or country = :country)
order by id limit :limit offset :offset;

-- name: stretch
(select * from channels where cast(:after as uuid) is null or id > cast(:after as uuid) order by id limit :most);

-- name: end_of_stretch
select id from channels where cast(:after as uuid) is null or id > cast(:after as uuid)
order by id offset :most - 1 limit 1;

-- name: read_channel
select id, channel_id, handle, title, description, country, language, default_language, keywords, topics, published_at,
       thumbnail_url, banner_url, uploads_playlist_id, subscriber_count, view_count, video_count, made_for_kids,
       metadata_fetched, videos_fetched, videos_fetched_at, videos_cut_off, discovery_processed, availability,
       availability_since, missing_since, source, created_at, updated_at, fetched_at, expires_at
from channels where id = :id;

-- name: list_snapshots
select observed_at, subscriber_count, view_count, video_count from channel_snapshots
where channel = :id order by observed_at desc limit :limit;

-- name: analyze_channels
-- Whoever does the same at this moment, does it for us, too.
analyze (skip_locked) channels;

-- name: estimate_channels
-- What the planner believes, kept fresh by autovacuum: rows, and rows that still have no metadata.
select (select greatest(reltuples, 0)::bigint from pg_class where oid = 'channels'::regclass) as channels,
       (select greatest(reltuples, 0)::bigint from pg_class where oid = 'channels_without_metadata'::regclass) as pending;

-- name: count_channels
-- Counted up to :most, and not at all where the planner believes that there are more.
select count(*) as channels, count(*) filter (where metadata_fetched) as with_metadata,
       count(*) filter (where availability = 'not_found') as not_found,
       count(*) filter (where not metadata_fetched and availability <> 'not_found') as pending,
       (select reltuples < :most from pg_class where oid = 'channels'::regclass) as is_counted
from (
    select metadata_fetched, availability from channels
    limit (select case when reltuples < :most then :most else 0 end from pg_class where oid = 'channels'::regclass)
) counted;

-- name: next_without_videos
-- The next channels of a videos job, between two keys; on the partial index of what is still to be fetched.
select id from channels
where metadata_fetched and not videos_fetched and availability <> 'not_found'
  and (cast(:after as uuid) is null or id > cast(:after as uuid))
  and (cast(:before as uuid) is null or id < cast(:before as uuid))
  and (cast(:language as text) is null or language = :language)
  and (cast(:country as text) is null or country = :country)
  and (cast(:min_subscribers as bigint) is null or subscriber_count >= :min_subscribers)
order by id limit :limit;

-- name: still_without_videos
-- What a retry finds left of a batch.
select id from channels
where id = any(cast(:ids as uuid[])) and metadata_fetched and not videos_fetched and availability <> 'not_found'
order by id;

-- name: count_without_videos
-- Exact up to :most: a forecast needs no more.
select count(*) from (
    select from channels
    where metadata_fetched and not videos_fetched and availability <> 'not_found'
      and (cast(:language as text) is null or language = :language)
      and (cast(:country as text) is null or country = :country)
      and (cast(:min_subscribers as bigint) is null or subscriber_count >= :min_subscribers)
    limit :most
) counted;

-- name: count_videos_held
-- Those of them inside spans of keys, which must not overlap.
select coalesce(sum(inside.count), 0)::bigint
from unnest(cast(:firsts as uuid[]), cast(:lasts as uuid[])) span (first, last)
cross join lateral (
    select count(*) from channels
    where metadata_fetched and not videos_fetched and availability <> 'not_found'
      and (cast(:language as text) is null or language = :language)
      and (cast(:country as text) is null or country = :country)
      and (cast(:min_subscribers as bigint) is null or subscriber_count >= :min_subscribers)
      and id >= span.first and id <= span.last
) inside;

-- name: price_uploads
-- Pages of lists, and packs of videos, which are packed batch by batch. Of a channel that hides how many videos it has, a
-- page is foreseen.
with waiting as (
    select least(coalesce(video_count, 50), cast(:videos as bigint)) as videos,
           (row_number() over (order by id) - 1) / :batch_size as batch
    from channels
    where metadata_fetched and not videos_fetched and availability <> 'not_found'
      and (cast(:language as text) is null or language = :language)
      and (cast(:country as text) is null or country = :country)
      and (cast(:min_subscribers as bigint) is null or subscriber_count >= :min_subscribers)
      and not exists (
          select from unnest(cast(:firsts as uuid[]), cast(:lasts as uuid[])) span (first, last)
          where id >= span.first and id <= span.last
      )
    order by id limit :most
), batches as (
    select count(*) as channels, count(*) filter (where videos = 0) as empty, sum(ceil(videos / 50.0)) as pages,
           ceil(sum(videos) / 50.0) as packs
    from waiting group by batch
)
select coalesce(sum(channels), 0)::bigint as channels, coalesce(sum(empty), 0)::bigint as empty,
       coalesce(sum(pages), 0)::bigint as pages, coalesce(sum(packs), 0)::bigint as packs
from batches;

-- name: read_uploads
select id, uploads_playlist_id, video_count from channels where id = any(cast(:ids as uuid[]));

-- name: hold_channels
-- Those that are in the catalogue; who forgets one of them waits until what is written of it can be forgotten, too.
select id from channels where id = any(cast(:ids as uuid[])) order by id for key share;

-- name: mark_videos_fetched
update channels
set videos_fetched = true, videos_fetched_at = t.moment, updated_at = t.moment, listed_video_count = video_count,
    videos_cut_off = id = any(cast(:cut_off as uuid[]))
from (select coalesce(cast(:now as timestamptz), now()) as moment) t
where id = any(cast(:ids as uuid[]));
