-- name: add_job
insert into processing_jobs
    (job_type, params, cursor, expected_items, idempotency_key, requested_by, retry_of, forecast, request_id,
     traceparent)
values (:job_type, cast(:params as jsonb), cast(:cursor as jsonb), :expected_items, :idempotency_key, :requested_by,
        :retry_of, cast(:forecast as jsonb), :request_id, :traceparent)
on conflict (idempotency_key) do nothing
returning id;

-- name: add_share
-- Every job has one, also without a budget: one that is set later must know what was spent before.
insert into job_shares (job_id, max_units)
select id, cast(params ->> 'max_units' as integer) from processing_jobs where id = :job_id;

-- name: lock_share
-- Who changes the budget waits for those who take from it.
select max_units, reserved + used as units_taken from job_shares where job_id = :job_id for no key update;

-- name: set_budget
update job_shares set max_units = :max_units where job_id = :job_id;

-- name: job_of_idempotency_key
select id from processing_jobs where idempotency_key = :idempotency_key;

-- name: add_first_event
insert into job_events (job_id, from_status, to_status, who, why)
select id, null, status, coalesce(requested_by, 'api'), why from processing_jobs where id = :job_id;

-- name: read_job
select id, job_type, status, params, cursor, all_cut, expected_items, total_items, processed_items, fetched, unchanged,
       not_found, skipped, failed, given_up, units_used, why, resume_at, stop_request, error_message, requested_by,
       created_at, updated_at, started_at, completed_at, retry_of, forecast,
       (select r.id from processing_jobs r where r.retry_of = j.id) as retried_by,
       s.max_units, coalesce(s.reserved + s.used, 0) as units_taken
from processing_jobs j left join job_shares s on s.job_id = j.id where id = :job_id;

-- name: lock_job
-- Held while a job's next state is decided, so that two workers that end its last two batches agree on who ends it.
select from processing_jobs where id = :job_id for update;

-- name: list_jobs
-- Newest first, by keyset: the page after (:before_at, :before_id).
select id, job_type, status, params, cursor, all_cut, expected_items, total_items, processed_items, fetched, unchanged,
       not_found, skipped, failed, given_up, units_used, why, resume_at, stop_request, error_message, requested_by,
       created_at, updated_at, started_at, completed_at, retry_of, forecast,
       (select r.id from processing_jobs r where r.retry_of = j.id) as retried_by,
       s.max_units, coalesce(s.reserved + s.used, 0) as units_taken
from processing_jobs j left join job_shares s on s.job_id = j.id
where (cast(:status as text) is null or status = :status)
  and (cast(:job_type as text) is null or job_type = :job_type)
  and (cast(:requested_by as text) is null or requested_by = :requested_by)
  and (cast(:created_before as timestamptz) is null or created_at < :created_before)
  and (cast(:before_at as timestamptz) is null or (created_at, id) < (:before_at, cast(:before_id as uuid)))
order by created_at desc, id desc
limit :limit;

-- name: match_jobs
-- The jobs that a move for many is about, oldest first.
select id from processing_jobs
where job_type <> all(cast(:but as text[]))
  and (cast(:status as text) is null or status = :status)
  and (cast(:job_type as text) is null or job_type = :job_type)
  and (cast(:requested_by as text) is null or requested_by = :requested_by)
  and (cast(:created_before as timestamptz) is null or created_at < :created_before)
order by created_at, id;

-- name: list_active_jobs
select id, job_type from processing_jobs
where status in ('pending', 'running', 'waiting_for_quota') order by created_at;

-- name: list_waiting_jobs
select id, job_type from processing_jobs where status = 'waiting_for_quota' order by created_at;

-- name: count_jobs
select status, count(*) from processing_jobs group by status;

