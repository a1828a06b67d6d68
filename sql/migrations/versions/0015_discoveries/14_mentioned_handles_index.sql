create index mentioned_handles_waiting on mentioned_handles (sources desc, handle) where job_id is null;
