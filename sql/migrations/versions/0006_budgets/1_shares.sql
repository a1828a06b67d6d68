create table job_shares (
    job_id     uuid primary key references processing_jobs on delete cascade,
    max_units  integer check (max_units > 0),   -- the budget; NULL where none was set
    reserved   integer not null default 0 check (reserved >= 0), -- in blocks of the ledger that are still out
    used       integer not null default 0,      -- of blocks that were settled
    served_at  timestamptz,                     -- when a worker last took a batch of this job
    constraint never_beyond_the_budget check (reserved + used <= max_units)
) with (fillfactor = 50);
comment on table job_shares is 'What a job has had of what all jobs share: units of quota, and turns at the workers.';
insert into job_shares (job_id, used) select id, units_used from processing_jobs
