-- One row for each part of what is kept: its name, how many rows, how many different ones there should be, and a checksum
-- of all that does not tell a time. Counts stand apart, because they change with YouTube's clock.
select 'channels', count(*), count(distinct id), md5(string_agg(facts::text, e'\n' order by id))
from (
    select id, (select jsonb_object_agg(key, value) from jsonb_each(to_jsonb(c))
                where key !~ '(_at|_since|_count)$' or key = 'published_at') as facts
    from channels c
) c
union all
select 'channel counts', 0, 0, -- the rows were counted above
       md5(string_agg(concat_ws(' ', id, subscriber_count, view_count, video_count), e'\n' order by id))
from channels
union all
select 'snapshot counts', count(*), count(distinct channel),
       md5(string_agg(concat_ws(' ', channel, subscriber_count, view_count, video_count), e'\n' order by channel))
from channel_snapshots
union all
select 'items of jobs', count(*), count(distinct (job_type, line, item)),
       md5(string_agg(concat_ws(' ', job_type, outcome, item, line, reason), e'\n' order by job_type, outcome, item, line))
from job_items join processing_jobs j on j.id = job_id
union all
select 'outcomes of jobs', count(*), count(*),
       md5(string_agg(concat_ws(' ', job_type, status, total_items, fetched, unchanged, not_found, skipped, failed, error_message),
                      e'\n' order by job_type, status, total_items))
from processing_jobs;
