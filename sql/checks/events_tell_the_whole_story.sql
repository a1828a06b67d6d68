-- Each move begins where the one before it ended, and the last one leads to where the job is: no state changed unseen.
select e.job_id, e.id as event_id, e.from_status, e.to_status
from (
    select id, job_id, from_status, to_status,
           lag(to_status) over by_job as came_from, lead(id) over by_job is null as is_last
    from job_events
    window by_job as (partition by job_id order by id)
) e
join processing_jobs j on j.id = e.job_id
where e.from_status is distinct from e.came_from or (e.is_last and e.to_status <> j.status)
union all
select id, null, null, status from processing_jobs j where not exists (select from job_events where job_id = j.id);
