-- name: read_now
-- The time that all processes agree on.
select coalesce(cast(:now as timestamptz), now());

-- name: add_schedule
-- No row: the name is taken.
insert into schedules (name, job_type, params, cron, every_seconds, time_zone, enabled, grace_seconds, next_fire_at,
                       created_at, updated_at)
values (:name, :job_type, cast(:params as jsonb), :cron, :every_seconds, :time_zone, :enabled, :grace_seconds,
        :next_fire_at, :now, :now)
on conflict (name) do nothing
returning id;

-- name: read_schedule
select id, name, job_type, params, cron, every_seconds, time_zone, enabled, grace_seconds, next_fire_at, last_fire_at,
       last_job_id, created_at, updated_at
from schedules where name = :name;

-- name: lock_schedule
-- Held while a schedule is changed, so that two changes, or a change and a fire, come one after the other.
select from schedules where name = :name for no key update;

-- name: list_schedules
-- By name, from the one after :after.
select id, name, job_type, params, cron, every_seconds, time_zone, enabled, grace_seconds, next_fire_at, last_fire_at,
       last_job_id, created_at, updated_at
from schedules where cast(:after as text) is null or name > :after
order by name limit :limit;

-- name: change_schedule
update schedules
set params = cast(:params as jsonb), cron = :cron, every_seconds = :every_seconds, time_zone = :time_zone,
    enabled = :enabled, grace_seconds = :grace_seconds, next_fire_at = :next_fire_at, updated_at = :now
where id = :schedule_id;

-- name: delete_schedule
delete from schedules where id = :schedule_id;

-- name: list_fires
-- The newest first.
select fire_at, outcome, job_id, missed, why, decided_at from schedule_fires
where schedule_id = :schedule_id order by fire_at desc limit :limit;

-- name: list_due
-- What nobody has looked at yet, the longest overdue first.
select id from schedules where enabled and next_fire_at <= coalesce(cast(:now as timestamptz), now())
order by next_fire_at;

-- name: lock_due
-- One of several beats gets the row; the others pass over it, and find it done when they look again.
select id, name, job_type, params, cron, every_seconds, time_zone, enabled, grace_seconds, next_fire_at, last_fire_at,
       last_job_id, created_at, updated_at
from schedules
where id = :schedule_id and enabled and next_fire_at <= coalesce(cast(:now as timestamptz), now())
for no key update skip locked;

-- name: claim_fire
-- No row: this time was decided before, by a clock that has been put back since.
insert into schedule_fires (schedule_id, fire_at, decided_at) values (:schedule_id, :fire_at, :now)
on conflict (schedule_id, fire_at) do nothing
returning schedule_id;

-- name: settle_fire
update schedule_fires set outcome = :outcome, job_id = :job_id, missed = :missed, why = :why
where schedule_id = :schedule_id and fire_at = :fire_at;

-- name: add_run
-- A person's own run is kept among the fires, once for each job.
insert into schedule_fires (schedule_id, fire_at, outcome, job_id, decided_at)
select :schedule_id, :now, 'run', :job_id, :now
where not exists (select from schedule_fires where schedule_id = :schedule_id and job_id = :job_id)
on conflict (schedule_id, fire_at) do nothing;

-- name: set_next
update schedules set next_fire_at = :next_fire_at where id = :schedule_id;

-- name: set_last
update schedules set last_fire_at = :fire_at, last_job_id = :job_id where id = :schedule_id;

-- name: forget_old_fires
-- The newest :kept of each schedule stay.
delete from schedule_fires
where schedule_id = :schedule_id
  and fire_at <= (select fire_at from schedule_fires where schedule_id = :schedule_id
                  order by fire_at desc offset :kept limit 1);
