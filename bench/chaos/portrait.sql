-- One row for each part of what is kept: its name, how many rows, how many different ones there should be, and a checksum
-- of all that does not tell a time. Counts stand apart, because they change with YouTube's clock.
with facts as (
    select 'channels' as part, id::text as key, to_jsonb(c) - 'discovered_from' as told -- who was first to name it, is chance
    from channels c
    union all
    select 'videos', video_id, to_jsonb(v) from videos v
    union all
    select 'playlists', playlist_id, to_jsonb(l) - 'id' from playlists l
    union all
    select 'entries', concat_ws(' ', playlist_id, entry), to_jsonb(e) - 'playlist'
    from playlist_items e join playlists l on l.id = e.playlist
    union all
    select 'changes of channels', concat_ws(' ', channel, field), to_jsonb(c) from channel_changes c
    union all
    select 'changes of videos', concat_ws(' ', video, field), to_jsonb(c) from video_changes c
    union all
    select 'subscriptions', channel::text, jsonb_build_object('asked', state <> 'wanted') from push_subscriptions
    union all
    select 'announced videos', video::text, to_jsonb(a) from announced_videos a
    union all
    select 'edges', concat_ws(' ', source_channel_id, discovered_channel_id, discovery_method, service_name),
           jsonb_build_object('pieces', evidence_count, 'evidence', evidence)
    from channel_discoveries
    union all
    select 'discovered channels', id::text,
           jsonb_build_object('sources', sources, 'depth', depth, 'there', confirmed_at is not null)
    from discovered_channels
    union all
    select 'expansions', concat_ws(' ', channel, method), jsonb_build_object('found', found, 'units', units)
    from discovery_expansions
    union all
    select 'unfinished lists', list, '{}' from unfinished_lists
    union all
    select 'unfinished lists', channel::text, '{}' from upload_listings
)
select part as name, count(*) as rows, count(distinct key) as different,
       md5(string_agg(concat_ws(' ', key, timeless), e'\n' order by key)) as checksum
from facts, lateral (
    select jsonb_object_agg(field.key, value) as timeless from jsonb_each(told) field
    where field.key !~ '(_at|_since|_count)$' or field.key in ('published_at', 'added_at')
) kept
group by part
union all
select 'channel counts', 0, 0, -- the rows were counted above
       md5(string_agg(concat_ws(' ', id, subscriber_count, view_count, video_count), e'\n' order by id))
from channels
union all
select 'snapshot counts', count(*), count(distinct (channel, observed_at)),
       md5(string_agg(concat_ws(' ', channel, subscriber_count, view_count, video_count), e'\n' order by channel))
from channel_snapshots
union all
select 'snapshot counts of videos', count(*), count(distinct (video, observed_at)),
       md5(string_agg(concat_ws(' ', video, view_count, like_count, comment_count), e'\n' order by video))
from video_snapshots
union all
select 'items of ' || job_type, count(*), count(distinct (line, item)),
       md5(string_agg(concat_ws(' ', outcome, item, line, reason), e'\n' order by outcome, item, line))
from job_items join processing_jobs j on j.id = job_id group by job_type
union all
select 'jobs ' || job_type, count(*), count(*),
       md5(string_agg(concat_ws(' ', status, total_items, fetched, unchanged, not_found, skipped, failed, error_message),
                      e'\n' order by status, total_items))
from processing_jobs group by job_type
union all
select 'names of imports', count(*), count(distinct (job_id, kind, name)),
       md5(string_agg(concat_ws(' ', kind, name, outcome), e'\n' order by kind, name))
from import_names
union all
select 'what retention deleted', count(*), count(*),
       md5(string_agg(concat_ws(' ', subject, deleted, erased), e'\n' order by subject))
from retention_reports;