-- name: move
-- The one statement that changes a job's state: guarded by the states it may come from, and writing its event.
with moved as (
    update processing_jobs j
    set status = :target, why = :why, resume_at = :resume_at, error_message = coalesce(:error, j.error_message),
        stop_request = case when :clear_stop then null else j.stop_request end,
        started_at = coalesce(j.started_at, case when :target = 'running' then coalesce(cast(:now as timestamptz), now()) end),
        completed_at = case when :ended then coalesce(cast(:now as timestamptz), now()) end,
        updated_at = coalesce(cast(:now as timestamptz), now())
    from (select id, status from processing_jobs where id = :job_id for update) before
    where j.id = before.id and before.status = any(cast(:origins as text[]))
    returning j.id, before.status as from_status
)
insert into job_events (job_id, at, from_status, to_status, who, why)
select id, coalesce(cast(:now as timestamptz), now()), from_status, :target, :who, :event_why from moved
returning job_id;

-- name: request_stop
-- A wish to stop: running batches see it when they renew their lease. A wish to cancel outranks one to pause.
update processing_jobs
set stop_request = case when stop_request = 'cancel' then 'cancel' else :wish end,
    updated_at = coalesce(cast(:now as timestamptz), now())
where id = :job_id and status in ('pending', 'running', 'waiting_for_quota')
returning id;

-- name: list_events
select at, from_status, to_status, who, why from job_events where job_id = :job_id order by id;

-- name: save_cut
update processing_jobs
set cursor = cast(:cursor as jsonb), all_cut = :last, total_items = total_items + :entered,
    expected_items = coalesce(:expected_items, expected_items)
where id = :job_id;

-- name: add_batch
insert into job_batches (job_id, ordinal, lane, span, spec, total_items)
select :job_id, coalesce(max(ordinal), 0) + 1, cast(:lane as smallint),
       case when cast(:lane as smallint) is not null then uuidrange(:first_key, :last_key, '[]') end,
       cast(:spec as jsonb), :total_items
from job_batches where job_id = :job_id
returning id;

-- name: one_cutter_of_a_lane
-- Two jobs of one kind that cut at the same time would take the same channels; the second waits about a millisecond.
select pg_advisory_xact_lock(hashtext('lane'), :lane);

-- name: taken_spans
-- What unfinished batches of this lane have taken, from :after on.
select lower(span) as first_key, upper(span) as last_key from job_batches
where state in ('ready', 'running') and lane = :lane
  and (cast(:after as uuid) is null or upper(span) > cast(:after as uuid))
order by span;

-- name: whose_turn
-- A message is one turn at a worker. It goes to the job that was served longest ago, of those in the queue of the batch
-- that it names; of that job to this very batch, or else to the oldest. So a large job does not keep a small one waiting.
with named as (
    select coalesce(cast(:queues as jsonb) ->> j.job_type, :default_queue) as queue
    from job_batches b join processing_jobs j on j.id = b.job_id where b.id = :batch_id
)
select next.id
from processing_jobs j
join named on coalesce(cast(:queues as jsonb) ->> j.job_type, :default_queue) = named.queue
left join job_shares s on s.job_id = j.id
cross join lateral (
    select b.id from job_batches b
    where b.job_id = j.id and b.state = 'ready'
      and (b.not_before is null or b.not_before <= coalesce(cast(:now as timestamptz), now()))
    order by b.id <> :batch_id, b.id limit 1
) next
where j.status = 'running' and j.stop_request is null
order by s.served_at nulls first, j.created_at limit 1;

-- name: one_cutter_of_a_stage
-- Likewise for batches that hold single items: two that cut at the same time would take the same ones.
select pg_advisory_xact_lock(hashtext('stage'), hashtext(:stage));

-- name: held_items
select i.item from job_batches b join processing_jobs j on j.id = b.job_id
cross join lateral jsonb_array_elements_text(b.spec -> 'items') i (item)
where b.state in ('ready', 'running') and j.job_type = :job_type
  and b.spec ->> 'stage' is not distinct from cast(:stage as text);

-- name: claim
-- One statement hands out a batch: a new fence, a lease, and the attempt it costs. No row means that somebody else has it,
-- that its time has not come, or that its job does not run.
with claimed as (
    update job_batches b
    set state = 'running', fence = b.fence + 1, attempts = b.attempts + 1, leased_by = :worker,
        lease_until = now() + make_interval(secs => :lease), not_before = null, waits_for_quota = false, why = null
    from processing_jobs j
    where b.id = :batch_id and b.state = 'ready' and j.id = b.job_id and j.status = 'running'
      and j.stop_request is null
      and (b.not_before is null or b.not_before <= coalesce(cast(:now as timestamptz), now()))
    returning b.id, b.job_id, j.job_type, j.params, b.spec, b.settled, b.total_items, b.fence, b.attempts, j.request_id,
              j.traceparent
), served as (
    update job_shares s set served_at = clock_timestamp() from claimed where s.job_id = claimed.job_id
)
select * from claimed;

