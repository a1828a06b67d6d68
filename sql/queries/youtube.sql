-- name: find_resolutions
-- All names of a request at once; what is expired is as good as unknown.
select r.kind, r.name, r.channel, r.certainty, r.reason
from unnest(cast(:kinds as text[]), cast(:names as text[])) as asked (kind, name)
join resolutions r using (kind, name)
where r.expires_at > coalesce(cast(:now as timestamptz), now());

-- name: save_resolutions
-- What was found may be kept for thirty days, as all that YouTube tells; what was not found is worth another unit
-- tomorrow. Sorted, so that two requests that save the same names never wait for each other in a circle.
insert into resolutions (kind, name, channel, certainty, reason, resolved_at, expires_at)
select told.kind, told.name, told.channel, told.certainty, told.reason, t.moment,
       t.moment + case when told.channel is null then interval '1 day' else interval '30 days' end
from unnest(cast(:kinds as text[]), cast(:names as text[]), cast(:channels as uuid[]),
            cast(:certainties as text[]), cast(:reasons as text[]))
         as told (kind, name, channel, certainty, reason),
     (select coalesce(cast(:now as timestamptz), now()) as moment) t
order by told.kind, told.name
on conflict (kind, name) do update
set channel = excluded.channel, certainty = excluded.certainty, reason = excluded.reason,
    resolved_at = excluded.resolved_at, expires_at = excluded.expires_at;

-- name: forget_expired_resolutions
-- Nothing is kept for longer than YouTube allows; what another request is forgetting or renewing is left to it.
delete from resolutions
where (kind, name) in (select r.kind, r.name from resolutions r
                       where r.expires_at <= coalesce(cast(:now as timestamptz), now())
                       for update skip locked);
