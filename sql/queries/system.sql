-- name: count_completed_since
-- Jobs, not items: a few thousand rows at most.
select count(*) from processing_jobs where status = 'completed' and completed_at >= :since;
