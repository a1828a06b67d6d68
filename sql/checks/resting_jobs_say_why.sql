-- A job that does not run and says neither why nor until when leaves people to guess.
select id, job_type, status, why, resume_at
from processing_jobs
where (status not in ('running', 'completed') and why is null)
   or (status = 'waiting_for_quota' and resume_at is null);
