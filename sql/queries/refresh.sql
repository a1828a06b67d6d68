-- name: due_channels
-- What is asked next of all that is due, the most urgent first, in the order of app/refresh/model.py: on each step of the
-- ladder the index gives those that were asked longest ago, so that fifteen million rows cost no more than fifteen looks.
select d.id from (
    select c.id, c.age, s.holds, c.age >= cast(:longest as interval) as expires
    from (select cast(n as smallint) as step,
                 least(cast(:max_age as interval), cast(:longest as interval),
                       greatest(cast(:shortest as interval), refresh_interval(cast(n as smallint)))) as holds
          from generate_series(0, 14) n) s
    cross join lateral (
        select id, cast(:moment as timestamptz) - asked_at as age from channels
        where refresh_step = s.step and asked_at <= cast(:moment as timestamptz) - s.holds
          and asked_at < cast(:before as timestamptz) and id <> all(cast(:held as uuid[]))
        order by asked_at, id limit :limit
    ) c
) d
order by d.expires desc,
         extract(epoch from d.age) / extract(epoch from case when d.expires then cast(:longest as interval) else d.holds end)
         desc, d.id
limit :limit;

-- name: due_statistics
-- Likewise.
select d.id from (
    select v.id, v.age, s.holds, v.age >= cast(:longest as interval) as expires
    from (select cast(n as smallint) as step,
                 least(cast(:max_age as interval), cast(:longest as interval),
                       greatest(cast(:shortest as interval), refresh_interval(cast(n as smallint)))) as holds
          from generate_series(0, 14) n) s
    cross join lateral (
        select id, cast(:moment as timestamptz) - asked_at as age from videos
        where refresh_step = s.step and asked_at <= cast(:moment as timestamptz) - s.holds
          and asked_at < cast(:before as timestamptz) and id <> all(cast(:held as bigint[]))
        order by asked_at, id limit :limit
    ) v
) d
order by d.expires desc,
         extract(epoch from d.age) / extract(epoch from case when d.expires then cast(:longest as interval) else d.holds end)
         desc, d.id
limit :limit;

-- name: due_videos
-- Whole videos, the oldest first: counts do not prolong how long the rest may be kept. Who was left out once is asked again
-- when a second omission proves something.
select id from videos
where fetched_at <= cast(:moment as timestamptz) - least(cast(:max_age as interval), cast(:longest as interval))
  and availability <> 'not_found'
  and (missing_since is null or missing_since <= cast(:moment as timestamptz) - interval '2 days')
  and asked_at < cast(:before as timestamptz) and id <> all(cast(:held as bigint[]))
order by fetched_at, id
limit :limit;

-- name: count_due_channels
-- Exact up to :most. In the order of the index, for the planner would rather look through the table.
select count(*) from (
    select from (select cast(n as smallint) as step,
                        least(cast(:max_age as interval), cast(:longest as interval),
                              greatest(cast(:shortest as interval), refresh_interval(cast(n as smallint)))) as holds
                 from generate_series(0, 14) n) s
    cross join lateral (
        select from channels where refresh_step = s.step and asked_at <= coalesce(cast(:now as timestamptz), now()) - s.holds
        order by asked_at limit :most
    ) c
    limit :most
) counted;

-- name: count_due_statistics
-- Likewise.
select count(*) from (
    select from (select cast(n as smallint) as step,
                        least(cast(:max_age as interval), cast(:longest as interval),
                              greatest(cast(:shortest as interval), refresh_interval(cast(n as smallint)))) as holds
                 from generate_series(0, 14) n) s
    cross join lateral (
        select from videos where refresh_step = s.step and asked_at <= coalesce(cast(:now as timestamptz), now()) - s.holds
        order by asked_at limit :most
    ) v
    limit :most
) counted;

-- name: count_due_videos
select count(*) from (
    select from videos, (select coalesce(cast(:now as timestamptz), now()) as moment) t
    where fetched_at <= t.moment - least(cast(:max_age as interval), cast(:longest as interval))
      and availability <> 'not_found' and (missing_since is null or missing_since <= t.moment - interval '2 days')
    limit :most
) counted;

