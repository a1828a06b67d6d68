-- name: hurry
-- Whoever asks for metrics asks again soon.
set local statement_timeout = '4s';

-- name: add_counts
-- In one order, so that two processes that write the same rows never wait for each other in a ring.
insert into event_counts as kept (name, labels, count, seconds, buckets)
select name, labels, count, seconds, buckets
from jsonb_to_recordset(cast(:counts as jsonb))
  as new (name text, labels text, count bigint, seconds double precision, buckets bigint[])
order by name, labels
on conflict (name, labels) do update
set count = kept.count + excluded.count, seconds = kept.seconds + excluded.seconds,
    buckets = array(select coalesce(a, 0) + coalesce(b, 0)
                    from unnest(kept.buckets, excluded.buckets) with ordinality as both_of (a, b, place) order by place);

-- name: list_counts
-- A few hundred rows: labels are routes, methods, kinds and reasons.
select name, labels, count as times, seconds, buckets from event_counts order by name, labels;

-- name: list_item_counts
select job_type, sum(fetched)::bigint as fetched, sum(unchanged)::bigint as unchanged,
       sum(not_found)::bigint as not_found, sum(skipped)::bigint as skipped, sum(failed)::bigint as failed,
       sum(given_up)::bigint as given_up, sum(units)::bigint as units, sum(channels)::bigint as channels,
       sum(videos)::bigint as videos
from item_counts group by job_type order by job_type;

-- name: list_units
-- The ledger of today for every project that has keys, whether or not anybody has taken from it today.
select p.name as project, bucket.name as bucket,
       coalesce(d.used, 0) as used, coalesce(d.reserved, 0) as reserved,
       coalesce(d.quota_limit, (p.quota_limits ->> bucket.name)::integer, bucket.quota_limit::integer) as quota_limit,
       d.exhausted_at is not null as exhausted, p.suspended_at is not null as suspended
from api_projects p
cross join jsonb_each_text(cast(:limits as jsonb)) as bucket (name, quota_limit)
left join quota_days d on d.project_id = p.id and d.bucket = bucket.name
                      and d.day = pacific_day(coalesce(cast(:now as timestamptz), now()))
where exists (select from api_keys k where k.project_id = p.id)
order by p.name, bucket.name;

-- name: count_keys
select count(*) filter (where k.is_active and p.suspended_at is null) as usable,
       count(*) filter (where not k.is_active) as disabled,
       count(*) filter (where k.is_active and p.suspended_at is not null) as suspended,
       extract(epoch from pacific_midnight_after(pacific_day(coalesce(cast(:now as timestamptz), now())))
                          - coalesce(cast(:now as timestamptz), now()))::float8 as seconds_to_reset
from api_keys k join api_projects p on p.id = k.project_id;

-- name: list_unended_jobs
-- How many jobs stand in each state, and for how long the one has that nothing has happened to for longest. From the partial
-- index of those that have not ended, however many have.
select job_type, status, count(*) as jobs,
       extract(epoch from coalesce(cast(:now as timestamptz), now()) - min(updated_at))::float8 as still_seconds
from processing_jobs
where status in ('pending', 'running', 'paused', 'waiting_for_quota')
group by job_type, status order by job_type, status;

-- name: list_ended_jobs
select job_type, status, count(*) as jobs
from processing_jobs
where completed_at > coalesce(cast(:now as timestamptz), now()) - interval '1 day'
group by job_type, status order by job_type, status;

-- name: list_open_batches
-- Of each type: how many run, how many wait for a worker and for how long, how many are not to be tried yet. A job has
-- BATCH_WINDOW of them at most, or what came with its request.
select j.job_type, count(*) filter (where b.state = 'running') as running,
       count(*) filter (where waits) as waiting, count(*) filter (where b.state = 'ready' and not waits) as later,
       coalesce(extract(epoch from coalesce(cast(:now as timestamptz), now())
                - min(greatest(b.created_at, b.not_before, s.served_at)) filter (where waits)), 0)::float8
           as oldest_seconds
from processing_jobs j
join job_batches b on b.job_id = j.id and b.state in ('ready', 'running')
left join job_shares s on s.job_id = j.id
cross join lateral (
    select b.state = 'ready' and j.status = 'running' and j.stop_request is null
           and (b.not_before is null or b.not_before <= coalesce(cast(:now as timestamptz), now())) as waits
) now_
where j.status in ('pending', 'running', 'paused', 'waiting_for_quota')
group by j.job_type order by j.job_type;

-- name: list_silences
-- Those that were heard within an hour.
select worker, role, extract(epoch from now() - ticked_at)::float8 as seconds
from worker_ticks where ticked_at > now() - interval '1 hour' order by role, worker;

-- name: list_sizes
-- Estimates of the statistics collector: nothing is counted.
select relname as name, greatest(reltuples, 0)::bigint as rows
from pg_class
where relnamespace = 'public'::regnamespace
  and relname in ('channels', 'videos', 'playlists', 'channel_discoveries', 'channels_without_metadata')
order by relname;

-- name: read_database
select pg_database_size(current_database()) as bytes,
       count(*) filter (where state = 'active') as active,
       count(*) filter (where state = 'idle') as idle,
       count(*) filter (where state like 'idle in transaction%') as in_transaction,
       (select setting::integer from pg_settings where name = 'max_connections') as most
from pg_stat_activity where datname = current_database() and application_name = 'tributary';

-- name: read_ages
-- Each from one end of an index, or from a table of one row.
select (select extract(epoch from coalesce(cast(:now as timestamptz), now()) - min(fetched_at))::float8
        from videos where availability <> 'not_found') as videos,
       (select extract(epoch from coalesce(cast(:now as timestamptz), now()) - max(received_at))::float8
        from push_notifications) as announced,
       (select failures from push_hub) as hub_failures,
       exists (select from push_subscriptions
               where state in ('active', 'unwanted') and lease_expires_at > coalesce(cast(:now as timestamptz), now()))
           as subscribed;

-- name: oldest_channel
-- When the channel was fetched that was asked for longest ago: a look at one end of the index for each step.
select extract(epoch from coalesce(cast(:now as timestamptz), now()) - min(oldest.fetched_at))::float8 as channels
from generate_series(0, 14) as step
cross join lateral (
    select c.fetched_at from channels c
    where c.refresh_step = step and c.asked_at is not null
    order by c.asked_at, c.id limit 1
) oldest;
