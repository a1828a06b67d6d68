-- name: uploads_in_use
-- Those of some files that an import still needs: one that has not ended, or ended lately and may be retried.
select distinct params ->> 'source_path' as path from processing_jobs
where job_type = 'migrate' and params ->> 'source_path' = any(cast(:paths as text[]))
  and (completed_at is null or completed_at > cast(:ended_before as timestamptz));
