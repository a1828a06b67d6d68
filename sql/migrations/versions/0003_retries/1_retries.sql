alter table processing_jobs
    add column retry_of uuid unique references processing_jobs on delete set null,
    add column given_up bigint not null default 0, -- those of the failed that a retry takes up
    add constraint the_given_up_have_failed check (given_up between 0 and failed);
comment on column processing_jobs.retry_of is 'The job whose rest this one takes up; each job is retried by one other at most.';

alter table job_batches add column given_up integer not null default 0;
create index job_batches_left_over on job_batches (job_id, id) where state = 'cancelled' or given_up > 0;

alter table job_items add column at timestamptz not null default now();