-- name: renew_lease
-- Also brings the wish to stop: a person's, or that of another batch which has halted the job. No row: the lease is lost.
update job_batches b set lease_until = clock_timestamp() + make_interval(secs => :lease)
from processing_jobs j
where b.id = :batch_id and b.fence = :fence and b.state = 'running' and j.id = b.job_id
returning coalesce(j.stop_request, case when j.status <> 'running' then j.status end) as stop_request;

-- name: show_fence
-- The first statement of every slice: locks the batch, and tells which calls were settled before (the answer to a commit
-- can be lost when the commit is not). No row: the lease is lost.
select settled from job_batches where id = :batch_id and fence = :fence and state = 'running' for update;

-- name: settle_calls
-- The lease counts from this moment: now() would be the beginning of a transaction that may have taken long.
update job_batches
set settled = settled || cast(:calls as integer[]), total_items = total_items + :entered,
    fetched = fetched + :fetched, unchanged = unchanged + :unchanged, not_found = not_found + :not_found,
    skipped = skipped + :skipped, failed = failed + :failed, units_used = units_used + :units,
    lease_until = clock_timestamp() + make_interval(secs => :lease), spec = coalesce(cast(:spec as jsonb), spec)
where id = :batch_id;

-- name: count_slice
-- The job's own counters, in the same transaction as the facts. Last, because all batches of the job meet at this row; and
-- after it, what is counted of all jobs of the type, where they all meet, though seldom at the same of its rows.
with counted as (
    update processing_jobs
    set total_items = total_items + :entered, fetched = fetched + :fetched, unchanged = unchanged + :unchanged,
        not_found = not_found + :not_found, skipped = skipped + :skipped, failed = failed + :failed,
        given_up = given_up + :given_up, units_used = units_used + :units,
        expected_items = coalesce(:expected_items, expected_items), updated_at = coalesce(cast(:now as timestamptz), now())
    where id = :job_id
    returning job_type
)
insert into item_counts as kept
    (job_type, slot, fetched, unchanged, not_found, skipped, failed, given_up, units, channels, videos)
select job_type, :batch_id % 8, :fetched, :unchanged, :not_found, :skipped, :failed, :given_up, :units, :channels, :videos
from counted
on conflict (job_type, slot) do update
set fetched = kept.fetched + excluded.fetched, unchanged = kept.unchanged + excluded.unchanged,
    not_found = kept.not_found + excluded.not_found, skipped = kept.skipped + excluded.skipped,
    failed = kept.failed + excluded.failed, given_up = kept.given_up + excluded.given_up,
    units = kept.units + excluded.units, channels = kept.channels + excluded.channels,
    videos = kept.videos + excluded.videos;

-- name: spend_only
-- Units that were spent without settling an item (a call that failed) belong to the batch and job all the same.
with b as (
    update job_batches set units_used = units_used + :units where id = :batch_id and fence = :fence and state = 'running'
    returning job_id
)
update processing_jobs j set units_used = units_used + :units from b where j.id = b.job_id;

-- name: add_remarks
insert into job_items (job_id, batch_id, outcome, item, line, reason, at)
select :job_id, :batch_id, r.outcome, r.item, r.line, r.reason, coalesce(cast(:now as timestamptz), now())
from jsonb_to_recordset(cast(:remarks as jsonb)) as r(outcome text, item text, line bigint, reason text);

-- name: count_unsettled
insert into item_counts as kept (job_type, slot, units) values (:job_type, :batch_id % 8, :units)
on conflict (job_type, slot) do update set units = kept.units + excluded.units;

-- name: finish_batch
update job_batches
set state = 'done', finished_at = coalesce(cast(:now as timestamptz), now()), leased_by = null, lease_until = null
where id = :batch_id and fence = :fence and state = 'running' and processed_items = total_items
returning id;

