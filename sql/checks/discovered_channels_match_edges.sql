-- Whoever is pointed at is counted with its sources, and what YouTube left out is pointed at by nobody.
select coalesce(d.id, e.id) as id, d.sources, e.sources as counted
from discovered_channels d
full join (select discovered_channel_id as id, count(distinct source_channel_id) as sources
           from channel_discoveries group by discovered_channel_id) e on e.id = d.id
where d.id is null or d.sources <> coalesce(e.sources, 0) or (d.absent_at is not null and e.id is not null);
