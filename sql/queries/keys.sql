-- name: save_project
-- The name is what people and the environment call it; the row is found again by it. Where Google has told that it is
-- the same as an older one, that one is meant: what was learned must outlive a restart.
with named as (
    insert into api_projects (name) values (:name)
    on conflict (name) do update set name = excluded.name
    returning id, project_number
)
select coalesce(min(p.id), named.id) as id
from named left join api_projects p on p.project_number = named.project_number
group by named.id;

-- name: save_key
-- A key is known by its fingerprint: the same key under another name or project is one row, encrypted anew, so that a
-- changed SECRET_KEY heals itself for the keys of the environment. A key that was switched off because of an error comes
-- back when a person gives it again, not because it still stands in the environment.
insert into api_keys (key_name, encrypted_key, fingerprint, project_id, source)
values (:name, :encrypted, :fingerprint, :project_id, :source)
on conflict (fingerprint) do update
set key_name = excluded.key_name, encrypted_key = excluded.encrypted_key, project_id = excluded.project_id,
    source = excluded.source,
    is_active = api_keys.is_active or api_keys.disabled_reason = :absent or excluded.source = 'api',
    disabled_reason = case when api_keys.disabled_reason <> :absent and excluded.source <> 'api'
                           then api_keys.disabled_reason end
returning id;

-- name: disable_absent_keys
-- Keys of the environment that are no longer there. Those that were off already keep their reason, so that they do not
-- rise when they come back; they are the environment's no more, and can be deleted.
update api_keys
set is_active = false, disabled_reason = coalesce(disabled_reason, :absent),
    source = case when disabled_reason <> :absent then 'api' else source end
where source = 'environment' and disabled_reason is distinct from :absent
  and fingerprint <> all(cast(:present as text[]));

-- name: lock_key
-- With its project: what makes a key unusable may be either.
select k.key_name, k.source, k.disabled_reason, p.name as project, p.suspended_why
from api_keys k join api_projects p on p.id = k.project_id where k.id = :key_id for no key update of k, p;

-- name: change_key
update api_keys
set key_name = coalesce(:name, key_name), is_active = coalesce(:is_active, is_active),
    disabled_reason = case when cast(:is_active as boolean) is null then disabled_reason
                           when not :is_active then coalesce(disabled_reason, :off) end
where id = :key_id;

-- name: lift_suspension
update api_projects set suspended_at = null, suspended_why = null
where id = (select project_id from api_keys where id = :key_id);

-- name: set_limits
-- Null takes the project's own limit away: that of the setting holds again.
update api_projects set quota_limits = jsonb_strip_nulls(quota_limits || cast(:limits as jsonb))
where id = (select project_id from api_keys where id = :key_id);

-- name: forget_exhaustion
-- Google said that the bucket was empty by the limit of before.
update quota_days set exhausted_at = null
where project_id = (select project_id from api_keys where id = :key_id)
  and day = pacific_day(coalesce(cast(:now as timestamptz), now()))
  and quota_limit < cast(cast(:limits as jsonb) ->> bucket as integer);

-- name: delete_key
-- The project stays, and with it the ledger: what this key has spent today is spent, and blocks that are still out are
-- given back to it.
delete from api_keys where id = :key_id;

-- name: list_keys
select k.id, k.key_name, k.service, k.fingerprint, p.name as project, k.source, k.is_active, k.disabled_reason,
       p.suspended_why, k.last_used, k.error_count, k.last_error
from api_keys k join api_projects p on p.id = k.project_id
order by k.id;

-- name: list_usage
-- What the ledger says of today, by project and bucket.
select p.id as project_id, p.name as project, d.bucket, d.day, d.quota_limit, d.reserved, d.used, d.exhausted_at,
       pacific_midnight_after(d.day) as resets_at
from quota_days d join api_projects p on p.id = d.project_id
where d.day = pacific_day(coalesce(cast(:now as timestamptz), now()))
order by p.id, d.bucket;

-- name: one_taker_at_a_time
-- Two takers that read the same rest of a bucket would both get it. Held for about a millisecond; also by those who
-- change the ledger and keys or projects together.
select pg_advisory_xact_lock(hashtext('quota ' || :bucket));

-- name: lock_budget
-- What the job that pays may still take; NULL without a budget. Before the ledger's row, in the same order wherever both
-- are changed.
select max_units, max_units - reserved - used as units_left from job_shares where job_id = :job_id for no key update;

-- name: reserve_of_budget
-- In the transaction that reserves the units in the ledger: neither is ever without the other.
update job_shares set reserved = reserved + :units where job_id = :job_id;

-- name: settle_in_budget
update job_shares set reserved = reserved - :units, used = used + :spent where job_id = :job_id;