-- name: release_batch
-- Back to be claimed again, later or at once; :refund gives the attempt back (waiting and stopping are no failures).
update job_batches
set state = 'ready', leased_by = null, lease_until = null, why = :why, waits_for_quota = :waits_for_quota,
    not_before = coalesce(cast(:not_before as timestamptz),
                          coalesce(cast(:now as timestamptz), now()) + make_interval(secs => :seconds)),
    attempts = attempts - :refund, lost = lost + :crashed, knocked_at = null
where id = :batch_id and fence = :fence and state = 'running'
returning id;

-- name: progress_of_batches
-- What decides a job's next state.
select count(*) filter (where state = 'running') as running,
       count(*) filter (where state = 'ready') as ready,
       count(*) filter (where state = 'ready' and waits_for_quota
                          and not_before > coalesce(cast(:now as timestamptz), now())) as waiting
from job_batches where job_id = :job_id and state in ('ready', 'running');

-- name: left_by_method
select spec ->> 'method' as method, sum(total_items - processed_items) as items from job_batches
where job_id = :job_id and state in ('ready', 'running') and spec ->> 'stage' = any(cast(:stages as text[]))
group by 1;

-- name: why_it_waits
select why, not_before from job_batches
where job_id = :job_id and state = 'ready' and waits_for_quota order by not_before limit 1;

-- name: read_notice
-- What holds a running job up: the batch that is tried again next, and why it has to be.
select why, not_before from job_batches
where job_id = :job_id and state = 'ready' and why is not null
  and not_before > coalesce(cast(:now as timestamptz), now())
  and not exists (select from job_batches r where r.job_id = :job_id and r.state = 'running')
order by not_before limit 1;

-- name: running_seconds
-- How long a job has run, without the time in which it rested or waited.
select coalesce(sum(extract(epoch from stretch.until - stretch.at)), 0)::float8
from (select at, to_status, lead(at, 1, coalesce(cast(:now as timestamptz), now())) over (order by id) as until
      from job_events where job_id = :job_id) stretch
where stretch.to_status = 'running';

-- name: last_of_type
-- The last job of a type that did enough to tell how fast such jobs are.
select id, processed_items, units_used from processing_jobs
where job_type = :job_type and status = 'completed' and processed_items >= :least
order by created_at desc, id desc limit 1;

-- name: count_unfinished
select count(*) from processing_jobs
where status in ('pending', 'running', 'waiting_for_quota') and job_type = any(cast(:job_types as text[]))
  and id is distinct from cast(:but_for as uuid);

-- name: cancel_batches
update job_batches
set state = 'cancelled', finished_at = coalesce(cast(:now as timestamptz), now()), leased_by = null, lease_until = null
where job_id = :job_id and state in ('ready', 'running');

-- name: wake_batches
-- What waited for quota may be claimed at once; and the messages about all others went unheard while the job rested.
update job_batches
set not_before = case when waits_for_quota then null else not_before end,
    why = case when waits_for_quota then null else why end, waits_for_quota = false, knocked_at = null
where id in (select id from job_batches where job_id = :job_id and state = 'ready' for update skip locked);

-- name: free_expired
-- Leases that were not renewed: the worker is dead, paused or cut off. Should it come back, its fence is too old.
-- A locked row is one whose worker is writing at this moment: it lives, however long its transaction takes.
update job_batches
set state = 'ready', leased_by = null, lease_until = null, knocked_at = null, lost = lost + 1,
    why = 'worker ' || leased_by || ' fell silent'
where id in (select id from job_batches where state = 'running' and lease_until < now() for update skip locked)
returning id, (select j.job_type from processing_jobs j where j.id = job_id) as job_type;

-- name: worn_out
-- Batches that were lost or failed too often. Their jobs are locked with them: what takes their place needs the job's row,
-- and whoever holds that row (advance) may be waiting for these batches. What is locked is left to the next round.
select b.id, b.job_id, b.spec, b.settled, b.total_items - b.processed_items as left_over, b.why, b.lost,
       j.job_type, j.params
