-- A job takes its units from its budget before a call leaves: never more than it has, and never fewer than it has spent.
select j.id, s.max_units, s.reserved, s.used, j.units_used
from processing_jobs j left join job_shares s on s.job_id = j.id
where s.job_id is null or s.reserved + s.used > s.max_units or s.reserved + s.used < j.units_used;
