-- name: read_moment
select coalesce(cast(:now as timestamptz), now());

-- name: sweep_channels
-- A page of channels. What people gave us (the id) stays, and is fetched again when somebody asks; a channel that YouTube told
-- us of goes whole. Of a channel that is gone, its history goes too.
with page as materialized (
    select id from channels
    where cast(:after as uuid) is null or id > cast(:after as uuid)
    order by id limit :size
), deleted as (
    delete from channels c using page p
    where c.id = p.id and c.discovered_from is not null
      and coalesce(c.fetched_at, c.created_at) <= :statistics_before
    returning c.id
), erased as (
    update channels c
    set title = null, handle = null, description = null, country = null, language = null, default_language = null,
        keywords = null, topics = null, published_at = null, thumbnail_url = null, banner_url = null,
        uploads_playlist_id = null, subscriber_count = null, view_count = null, video_count = null,
        made_for_kids = null, metadata_fetched = false, fetched_at = null, expires_at = null, snapshot_at = null,
        missing_since = null, videos_fetched = false, videos_fetched_at = null, listed_video_count = null,
        videos_cut_off = false, playlists_fetched_at = null,
        -- whoever is gone is asked for again now and then, because some come back
        asked_at = case when c.availability = 'not_found' then c.asked_at end,
        refresh_step = case when c.availability = 'not_found' then c.refresh_step else 9 end,
        availability = case when c.availability = 'not_found' then c.availability else 'unknown' end,
        updated_at = :now
    from page p
    where c.id = p.id and c.fetched_at is not null
      and (c.availability = 'not_found' or (c.discovered_from is null and c.fetched_at <= :statistics_before))
      and not (c.discovered_from is not null and c.fetched_at <= :statistics_before)
    returning c.id, c.availability
), without_texts as (
    update channels c
    set title = null, handle = null, description = null, keywords = null, thumbnail_url = null, banner_url = null,
        metadata_fetched = false, updated_at = :now
    from page p
    where c.id = p.id and c.metadata_fetched and c.availability <> 'not_found'
      and c.fetched_at <= :texts_before and c.fetched_at > :statistics_before
    returning c.id
), gone as (
    select id from deleted union all select id from erased where availability = 'not_found'
), snapshots as (
    delete from channel_snapshots s using gone where s.channel = gone.id
), changes as (
    delete from channel_changes h using gone where h.channel = gone.id and h.field <> 'availability'
)
select (select id from page order by id desc limit 1) as last,
       (select count(*) from deleted) as deleted,
       (select count(*) from erased) + (select count(*) from without_texts) as erased;

-- name: sweep_videos
-- A page of videos: YouTube told us of every one of them. A channel that stays is to be asked for its videos again.
with page as materialized (
    select id from videos
    where cast(:after as bigint) is null or id > cast(:after as bigint)
    order by id limit :size
), deleted as (
    delete from videos v using page p
    where v.id = p.id and (v.availability = 'not_found' or v.fetched_at <= :statistics_before)
    returning v.id, v.channel, v.availability
), bereft as (
    update channels c
    set videos_fetched = false, videos_fetched_at = null, listed_video_count = null, updated_at = :now
    where c.videos_fetched and c.id in (select channel from deleted where availability <> 'not_found')
), without_texts as (
    update videos v
    set title = null, description = null, tags = null, thumbnail_url = null, updated_at = :now
    from page p
    where v.id = p.id and v.availability <> 'not_found' and v.title is not null
      and v.fetched_at <= :texts_before and v.fetched_at > :statistics_before
    returning v.id
), gone as (
    select id from deleted where availability = 'not_found'
), snapshots as (
    delete from video_snapshots s using gone where s.video = gone.id
), changes as (
    delete from video_changes h using gone where h.video = gone.id and h.field <> 'availability'
)
select (select id from page order by id desc limit 1) as last,
       (select count(*) from deleted) as deleted,
       (select count(*) from without_texts) as erased;

