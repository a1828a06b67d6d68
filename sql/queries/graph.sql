-- This room only reads: discoveries writes these tables. A channel is shown when it is in the catalogue; what was found
-- and is not confirmed yet is not.

-- name: one_state
-- Channels and links of an export come from several statements, and what is deleted between them was in the first.
set transaction isolation level repeatable read;

-- name: walk
-- A plan for all channels expects few edges of each, and would sort all of a hub's to take the first of them.
set local enable_sort = off;

-- name: list_discoveries
-- What a chart or a list from outside named has no source. Of the table, where an index leads to those that are wanted; else
-- of a stretch of it.
select d.id, s.channel_id as source_channel_id, s.title as source_title, t.channel_id as discovered_channel_id,
       t.title as discovered_title, d.discovery_method as method, d.service_name as service,
       d.confidence_score as confidence, d.evidence_count, d.evidence, d.first_seen, d.last_seen
from {discoveries} d
join channels t on t.id = d.discovered_channel_id
left join channels s on s.id = d.source_channel_id
where (s.id is not null or d.source_channel_id is null)
  and (cast(:after as bigint) is null or d.id > :after)
  and (cast(:source as uuid) is null or d.source_channel_id = :source)
  and (cast(:discovered as uuid) is null or d.discovered_channel_id = :discovered)
  and (cast(:method as text) is null or d.discovery_method = :method)
  and (cast(:service as text) is null or d.service_name = :service)
  and (cast(:min_confidence as real) is null or d.confidence_score >= cast(:min_confidence as real))
  and (cast(:since as timestamptz) is null or d.last_seen >= :since)
order by d.id limit :limit;

-- name: stretch
(select * from channel_discoveries where cast(:after as bigint) is null or id > :after order by id limit :most);

-- name: end_of_stretch
select id from channel_discoveries where cast(:after as bigint) is null or id > :after order by id offset :most - 1 limit 1;

-- name: read_nodes
select c.id, c.channel_id, c.title, c.handle, c.country, c.language, c.subscriber_count, c.video_count
from channels c where c.id = any(cast(:keys as uuid[]));

-- name: count_sources
select sources from discovered_channels where id = :key;

-- name: edges_near
-- Of a hub, so many edges each way: the surest ones, and of those the ones that were seen last.
select e.far, e.is_outward, e.method, e.confidence, e.last_seen, c.id is not null as is_shown
from (
    (select discovered_channel_id as far, true as is_outward, discovery_method as method,
            confidence_score as confidence, last_seen
     from channel_discoveries where source_channel_id = :key and :outward
     order by confidence_score desc, last_seen desc limit :most)
    union all
    (select source_channel_id, false, discovery_method, confidence_score, last_seen
     from channel_discoveries where discovered_channel_id = :key and source_channel_id is not null and :inward
     order by confidence_score desc, last_seen desc limit :most)
) e
left join lateral (
    select id from channels where id = e.far and id <> :key limit 1 -- the limit keeps it from reading all channels
) c on true;

-- name: edges_of_pairs
-- Both ways, whoever stands first in the pair.
select d.source_channel_id as source, d.discovered_channel_id as discovered, d.discovery_method as method,
       d.service_name as service, d.confidence_score as confidence, d.evidence_count, d.evidence,
       d.first_seen, d.last_seen
from unnest(cast(:near as uuid[]), cast(:far as uuid[])) p (near, far)
cross join lateral (
    select * from channel_discoveries where source_channel_id = p.near and discovered_channel_id = p.far
    union all
    select * from channel_discoveries where source_channel_id = p.far and discovered_channel_id = p.near
) d
where cast(:method as text) is null or d.discovery_method = :method
order by d.source_channel_id, d.discovered_channel_id, d.discovery_method;

