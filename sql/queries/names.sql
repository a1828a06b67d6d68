-- name: save_names
-- The same name twice in an import is one question. Sorted, so that two batches never wait for each other in a circle.
insert into import_names (job_id, kind, name, line, written)
select :job_id, told.kind, told.name, told.line, told.written
from unnest(cast(:kinds as text[]), cast(:names as text[]), cast(:lines as bigint[]), cast(:texts as text[]))
     as told (kind, name, line, written)
order by told.kind, told.name, told.line
on conflict do nothing;

-- name: count_names
-- Those that wait, and what they take: what is known already costs nothing, and a handle and a custom name that are spelt
-- alike are one question. Exact up to :most names of an import: nobody waits for millions to be counted.
with waiting as (
    select w.kind, w.name, w.packed, r.name is not null as known
    from (select kind, name, packed from import_names where job_id = :job_id and outcome is null
          order by packed, name, kind limit :most) w
    left join resolutions r on r.kind = w.kind and r.name = w.name
                           and r.expires_at > coalesce(cast(:now as timestamptz), now())
)
select kind, count(*) as names, count(*) filter (where known) as known,
       count(*) filter (where not known and not (kind = 'custom' and exists (
           select from waiting h where h.kind = 'handle' and h.name = w.name and not h.known))) as asked
from waiting w group by kind;

-- name: next_names
-- In an order in which names that share a call follow each other.
select kind, name, packed from import_names
where job_id = :job_id and outcome is null
  and (packed, name, kind) > (cast(:packed as smallint), cast(:name as text), cast(:kind as text))
order by packed, name, kind limit :limit;

-- name: settle_names
update import_names n set outcome = told.outcome
from unnest(cast(:kinds as text[]), cast(:names as text[]), cast(:outcomes as text[])) as told (kind, name, outcome)
where n.job_id = :job_id and n.kind = told.kind and n.name = told.name;

-- name: list_names
select kind, name, line, written, outcome, packed from import_names
where job_id = :job_id and (packed, name, kind) > (cast(:packed as smallint), cast(:name as text), cast(:kind as text))
order by packed, name, kind limit :limit;

-- name: resolving_job
-- The job that resolves the names of an import at this moment.
select id from processing_jobs
where job_type = 'names' and params ->> 'of' = cast(:job_id as text)
  and status in ('pending', 'running', 'paused', 'waiting_for_quota')
order by created_at limit 1;
