alter table processing_jobs add column forecast jsonb;
comment on column processing_jobs.forecast is 'What it was expected to take when it was asked for; of kinds that spend quota.';