-- name: open_day
-- The first taker of a Pacific day opens it for every project; a limit that was changed holds from the next take on.
insert into quota_days (project_id, bucket, day, quota_limit)
select p.id, :bucket, pacific_day(coalesce(cast(:now as timestamptz), now())),
       coalesce((p.quota_limits ->> :bucket)::integer, :quota_limit)
from api_projects p
where exists (select from api_keys k where k.project_id = p.id)
on conflict (project_id, bucket, day) do update
set quota_limit = greatest(excluded.quota_limit, quota_days.reserved + quota_days.used)
where quota_days.quota_limit <> greatest(excluded.quota_limit, quota_days.reserved + quota_days.used);

-- name: take
-- Reserve up to :units for a batch on the key whose project has the most left, then on the one that rested longest, and
-- give it the next free slots in time, :pace seconds apart: one statement paces a key across all workers.
with best as (
    select k.id as key_id, d.project_id, d.bucket, d.day,
           least(:units, d.quota_limit - d.reserved - d.used) as units
    from api_keys k
    join api_projects p on p.id = k.project_id
    join quota_days d on d.project_id = p.id and d.bucket = :bucket
                     and d.day = pacific_day(coalesce(cast(:now as timestamptz), now()))
    where k.is_active and p.suspended_at is null and d.exhausted_at is null and d.quota_limit > d.reserved + d.used
    order by d.quota_limit - d.reserved - d.used desc, k.last_used nulls first, k.id
    limit 1
), reserved as (
    update quota_days d set reserved = d.reserved + best.units
    from best where d.project_id = best.project_id and d.bucket = best.bucket and d.day = best.day
    returning d.project_id
), paced as (
    update api_keys k
    set last_used = coalesce(cast(:now as timestamptz), now()),
        next_call_at = greatest(k.next_call_at, clock_timestamp()) + best.units * make_interval(secs => :pace)
    from best where k.id = best.key_id
    returning k.encrypted_key, k.fingerprint,
              k.next_call_at - best.units * make_interval(secs => :pace) - clock_timestamp() as wait
)
select best.key_id, best.project_id, best.bucket, best.day, best.units, paced.encrypted_key, paced.fingerprint,
       greatest(extract(epoch from paced.wait)::float8, 0) as wait_seconds,
       pacific_midnight_after(best.day) as resets_at
from best, reserved, paced; -- no row without a reservation: the project may have been joined to another meanwhile

-- name: give_back
-- The units of a block that were spent become used, the others free again.
-- A block that comes back after midnight counts in the last hour of its day.
update quota_days
set reserved = reserved - :units, used = used + :spent,
    used_by_hour[hour_of_pacific_day(day, coalesce(cast(:now as timestamptz), now()))] =
        coalesce(used_by_hour[hour_of_pacific_day(day, coalesce(cast(:now as timestamptz), now()))], 0) + :spent
where project_id = :project_id and bucket = :bucket and day = :day;

-- name: spent_lately
-- Units of the last :hours hours, the one that runs included, and when the first hour began in which any were spent.
select coalesce(sum(spent.units), 0)::bigint as units, min(spent.began) as since
from (
    select d.used_by_hour[hour] as units,
           pacific_midnight_after(d.day - 1) + (hour - 1) * interval '1 hour' as began
    from quota_days d, generate_subscripts(d.used_by_hour, 1) hour
    where d.bucket = :bucket and d.day >= pacific_day(coalesce(cast(:now as timestamptz), now())) - 1
) spent
where spent.units > 0 and spent.began > coalesce(cast(:now as timestamptz), now()) - :hours * interval '1 hour';

-- name: mark_exhausted
-- Google refuses although the ledger has units left: somebody else spends them too, or the limit is lower.
-- By the key, as in all that follows: the same answer may have told that the key belongs to another project. A key that
-- was deleted meanwhile belonged to the project that has paid.
update quota_days set exhausted_at = coalesce(cast(:now as timestamptz), now())
where project_id = coalesce((select project_id from api_keys where id = :key_id), :project_id)
  and bucket = :bucket and day = :day and exhausted_at is null;

-- name: disable_key
update api_keys set is_active = false, disabled_reason = :reason, error_count = error_count + 1, last_error = :reason
where id = :key_id and is_active;

-- name: disable_project_keys
update api_keys set is_active = false, disabled_reason = :reason, error_count = error_count + 1, last_error = :reason
where project_id = coalesce((select project_id from api_keys where id = :key_id), :project_id) and is_active;

-- name: suspend_project
update api_projects set suspended_at = coalesce(cast(:now as timestamptz), now()), suspended_why = :reason
where id = coalesce((select project_id from api_keys where id = :key_id), :project_id) and suspended_at is null;

-- name: count_error
update api_keys set error_count = error_count + 1, last_error = :reason where id = :key_id;

