-- Units are reserved before a call leaves, so jobs cannot have spent more than the ledger knows: it would under-count.
select jobs.units as units_of_jobs, ledger.units as units_of_ledger
from (select coalesce(sum(units_used), 0) as units from processing_jobs) jobs,
     (select coalesce(sum(reserved + used), 0) as units from quota_days) ledger
where jobs.units > ledger.units;
