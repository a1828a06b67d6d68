-- What was not fetched can be looked up with its reason: a count without its items would be a loss that nobody can name.
select j.id, o.outcome, o.counted, count(i.id) as explained
from processing_jobs j
cross join lateral (values ('not_found', j.not_found), ('skipped', j.skipped), ('failed', j.failed)) o (outcome, counted)
left join job_items i on i.job_id = j.id and i.outcome = o.outcome
group by j.id, o.outcome, o.counted
-- Of a bad import, only so many rows are kept.
having count(i.id) <> o.counted and (j.job_type <> 'migrate' or count(i.id) not between 1000 and o.counted);
