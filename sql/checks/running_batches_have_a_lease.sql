-- A running batch without a lease is one that nobody will ever take back from a dead worker.
select id, job_id, state, leased_by, lease_until
from job_batches
where (state = 'running') <> (leased_by is not null) or (state = 'running') <> (lease_until is not null);
