-- An open batch of a job that has ended would keep its channels from every other job for ever.
select b.id, b.job_id, b.state, j.status
from job_batches b
join processing_jobs j on j.id = b.job_id
where b.state in ('ready', 'running') and j.status in ('completed', 'failed', 'cancelled');