-- name: expand
-- The channels a step away from several, with so many edges of each looked at, the surest ones; `far` is null where an edge
-- is only there to say that its channel has more of them.
select e.near, case when e.is_shown then e.far end as far, e.confidence, e.place = :fan as is_cut
from unnest(cast(:keys as uuid[])) k (near)
cross join lateral (
    select k.near, w.far, w.confidence, w.place,
           c.id is not null
           and (cast(:method as text) is null or w.method = :method)
           and (cast(:min_confidence as real) is null or w.confidence >= cast(:min_confidence as real))
           and (cast(:language as text) is null or c.language = :language)
           and (cast(:country as text) is null or c.country = :country) as is_shown
    from (
        (select discovered_channel_id as far, discovery_method as method, confidence_score as confidence,
                row_number() over (order by confidence_score desc, last_seen desc) as place
         from channel_discoveries where source_channel_id = k.near and :outward
         order by confidence_score desc, last_seen desc limit :fan)
        union all
        (select source_channel_id, discovery_method, confidence_score,
                row_number() over (order by confidence_score desc, last_seen desc)
         from channel_discoveries
         where discovered_channel_id = k.near and source_channel_id is not null and :inward
         order by confidence_score desc, last_seen desc limit :fan)
    ) w
    left join lateral (select * from channels where id = w.far limit 1) c on true
) e
where e.is_shown or e.place = :fan
limit :most;

-- name: stage_chosen
-- The channels of a subgraph, kept until the end of the transaction: the edges that follow are those between them, whatever
-- is written meanwhile, and however many they are, they are not kept in our memory.
create temporary table if not exists graph_chosen (
    id uuid, place bigint, channel_id text, title text, handle text, country text, language text,
    subscriber_count bigint, video_count bigint
) on commit delete rows;

-- name: choose_these
insert into graph_chosen
select c.id, k.place, c.channel_id, c.title, c.handle, c.country, c.language, c.subscriber_count, c.video_count
from unnest(cast(:keys as uuid[])) with ordinality k (id, place) join channels c on c.id = k.id;

-- name: choose_by_filter
-- The ends of the surest edges first. Their order needs no more than so many of the surest edges, when those have ends
-- enough; `edges` is null for all, which takes long where there are millions.
insert into graph_chosen
select c.id, row_number() over (order by e.confidence desc, c.id), c.channel_id, c.title, c.handle, c.country,
       c.language, c.subscriber_count, c.video_count
from (
    select v.id, max(d.confidence_score) as confidence
    from (
        select source_channel_id, discovered_channel_id, confidence_score from channel_discoveries
        where source_channel_id <> discovered_channel_id
          and (cast(:method as text) is null or discovery_method = :method)
          and (cast(:min_confidence as real) is null or confidence_score >= cast(:min_confidence as real))
        order by case when cast(:edges as bigint) is not null then confidence_score end desc limit :edges
    ) d
    join channels s on s.id = d.source_channel_id
    join channels t on t.id = d.discovered_channel_id
    cross join lateral (values (s.id), (t.id)) v (id)
    where (cast(:language as text) is null or (s.language = :language and t.language = :language))
      and (cast(:country as text) is null or (s.country = :country and t.country = :country))
    group by v.id
) e
join channels c on c.id = e.id
order by e.confidence desc, c.id limit :most;

-- name: choose_again
delete from graph_chosen;

-- name: cut_chosen
delete from graph_chosen where place > :most;

-- name: measure_chosen
-- The planner knows nothing of a table that was made a moment ago.
analyze graph_chosen;

-- name: nodes_of_chosen
select channel_id, title, handle, country, language, subscriber_count, video_count from graph_chosen order by place;

-- name: edges_of_chosen
select s.channel_id as source, t.channel_id as target, s.title as source_title, t.title as target_title,
       d.discovery_method as method, d.service_name as service, d.confidence_score as confidence, d.evidence_count,
       d.first_seen, d.last_seen
from channel_discoveries d
join graph_chosen s on s.id = d.source_channel_id
join graph_chosen t on t.id = d.discovered_channel_id
where s.id <> t.id
  and (cast(:method as text) is null or d.discovery_method = :method)
  and (cast(:min_confidence as real) is null or d.confidence_score >= cast(:min_confidence as real))
order by d.source_channel_id, d.discovered_channel_id, d.discovery_method;

-- name: wait_for_readers
-- A reader of an export who is slow, not gone.
set local idle_in_transaction_session_timeout = '60s';
