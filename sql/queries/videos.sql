-- name: stage_videos
-- A temporary table per connection: COPY into it, then one statement writes fifty or five thousand rows alike.
create temporary table if not exists incoming_videos (
    id bigint, channel uuid, published_at timestamptz, duration interval, view_count bigint, like_count bigint,
    comment_count bigint, scheduled_start_at timestamptz, actual_start_at timestamptz, actual_end_at timestamptz,
    concurrent_viewers bigint, kind video_kind, made_for_kids boolean, has_captions boolean, is_licensed boolean,
    is_embeddable boolean, is_age_restricted boolean, is_portrait boolean, kind_evidence text, title text,
    description text, category_id text, language text, language_source text, definition text, privacy text,
    thumbnail_url text, tags text[], topics text[], allowed_regions text[], blocked_regions text[],
    refresh_step smallint default 9
) on commit delete rows;

-- name: mark_changed_videos
-- Whether the look was worth its unit: it sets how soon the next one is, as with channels and with counts alone.
update incoming_videos i
set refresh_step = next_refresh_step(v.refresh_step, v.asked_at, coalesce(cast(:now as timestamptz), now()), v.changed)
from (
    select v.id, v.refresh_step, v.asked_at,
           (v.title, v.description) is distinct from (new.title, new.description)
           or has_moved(v.view_count, new.view_count) or has_moved(v.like_count, new.like_count)
           or has_moved(v.comment_count, new.comment_count) as changed
    from videos v join incoming_videos new on new.id = v.id
) v
where v.id = i.id
returning i.id, v.changed;

-- name: save_video_changes
-- Before the facts, because it compares with what was known.
insert into video_changes (video, changed_at, field, old, new)
select v.id, coalesce(cast(:now as timestamptz), now()), c.field, c.old, c.new
from incoming_videos i join videos v on v.id = i.id
cross join lateral (values ('title', v.title, i.title), ('description', v.description, i.description),
                           ('thumbnail_url', v.thumbnail_url, i.thumbnail_url),
                           ('availability', v.availability::text, 'available')) c (field, old, new)
where c.old is not null and c.old is distinct from c.new
on conflict do nothing;

-- name: save_video_snapshots
-- Likewise before the facts: only what changed is written, and a heartbeat a week.
insert into video_snapshots (video, observed_at, view_count, like_count, comment_count)
select i.id, coalesce(cast(:now as timestamptz), now()), i.view_count, i.like_count, i.comment_count
from incoming_videos i left join videos v on v.id = i.id
where v.snapshot_at is null or v.snapshot_at < coalesce(cast(:now as timestamptz), now()) - interval '7 days'
   or (v.view_count, v.like_count, v.comment_count)
      is distinct from (i.view_count, i.like_count, i.comment_count)
on conflict do nothing;

-- name: save_videos
-- In the order of the keys: two batches that hold the same videos must not wait for each other.
insert into videos as v (
    id, channel, created_at, updated_at, fetched_at, expires_at, availability_since, snapshot_at, asked_at, refresh_step,
    published_at, duration, view_count, like_count, comment_count, scheduled_start_at, actual_start_at, actual_end_at,
    concurrent_viewers, kind, made_for_kids, has_captions, is_licensed, is_embeddable, is_age_restricted, is_portrait,
    kind_evidence, title, description, category_id, language, language_source, definition, privacy, thumbnail_url, tags,
    topics, allowed_regions, blocked_regions)
select id, channel, t.moment, t.moment, t.moment, t.moment + interval '30 days', t.moment, t.moment, t.moment,
    refresh_step, published_at, duration, view_count, like_count, comment_count, scheduled_start_at, actual_start_at,
    actual_end_at, concurrent_viewers, kind, made_for_kids, has_captions, is_licensed, is_embeddable, is_age_restricted,
    is_portrait, kind_evidence, title, description, category_id, language, language_source, definition, privacy,
    thumbnail_url, tags, topics, allowed_regions, blocked_regions
from incoming_videos, (select coalesce(cast(:now as timestamptz), now()) as moment) t
order by id
on conflict (id) do update
set channel = excluded.channel, updated_at = excluded.updated_at, fetched_at = excluded.fetched_at,
    expires_at = excluded.expires_at, asked_at = excluded.asked_at, refresh_step = excluded.refresh_step,
    availability = 'available', missing_since = null,
    availability_since = case when v.availability = 'available' then v.availability_since else excluded.fetched_at end,
    snapshot_at = case when v.snapshot_at is null or v.snapshot_at < excluded.fetched_at - interval '7 days'
                         or (v.view_count, v.like_count, v.comment_count)
                            is distinct from (excluded.view_count, excluded.like_count, excluded.comment_count)
                       then excluded.fetched_at else v.snapshot_at end,
    published_at = excluded.published_at, duration = excluded.duration, view_count = excluded.view_count,
    like_count = excluded.like_count, comment_count = excluded.comment_count,
    scheduled_start_at = excluded.scheduled_start_at, actual_start_at = excluded.actual_start_at,
    actual_end_at = excluded.actual_end_at, concurrent_viewers = excluded.concurrent_viewers, kind = excluded.kind,
    made_for_kids = excluded.made_for_kids, has_captions = excluded.has_captions, is_licensed = excluded.is_licensed,
    is_embeddable = excluded.is_embeddable, is_age_restricted = excluded.is_age_restricted,
    is_portrait = excluded.is_portrait, kind_evidence = excluded.kind_evidence, title = excluded.title,
    description = excluded.description, category_id = excluded.category_id, language = excluded.language,
    language_source = excluded.language_source, definition = excluded.definition, privacy = excluded.privacy,
    thumbnail_url = excluded.thumbnail_url, tags = excluded.tags, topics = excluded.topics,
    allowed_regions = excluded.allowed_regions, blocked_regions = excluded.blocked_regions
