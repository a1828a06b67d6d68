-- Two open batches of one lane that share a key fetch the same channel twice, and pay twice.
select a.id, b.id as other_id, a.lane, a.span * b.span as shared
from job_batches a
join job_batches b on b.lane = a.lane and b.id > a.id and b.span && a.span
where a.state in ('ready', 'running') and b.state in ('ready', 'running');
