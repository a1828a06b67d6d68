-- A handle is counted with the different channels that name it.
select coalesce(h.handle, m.handle) as handle, h.sources, m.sources as counted
from mentioned_handles h
full join (select handle, count(distinct source) as sources from handle_mentions group by handle) m using (handle)
where coalesce(h.sources, -1) <> coalesce(m.sources, 0);
