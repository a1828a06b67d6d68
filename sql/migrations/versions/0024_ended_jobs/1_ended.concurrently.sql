-- Jobs of the last day are counted at each look at the metrics, however many there ever were.
create index concurrently if not exists processing_jobs_ended on processing_jobs (completed_at) where completed_at is not null;