-- name: sweep_playlists
-- A page of playlists; their entries go with them. A channel that stays is to be asked for its lists again, if it showed them.
with page as materialized (
    select id from playlists
    where cast(:after as bigint) is null or id > cast(:after as bigint)
    order by id limit :size
), deleted as (
    delete from playlists l using page p
    where l.id = p.id and (l.availability = 'not_found' or l.fetched_at <= :statistics_before)
    returning l.id, l.channel, l.availability = 'available' and l.missing_since is null as was_shown
), without_texts as (
    update playlists l set title = null, description = null, thumbnail_url = null, updated_at = :now
    from page p
    where l.id = p.id and l.availability <> 'not_found' and l.title is not null
      and l.fetched_at <= :texts_before and l.fetched_at > :statistics_before
    returning l.id, l.channel, l.missing_since is null as was_shown
), bereft as (
    update channels c set playlists_fetched_at = null, updated_at = :now
    where c.playlists_fetched_at is not null
      and c.id in (select channel from deleted where was_shown union all select channel from without_texts where was_shown)
)
select (select id from page order by id desc limit 1) as last,
       (select count(*) from deleted) as deleted,
       (select count(*) from without_texts) as erased;

-- name: sweep_playlist_items
-- Entries that no reading has confirmed: the list was not read again, or they have left it. A list that still held what is
-- deleted is no longer one that was read.
with unread as (
    update playlists set items_fetched_at = null, items_read_count = null, updated_at = :now
    where items_fetched_at is not null
      and id in (select playlist from playlist_items where last_seen_at <= :texts_before and gone_at is null)
)
delete from playlist_items where last_seen_at <= :texts_before;

-- name: sweep_upload_listings
delete from upload_listings where listed_at <= :texts_before;

-- name: sweep_unfinished_lists
-- Whoever went on in the middle of a list that was deleted would miss its beginning.
delete from unfinished_lists where since <= :texts_before;

-- name: sweep_push_notifications
delete from push_notifications where received_at <= :texts_before;

-- name: sweep_announced_videos
delete from announced_videos where announced_at <= :texts_before;

-- name: sweep_channel_discoveries
-- Edges that nobody has confirmed since. Who was pointed at is pointed at by fewer then.
with doomed as materialized (
    select id, source_channel_id as source, discovered_channel_id as discovered
    from channel_discoveries where last_seen <= :texts_before
), fewer as (
    select d.discovered, count(distinct d.source) as sources from doomed d
    where not exists (select from channel_discoveries e
                      where e.discovered_channel_id = d.discovered and e.source_channel_id = d.source
                        and e.last_seen > :texts_before)
    group by d.discovered
), counted as (
    update discovered_channels c set sources = greatest(0, c.sources - f.sources) from fewer f where c.id = f.discovered
)
delete from channel_discoveries e using doomed d where e.id = d.id;

-- name: sweep_discovered_channels
-- Of channels that are in the catalogue it stays how far they are from what people brought; that is no word of YouTube's.
delete from discovered_channels d
where d.found_at <= :texts_before
  and not exists (select from channel_discoveries e where e.discovered_channel_id = d.id)
  and (d.confirmed_at is null or d.depth = 0 or not exists (select from channels c where c.id = d.id));

-- name: sweep_discovery_expansions
delete from discovery_expansions where expanded_at <= :texts_before;

-- name: sweep_discovery_answers
delete from discovery_answers where answered_at <= :texts_before;

-- name: sweep_handle_mentions
with doomed as materialized (
    select handle, source from handle_mentions where seen_at <= :texts_before
), fewer as (
    select d.handle, count(distinct d.source) as sources from doomed d
    where not exists (select from handle_mentions m
                      where m.handle = d.handle and m.source = d.source and m.seen_at > :texts_before)
    group by d.handle
), emptied as (
    delete from mentioned_handles h using fewer f where h.handle = f.handle and h.sources <= f.sources
), counted as (
    update mentioned_handles h set sources = h.sources - f.sources from fewer f
    where h.handle = f.handle and h.sources > f.sources
)
delete from handle_mentions where seen_at <= :texts_before;

-- name: sweep_channel_terms
delete from channel_terms where compared_on <= cast(:texts_before as date);

-- name: drop_snapshot_weeks
select drop_snapshot_weeks(:history, :statistics_before);