-- name: learn_project_number
-- Google's answer tells which project a key belongs to.
update api_projects set project_number = :number
where id = coalesce((select project_id from api_keys where id = :key_id), :project_id)
  and project_number is distinct from :number;

-- name: projects_of_number
-- The first is the one that stays, always the same: the others were only assumed to be projects of their own.
select id from api_projects where project_number = :number order by id;

-- name: merge_ledger
-- What was spent under the assumed projects was spent by the known one: its ledger must not under-count. The rows move,
-- so that hearing the number again adds nothing; blocks that are still out are counted as used.
with moved as (
    delete from quota_days where project_id = any(cast(:assumed as bigint[]))
    returning bucket, day, quota_limit, reserved + used as units, exhausted_at
)
insert into quota_days (project_id, bucket, day, quota_limit, used, exhausted_at)
select :known, bucket, day, greatest(max(quota_limit), sum(units)), sum(units), min(exhausted_at)
from moved group by bucket, day
on conflict (project_id, bucket, day) do update
set used = quota_days.used + excluded.used,
    quota_limit = greatest(quota_days.quota_limit, quota_days.reserved + quota_days.used + excluded.used),
    exhausted_at = coalesce(quota_days.exhausted_at, excluded.exhausted_at);

-- name: merge_suspension
update api_projects known set suspended_at = assumed.suspended_at, suspended_why = assumed.suspended_why
from api_projects assumed
where known.id = :known and known.suspended_at is null
  and assumed.id = any(cast(:assumed as bigint[])) and assumed.suspended_at is not null;

-- name: move_keys_to_project
update api_keys set project_id = :known where project_id = any(cast(:assumed as bigint[]));

-- name: outlook
-- What can be had in a bucket: units left today and on each day, when the next day begins, who could spend. By the limit
-- that holds now, like open_day: who waits for quota must notice that it was raised.
select coalesce(sum(greatest(coalesce((p.quota_limits ->> :bucket)::integer, :quota_limit)
                             - coalesce(d.reserved + d.used, 0), 0))
                filter (where d.exhausted_at is null), 0)::bigint as units_left,
       coalesce(sum(coalesce((p.quota_limits ->> :bucket)::integer, :quota_limit)), 0)::bigint as daily_limit,
       pacific_midnight_after(pacific_day(coalesce(cast(:now as timestamptz), now()))) as resets_at,
       count(*)::int as projects,
       coalesce(sum((select count(*) from api_keys k where k.project_id = p.id and k.is_active)), 0)::int as keys
from api_projects p
left join quota_days d on d.project_id = p.id and d.bucket = :bucket
                      and d.day = pacific_day(coalesce(cast(:now as timestamptz), now()))
where p.suspended_at is null and exists (select from api_keys k where k.project_id = p.id and k.is_active);

-- name: suspended_projects
select name, suspended_why from api_projects where suspended_at is not null order by id;

-- name: read_sealed
select id as key_id, project_id, fingerprint, encrypted_key from api_keys where id = :key_id;

-- name: key_of_fingerprint
select id from api_keys where fingerprint = :fingerprint;

-- name: open_day_of_project
-- Like open_day, for a project that may have no key that is stored.
insert into quota_days (project_id, bucket, day, quota_limit)
select p.id, :bucket, pacific_day(coalesce(cast(:now as timestamptz), now())),
       coalesce((p.quota_limits ->> :bucket)::integer, :quota_limit)
from api_projects p where p.id = :project_id
on conflict (project_id, bucket, day) do update
set quota_limit = greatest(excluded.quota_limit, quota_days.reserved + quota_days.used);

-- name: take_one
-- A unit for a test of this key, switched on or not, in the next free slot of the key. A key that is not stored has none.
with reserved as (
    update quota_days set reserved = reserved + 1
    where project_id = :project_id and bucket = :bucket
      and day = pacific_day(coalesce(cast(:now as timestamptz), now()))
      and exhausted_at is null and quota_limit > reserved + used
    returning project_id, bucket, day
), paced as (
    update api_keys
    set last_used = coalesce(cast(:now as timestamptz), now()),
        next_call_at = greatest(next_call_at, clock_timestamp()) + make_interval(secs => :pace)
    from reserved where id = :key_id
    returning next_call_at - make_interval(secs => :pace) - clock_timestamp() as wait
)
select reserved.project_id, reserved.bucket, reserved.day, 1 as units,
       greatest(coalesce(extract(epoch from (select wait from paced))::float8, 0), 0) as wait_seconds,
       pacific_midnight_after(reserved.day) as resets_at
from reserved;

-- name: tried_before
-- Projects that were made to pay for the test of a key before it was stored.
select id from api_projects where name = any(cast(:names as text[]));

-- name: forget_tried
delete from api_projects where id = any(cast(:assumed as bigint[]));