-- name: one_cutter_of_refreshes
-- Two jobs that cut at the same time would take the same rows; the second waits a moment.
select pg_advisory_xact_lock(hashtext('refresh'), hashtext(:job_type));

-- name: held
-- What unfinished batches of this type hold, of whichever job, and what this job has given up already: it is still due.
select jsonb_array_elements_text(b.spec -> 'ids') as id
from job_batches b join processing_jobs j on j.id = b.job_id
where (b.state in ('ready', 'running') and j.job_type = :job_type)
   or (b.job_id = :job_id and b.state = 'done' and b.failed > 0);

-- name: channels_asked_before
-- What a retry finds left of a batch that was cut at :moment.
select id from channels where id = any(cast(:ids as uuid[])) and asked_at < cast(:moment as timestamptz);

-- name: statistics_asked_before
-- Likewise.
select id from videos where id = any(cast(:ids as bigint[])) and asked_at < cast(:moment as timestamptz);

-- name: videos_asked_before
-- Whoever asked for counts meanwhile has not asked for the rest.
select id from videos
where id = any(cast(:ids as bigint[])) and fetched_at < cast(:moment as timestamptz)
  and (missing_since is null or missing_since < cast(:moment as timestamptz)) and availability <> 'not_found';

-- name: put_off_channels
-- Who was left out of an answer has been asked all the same. First it is asked again in four days, when a second omission
-- proves something; then less and less often.
update channels
set asked_at = t.moment,
    refresh_step = case when availability = 'available' then 8
                        else next_refresh_step(refresh_step, asked_at, t.moment, false) end
from (select coalesce(cast(:now as timestamptz), now()) as moment) t
where id = any(cast(:ids as uuid[])) and asked_at is not null;

-- name: lock_videos
-- In the order of the keys: counts and whole videos are refreshed at the same time, and must not wait for each other.
select id from videos where id = any(cast(:ids as bigint[])) order by id for update;

-- name: put_off_videos
-- An omission of videos.batchGetStats proves nothing: asked again as if nothing had changed.
update videos
set asked_at = t.moment, refresh_step = next_refresh_step(refresh_step, asked_at, t.moment, false)
from (select coalesce(cast(:now as timestamptz), now()) as moment) t
where id = any(cast(:ids as bigint[]));

-- name: stage_statistics
create temporary table if not exists incoming_statistics (
    id bigint, view_count bigint, like_count bigint, comment_count bigint, changed boolean
) on commit delete rows;

-- name: mark_changed_statistics
update incoming_statistics i
set changed = has_moved(v.view_count, i.view_count) or has_moved(v.like_count, i.like_count)
              or has_moved(v.comment_count, i.comment_count)
from videos v where v.id = i.id;

-- name: save_statistics_snapshots
-- Before the counts, because it compares with what was known: only what changed is written, and a heartbeat a week.
insert into video_snapshots (video, observed_at, view_count, like_count, comment_count)
select i.id, t.moment, i.view_count, i.like_count, i.comment_count
from (select coalesce(cast(:now as timestamptz), now()) as moment) t, incoming_statistics i join videos v on v.id = i.id
where v.snapshot_at is null or v.snapshot_at < t.moment - interval '7 days'
   or (v.view_count, v.like_count, v.comment_count) is distinct from (i.view_count, i.like_count, i.comment_count)
on conflict do nothing;

-- name: save_statistics
-- The counts only: fetched_at and expires_at stay those of title and description, which nobody has asked for.
update videos v
set view_count = i.view_count, like_count = i.like_count, comment_count = i.comment_count, updated_at = t.moment,
    asked_at = t.moment, refresh_step = next_refresh_step(v.refresh_step, v.asked_at, t.moment, i.changed),
    snapshot_at = case when v.snapshot_at is null or v.snapshot_at < t.moment - interval '7 days'
                         or (v.view_count, v.like_count, v.comment_count)
                            is distinct from (i.view_count, i.like_count, i.comment_count)
                       then t.moment else v.snapshot_at end
from incoming_statistics i, (select coalesce(cast(:now as timestamptz), now()) as moment) t
where v.id = i.id
returning v.id, i.changed;
