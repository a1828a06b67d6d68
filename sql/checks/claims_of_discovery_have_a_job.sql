-- What is being expanded is held by a job that there is, or is free for the next.
select channel, method from discovery_expansions where expanded_at is null and job_id is null;
