-- A job's counters are written beside its batches, not summed up from them: a difference means that work was counted
-- twice or not at all.
select j.id, j.job_type, j.status
from processing_jobs j
left join lateral (
    select coalesce(sum(total_items), 0) as total_items, coalesce(sum(fetched), 0) as fetched,
           coalesce(sum(unchanged), 0) as unchanged, coalesce(sum(not_found), 0) as not_found,
           coalesce(sum(skipped), 0) as skipped, coalesce(sum(failed), 0) as failed,
           coalesce(sum(units_used), 0) as units_used,
           coalesce(sum(given_up), 0) as given_up
    from job_batches where job_id = j.id
) b on true
where (j.total_items, j.fetched, j.unchanged, j.not_found, j.skipped, j.failed, j.units_used, j.given_up)
   <> (b.total_items, b.fetched, b.unchanged, b.not_found, b.skipped, b.failed, b.units_used, b.given_up);
