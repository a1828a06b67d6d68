create index discovery_expansions_claimed on discovery_expansions (job_id) where expanded_at is null;