returning id;

-- name: save_absence_changes
-- Left out for the second time, days after the first: before mark_absent, which makes it so.
insert into video_changes (video, changed_at, field, old, new)
select id, coalesce(cast(:now as timestamptz), now()), 'availability', availability::text, 'not_found' from videos
where id = any(cast(:ids as bigint[])) and availability <> 'not_found'
  and missing_since <= coalesce(cast(:now as timestamptz), now()) - interval '2 days'
on conflict do nothing;

-- name: mark_absent
-- Of videos that were never seen nothing is written.
update videos v
set missing_since = coalesce(v.missing_since, t.moment), updated_at = t.moment,
    availability = case when v.missing_since <= t.moment - interval '2 days' then 'not_found' else v.availability end,
    availability_since = case when v.missing_since <= t.moment - interval '2 days' and v.availability <> 'not_found'
                              then t.moment else v.availability_since end
from (select coalesce(cast(:now as timestamptz), now()) as moment) t
where v.id = any(cast(:ids as bigint[]));

-- name: list_videos
-- Of the table, where an index leads to those that are wanted; else of a stretch of it.
select v.*, 'UC' || translate(encode(uuid_send(v.channel), 'base64'), '+/=', '-_') as channel_id
from {videos} v
where (cast(:after as bigint) is null or id > cast(:after as bigint))
  and (cast(:channel as uuid) is null or channel = cast(:channel as uuid))
  and (cast(:kind as text) is null or kind = cast(:kind as video_kind))
  and (cast(:language as text) is null or language = :language or starts_with(language, :language || '-'))
  and (cast(:availability as text) is null or availability = cast(:availability as availability))
  and (cast(:published_after as timestamptz) is null or published_at >= :published_after)
  and (cast(:published_before as timestamptz) is null or published_at < :published_before)
order by id limit :limit;

-- name: stretch
(select * from videos where cast(:after as bigint) is null or id > cast(:after as bigint) order by id limit :most);

-- name: end_of_stretch
select id from videos where cast(:after as bigint) is null or id > cast(:after as bigint)
order by id offset :most - 1 limit 1;

-- name: list_newest_of_channel
-- Those without a date come first, as in the index.
select v.*, 'UC' || translate(encode(uuid_send(v.channel), 'base64'), '+/=', '-_') as channel_id
from videos v
where channel = :channel
  and (cast(:after as bigint) is null
       or case when cast(:published_at as timestamptz) is null then published_at is not null or id > :after
               else published_at < :published_at or (published_at = :published_at and id > :after) end)
order by published_at desc, id limit :limit;

-- name: read_video
select v.*, 'UC' || translate(encode(uuid_send(v.channel), 'base64'), '+/=', '-_') as channel_id
from videos v where id = :id;

-- name: list_video_snapshots
select observed_at, view_count, like_count, comment_count from video_snapshots
where video = :id and (cast(:before as timestamptz) is null or observed_at < :before)
order by observed_at desc limit :limit;

-- name: count_videos
select count(*) from (select from videos limit :most) counted;

-- name: estimate_videos
select greatest(reltuples, 0)::bigint from pg_class where oid = 'videos'::regclass;

-- name: forget_old_listings
-- Whoever comes back to one after a week reads the list anew: too much may have been uploaded since.
delete from upload_listings where listed_at < coalesce(cast(:now as timestamptz), now()) - interval '7 days';

-- name: forget_listings_of_others
-- What a job has left that wanted fewer videos or younger ones, or may have: it would end where that job wanted it to.
delete from upload_listings l
where l.channel = any(cast(:channels as uuid[]))
  and exists (
      select from processing_jobs j, processing_jobs own
      where own.id = :job_id and j.job_type = own.job_type and j.started_at <= l.listed_at
        and (j.params ->> 'videos_per_channel', j.params ->> 'published_after')
            is distinct from (own.params ->> 'videos_per_channel', own.params ->> 'published_after')
  );

-- name: read_listings
select channel, pages, listed, is_over, next_token, videos from upload_listings
where channel = any(cast(:channels as uuid[]));

-- name: stage_listings
create temporary table if not exists incoming_listings (
    channel uuid, videos bigint[], is_over boolean, next_token text
) on commit delete rows;

-- name: add_pages
-- Videos that are known and need no refreshing yet are counted, but not fetched again.
insert into upload_listings as l (channel, listed_at, pages, listed, is_over, next_token, videos)
select i.channel, coalesce(cast(:now as timestamptz), now()), 1, cardinality(i.videos), i.is_over, i.next_token,
       array(select u.id from unnest(i.videos) with ordinality u (id, place)
             where not exists (select from videos v where v.id = u.id and v.availability = 'available'
                                 and v.missing_since is null
                                 and v.expires_at > coalesce(cast(:now as timestamptz), now()))
             order by u.place)
from incoming_listings i
on conflict (channel) do update
set listed_at = excluded.listed_at, pages = l.pages + 1, listed = l.listed + excluded.listed,
    is_over = excluded.is_over, next_token = excluded.next_token, videos = l.videos || excluded.videos;

-- name: take_off
-- What was asked for, whether YouTube showed it or not.
update upload_listings
set videos = array(select u.id from unnest(videos) with ordinality u (id, place)
                   where u.id <> all(cast(:ids as bigint[])) order by u.place)
where channel = any(cast(:channels as uuid[]));

-- name: finish_listings
delete from upload_listings
where channel = any(cast(:channels as uuid[])) and is_over and videos = '{}'
returning channel, pages, listed, is_over, next_token, videos;