-- name: sweep_channel_snapshots
-- What is left of the week in which the limit falls.
delete from channel_snapshots where observed_at <= :statistics_before;

-- name: sweep_video_snapshots
delete from video_snapshots where observed_at <= :statistics_before;

-- name: sweep_channel_changes
delete from channel_changes where changed_at <= :texts_before;

-- name: sweep_video_changes
delete from video_changes where changed_at <= :texts_before;

-- name: sweep_resolutions
delete from resolutions where resolved_at <= :texts_before;

-- name: add_to_report
insert into retention_reports (job_id, subject, deleted, erased, updated_at)
values (:job_id, :subject, :deleted, :erased, :now)
on conflict (job_id, subject) do update
set deleted = retention_reports.deleted + excluded.deleted, erased = retention_reports.erased + excluded.erased,
    updated_at = excluded.updated_at
returning deleted, erased;

-- name: list_reports
-- What the newest jobs did.
with newest as (
    select id, status, created_at from processing_jobs where job_type = 'retention' order by created_at desc limit :limit
)
select n.id as job_id, n.status, n.created_at, r.subject, r.deleted, r.erased
from newest n left join retention_reports r on r.job_id = n.id
order by n.created_at desc, r.subject;

-- name: oldest_data
-- The age of what is kept, read where an index or few rows tell it.
select (select min(fetched_at) from channels) as channels, (select min(fetched_at) from videos) as videos;

-- name: count_unended_jobs
select count(*) from processing_jobs
where status not in ('completed', 'failed', 'cancelled') and job_type <> 'retention';

-- name: lock_channels
-- Before forget_channel, which sees what was written until it began: who is about to write more of them is waited for.
select from channels where id = any(cast(:channels as uuid[])) order by id for update;

-- name: forget_channel
-- Everything about one channel, in one statement; it need not be in the catalogue.
with videos_gone as (delete from videos where channel = :channel returning id),
     v1 as (delete from video_snapshots s using videos_gone v where s.video = v.id),
     v2 as (delete from video_changes h using videos_gone v where h.video = v.id),
     -- its entries in lists of others, also of videos that were never fetched or are not kept any more
     v3 as (update playlist_items set title = null, owner = null, video_published_at = null
            where owner = :channel or video in (select id from videos_gone)),
     v4 as (delete from announced_videos where channel = :channel returning 1),
     v5 as (delete from upload_listings where channel = :channel returning 1),
     p1 as (delete from playlists where channel = :channel returning playlist_id),
     p2 as (delete from push_notifications where channel = :channel returning 1),
     p3 as (delete from push_subscriptions where channel = :channel returning 1),
     p4 as (delete from unfinished_lists where list = :channel_id or list in (select playlist_id from p1) returning 1),
     c1 as (delete from channel_snapshots where channel = :channel),
     c2 as (delete from channel_changes where channel = :channel),
     c3 as (delete from resolutions where channel = :channel returning 1),
     d1 as (delete from channel_discoveries where source_channel_id = :channel or discovered_channel_id = :channel
            returning source_channel_id as source, discovered_channel_id as discovered),
     d2 as (update discovered_channels c set sources = c.sources - 1
            from (select distinct discovered from d1 where source = :channel) f
            where c.id = f.discovered and c.id <> :channel),
     d3 as (delete from discovered_channels where id = :channel returning 1),
     d4 as (delete from discovery_expansions where channel = :channel),
     d5 as (delete from discovery_answers where channel = :channel),
     d6 as (delete from channel_terms where channel = :channel),
     d7 as (delete from handle_mentions where source = :channel returning handle),
     d8 as (update mentioned_handles h set sources = h.sources - 1
            from (select distinct handle from d7) f where h.handle = f.handle),
     c4 as (delete from channels where id = :channel returning id)
select (select count(*) from c4) as channels, (select count(*) from videos_gone) as videos,
       exists (select from c4 union all select from videos_gone union all select from v4 union all select from v5
               union all select from p1 union all select from p2 union all select from p3 union all select from p4
               union all select from c3 union all select from d1 union all select from d3) as was_there;
