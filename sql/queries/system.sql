-- name: count_completed_since
-- Jobs, not items: a few thousand rows at most.
select count(*) from processing_jobs where status = 'completed' and completed_at >= :since;

-- name: count_api_keys
-- Of each kind of secret: what is under the key that seals now, by the mark that it begins with. Sealed is plain ASCII.
select count(*) from api_keys where convert_from(encrypted_key, 'SQL_ASCII') like :mark;

-- name: sealed_api_keys
-- A portion of what is not under it, locked until it is written: whoever writes it meanwhile does so under the new key.
select cast(id as text) as id, key_name as name, convert_from(encrypted_key, 'SQL_ASCII') as sealed
from api_keys
where id > cast(:after as bigint) and convert_from(encrypted_key, 'SQL_ASCII') not like :mark
order by api_keys.id limit :most for no key update;

-- name: reseal_api_keys
update api_keys set encrypted_key = convert_to(:sealed, 'SQL_ASCII') where id = cast(:id as bigint);

-- name: count_push_secrets
select count(*) from push_subscriptions where convert_from(secret, 'SQL_ASCII') like :mark;

-- name: sealed_push_secrets
select cast(channel as text) as id, cast(channel as text) as name, convert_from(secret, 'SQL_ASCII') as sealed
from push_subscriptions
where channel > cast(:after as uuid) and convert_from(secret, 'SQL_ASCII') not like :mark
order by channel limit :most for no key update;

-- name: reseal_push_secrets
update push_subscriptions set secret = convert_to(:sealed, 'SQL_ASCII') where channel = cast(:id as uuid);

-- name: count_import_passwords
select count(*) from processing_jobs where params ->> 'sealed' like :mark;

-- name: sealed_import_passwords
select cast(id as text) as id, 'job ' || id as name, params ->> 'sealed' as sealed
from processing_jobs
where id > cast(:after as uuid) and params ->> 'sealed' not like :mark
order by processing_jobs.id limit :most for no key update;

-- name: reseal_import_passwords
update processing_jobs set params = jsonb_set(params, '{sealed}', to_jsonb(cast(:sealed as text)))
where id = cast(:id as uuid);

-- name: server
select current_setting('server_version') as version, cast(current_setting('server_version_num') as integer) as number,
       pg_is_in_recovery() as standby, cast(current_setting('max_connections') as integer) as max_connections,
       (select count(*) from pg_stat_activity where backend_type = 'client backend') as connections,
       pg_database_size(current_database()) as bytes, clock_timestamp() as now;

-- name: data_folder
-- Refused to who may not know it.
select current_setting('data_directory');

-- name: still_jobs
-- Those that rest, and those that should run and have not moved for :minutes.
select id, job_type, status, why, resume_at, coalesce(cast(:now as timestamptz), now()) - updated_at as silent
from processing_jobs
where status in ('paused', 'waiting_for_quota')
   or (status in ('pending', 'running')
       and updated_at < coalesce(cast(:now as timestamptz), now()) - :minutes * interval '1 minute')
order by created_at desc limit :most;

-- name: expired_leases
-- A keeper frees them within seconds: after a minute there is none.
select count(*) as batches from job_batches
where state = 'running' and lease_until < coalesce(cast(:now as timestamptz), now()) - interval '1 minute';