from job_batches b join processing_jobs j on j.id = b.job_id
where b.state = 'ready' and b.attempts >= :attempts and j.status = 'running'
  and (cast(:batch_id as bigint) is null or b.id = :batch_id)
for no key update of b, j skip locked;

-- name: replace_batch
-- Halves take the place of a batch that kept dying; what it had settled stays with it.
update job_batches
set state = 'done', total_items = processed_items, finished_at = coalesce(cast(:now as timestamptz), now()), why = :why
where id = :batch_id and state = 'ready'
returning total_items;

-- name: fail_rest
update job_batches
set state = 'done', failed = failed + :left_over, given_up = :left_over, finished_at = coalesce(cast(:now as timestamptz), now()), why = :why
where id = :batch_id and state = 'ready';

-- name: list_left_over
-- What a retry takes up of a job that has ended: its batches that were cancelled or given up, in the order of the cuts.
select id, spec, settled from job_batches
where job_id = :job_id and id > :after and (state = 'cancelled' or given_up > 0)
order by id limit :limit;

-- name: due_batches
-- Work that could run now. `unheard` has not been knocked for in the last :patience seconds.
select b.id, j.job_type,
       b.knocked_at is null or b.knocked_at < now() - make_interval(secs => :patience) as unheard,
       b.knocked_at is null or b.knocked_at < now() - make_interval(secs => :long_patience) as lost
from job_batches b join processing_jobs j on j.id = b.job_id
where b.state = 'ready' and j.status = 'running' and j.stop_request is null
  and (b.not_before is null or b.not_before <= coalesce(cast(:now as timestamptz), now()))
order by b.id;

-- name: mark_knocked
update job_batches set knocked_at = now() where id = any(cast(:batch_ids as bigint[])) and state = 'ready';

-- name: take_unheard
-- Under the lock of the job, so batches that somebody else holds (and who may wait for the job) are left to the keeper.
update job_batches set knocked_at = now()
where id in (
    select id from job_batches
    where job_id = :job_id and state = 'ready' and knocked_at is null
      and (not_before is null or not_before <= coalesce(cast(:now as timestamptz), now()))
    for update skip locked
)
returning id;

-- name: list_items
select id, outcome, item, line, reason from job_items
where job_id = :job_id and id > :after and (cast(:outcome as text) is null or outcome = :outcome)
order by id limit :limit;

-- name: group_remarks
-- Bounded however many remarks a job has: the first and the last :most of each outcome, grouped by their words.
select seen.outcome, seen.reason, count(*) as count, min(seen.at) as first_at, max(seen.at) as last_at,
       (array_agg(seen.item order by seen.id))[1:3] as items, (array_agg(seen.line order by seen.id))[1:3] as lines
from (values ('failed'), ('not_found'), ('skipped')) o (outcome)
cross join lateral (
    (select * from job_items i where i.job_id = :job_id and i.outcome = o.outcome order by i.id limit :most)
    union
    (select * from job_items i where i.job_id = :job_id and i.outcome = o.outcome order by i.id desc limit :most)
) seen
group by seen.outcome, seen.reason order by min(seen.id);

-- name: uneven_jobs
-- Jobs whose own counters differ from the sum of their batches: this must return no row.
select j.id, j.total_items, b.total_items as total_of_batches, j.processed_items, b.processed_items as processed_of_batches
from processing_jobs j
join lateral (select coalesce(sum(total_items), 0) as total_items, coalesce(sum(processed_items), 0) as processed_items
              from job_batches where job_id = j.id) b on true
where j.status in ('running', 'waiting_for_quota', 'paused')
  and (j.total_items <> b.total_items or j.processed_items <> b.processed_items);

-- name: tick
insert into worker_ticks (worker, role) values (:worker, :role)
on conflict (worker) do update set ticked_at = now();

-- name: list_ticks
-- Those that were heard within an hour.
select t.worker, t.role, t.started_at, t.ticked_at, extract(epoch from now() - t.ticked_at)::float8 as silent_seconds,
       (select count(*) from job_batches b where b.state = 'running' and b.leased_by = t.worker) as busy
from worker_ticks t where t.ticked_at > now() - interval '1 hour' order by t.worker;
