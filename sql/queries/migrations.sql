-- name: take_turn
-- One migrator at a time, by a lock of the session. Never the form that waits: whoever waits in it has a snapshot, and an
-- index that is built concurrently waits for all snapshots.
select pg_try_advisory_lock(hashtext('tributary'), hashtext('migrations'));

-- name: who_has_the_turn
select a.pid, a.usename, a.application_name, a.client_addr, a.backend_type, a.state, a.query,
       date_trunc('second', clock_timestamp() - a.xact_start) as open_for
from pg_locks l join pg_stat_activity a using (pid)
where l.locktype = 'advisory' and l.granted and l.objsubid = 2
  and l.database = (select oid from pg_database where datname = current_database())
  and l.classid = hashtext('tributary')::oid and l.objid = hashtext('migrations')::oid;

-- name: who_blocks
-- Those who hold, or wait in front of us for, what the session of :pid waits for.
select pid, usename, application_name, client_addr, backend_type, state, query,
       date_trunc('second', clock_timestamp() - xact_start) as open_for
from pg_stat_activity where pid = any (pg_blocking_pids(:pid)) and pid <> pg_backend_pid() order by xact_start nulls last;

-- name: is_half_built
-- A concurrent index whose building was broken off stays, is written to, and answers nothing.
select exists (select from pg_index where indexrelid = to_regclass(:name) and not indisvalid);

-- name: prepare_weeks
select prepare_snapshot_weeks(now());
