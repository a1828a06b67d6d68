-- Every item that enters a job leaves it with exactly one outcome; a completed job with one missing has lost it.
select id, job_type, total_items, processed_items
from processing_jobs
where status = 'completed'
  and (not all_cut or total_items <> fetched + unchanged + not_found + skipped + failed);
