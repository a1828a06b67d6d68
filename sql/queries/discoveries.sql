-- name: free_expansions
-- What an ended job holds is free again; on the partial index of what is held.
delete from discovery_expansions e using processing_jobs j
where e.expanded_at is null and e.job_id = j.id and j.status in ('completed', 'failed', 'cancelled');

-- name: free_candidates
update discovered_channels d set job_id = null from processing_jobs j
where d.job_id = j.id and j.status in ('completed', 'failed', 'cancelled');

-- name: free_handles
update mentioned_handles m set job_id = null from processing_jobs j
where m.job_id = j.id and j.status in ('completed', 'failed', 'cancelled');

-- name: read_seeds
-- Channels as methods see them; lists and videos only for methods that look at them.
select c.id, c.title, c.handle, c.description, c.language, c.country, c.keywords, c.topics, c.uploads_playlist_id, c.video_count,
       c.subscriber_count,
       case when :playlists then array(
           select p.playlist_id from playlists p
           where p.channel = c.id and p.missing_since is null and p.playlist_id not like 'UU%'
           order by p.item_count desc nulls last, p.id limit 50) end as playlist_ids,
       case when :videos then array(
           select v.id from videos v where v.channel = c.id and v.availability = 'available'
           order by v.published_at desc, v.id limit 50) end as videos
from channels c where c.id = any(cast(:channels as uuid[])) order by c.id;

-- name: read_texts
-- The newest videos of channels, with what their owners wrote.
select v.channel, v.id, v.title, v.description
from unnest(cast(:channels as uuid[])) as c (id)
cross join lateral (
    select channel, id, title, description from videos
    where channel = c.id and availability = 'available' order by published_at desc, id limit 50
) v;

-- name: next_seeds
-- The next channels of one size, on its index. A bounded number of rows is read, however many are not free.
with page as materialized (
    select id from channels
    where metadata_fetched and availability <> 'not_found' and size_of_channel(subscriber_count) = :size
      and id > cast(:after as uuid)
    order by id limit :most
)
select coalesce(array_agg(f.id order by f.id), '{}') as found, coalesce(array_agg(f.depth order by f.id), '{}') as depths,
       (select id from page order by id desc limit 1) as last, (select count(*) from page) as looked_at
from (
    select p.id, d.depth
    from page p
    cross join lateral (select coalesce((select depth from discovered_channels where id = p.id), 0) as depth) d
    where d.depth < :depth and d.depth <> all(cast(:closed as smallint[]))
      and not exists (select from discovery_expansions e
                      where e.channel = p.id and e.method = :method
                        and (e.expanded_at is null or e.expanded_at > :expanded_before))
    order by p.id limit :limit
) f;

-- name: claim_seeds
-- Of two jobs that want the same channel, the second waits for the first, and does not get it.
insert into discovery_expansions as e (channel, method, job_id)
select channel, :method, :job_id from unnest(cast(:channels as uuid[])) channel order by channel
on conflict (channel, method) do update
set job_id = excluded.job_id, expanded_at = null, found = 0, new = 0, units = 0
where e.expanded_at <= :expanded_before
   or (e.expanded_at is null and e.job_id in (select id from processing_jobs
                                              where status in ('completed', 'failed', 'cancelled')))
returning channel;

-- name: held_seeds
select channel from discovery_expansions
where method = :method and channel = any(cast(:channels as uuid[])) and job_id = :job_id and expanded_at is null;

-- name: give_back
delete from discovery_expansions
where method = :method and channel = any(cast(:channels as uuid[])) and job_id = :job_id and expanded_at is null;

-- name: read_yields
-- One row for each method and size. What was learned long ago counts less.
select y.method, y.stratum, sum(y.expansions * w.weight)::float8 as expansions, sum(y.units * w.weight)::float8 as units,
       sum(y.new * w.weight)::float8 as named, sum(y.confirmed * w.weight)::float8 as confirmed,
       sum(y.dropped * w.weight)::float8 as dropped
from discovery_yields y
cross join lateral (
    select power(0.5, greatest(0, extract(epoch from cast(:now as timestamptz) - y.updated_at))
                      / extract(epoch from cast(:half_life as interval))) as weight
) w
where y.method = any(cast(:methods as text[]))
group by y.method, y.stratum;

-- name: read_progress
select method, sum(units) as units, sum(confirmed) as confirmed from discovery_yields
where job_id = :job_id group by method;

-- name: read_depths
-- What a job has spent at each depth.
select depth, units from discovery_depths where job_id = :job_id;

-- name: held_depths
-- What is under way, on the partial index of what is held.
select e.method, coalesce((select d.depth from discovered_channels d where d.id = e.channel), 0) as depth, count(*) as held
from discovery_expansions e where e.job_id = :job_id and e.expanded_at is null group by 1, 2;

-- name: save_answers
insert into discovery_answers (channel, method, step, answer, units, answered_at)
select a.channel, :method, a.step, nullif(cast(:answers as jsonb) -> (a.ordinal::integer - 1), 'null'), a.units,
       coalesce(cast(:now as timestamptz), now())
from unnest(cast(:channels as uuid[]), cast(:steps as smallint[]), cast(:units as integer[]))
     with ordinality a (channel, step, units, ordinal)
order by a.channel, a.step
on conflict (channel, method, step) do update
set answer = excluded.answer, units = excluded.units, answered_at = excluded.answered_at;

-- name: read_answers
-- Old ones lead nowhere: the tokens in them are no longer valid.
select channel, answer, units from discovery_answers
where method = :method and channel = any(cast(:channels as uuid[]))
  and answered_at > coalesce(cast(:now as timestamptz), now()) - interval '36 hours' order by channel, step;

-- name: forget_answers
delete from discovery_answers where method = :method and channel = any(cast(:channels as uuid[]));

-- name: stage_edges
create temporary table if not exists incoming_edges (source uuid, discovered uuid, evidence text, hash integer)
on commit delete rows;

-- name: clear_edges
-- Several groups of answers may come in one transaction.
delete from incoming_edges;

-- name: save_discovered
-- Everybody who is pointed at, once. Who is in the catalogue counts as confirmed; who was left out lately by YouTube is not
-- asked about again. In the order of their keys: the transactions of two batches meet here first, and do not deadlock.
with named as (
    select i.discovered as id, min(i.source::text)::uuid as first_source,
           count(distinct i.source) filter (where not exists (
               select from channel_discoveries e
               where e.discovered_channel_id = i.discovered and e.source_channel_id = i.source)) as sources
    from incoming_edges i group by i.discovered
)
insert into discovered_channels as d (id, sources, depth, found_from, found_by, found_at, confirmed_at)
select n.id, n.sources,
       case when c.id is not null and c.discovered_from is null then 0
            else 1 + coalesce((select s.depth from discovered_channels s where s.id = n.first_source), 0) end,
       n.first_source, :method, t.moment, case when c.id is not null then t.moment end
from named n left join channels c on c.id = n.id, (select coalesce(cast(:now as timestamptz), now()) as moment) t
order by n.id
on conflict (id) do update
set sources = case when d.absent_at > excluded.found_at - interval '28 days' then 0
                   else d.sources + excluded.sources end,
    depth = least(d.depth, excluded.depth), confirmed_at = coalesce(d.confirmed_at, excluded.confirmed_at),
    absent_at = case when d.absent_at > excluded.found_at - interval '28 days' then d.absent_at end
returning id, found_from, (xmax = 0 and confirmed_at is null) as is_new;

-- name: drop_absent
delete from incoming_edges i using discovered_channels d where d.id = i.discovered and d.absent_at is not null;

-- name: save_edges
-- Evidence that was counted before is not counted again.
insert into channel_discoveries as e (source_channel_id, discovered_channel_id, discovery_method, service_name,
                                      evidence_count, evidence, evidence_hashes, confidence_score, first_seen, last_seen)
select i.source, i.discovered, :method, :service, least(count(distinct i.hash), :most),
       (array_agg(distinct i.evidence))[1:cast(:shown as integer)], (array_agg(distinct i.hash))[1:cast(:most as integer)],
       (cast(:reliability as real[]))[1 + 4 * width_bucket(count(distinct i.hash), array[2, 4, 8]::bigint[])
                                        + width_bucket(d.sources, array[3, 10, 100])],
       t.moment, t.moment
from incoming_edges i join discovered_channels d on d.id = i.discovered,
     (select coalesce(cast(:now as timestamptz), now()) as moment) t
group by i.discovered, i.source, d.sources, t.moment
order by i.discovered, i.source
on conflict (source_channel_id, discovered_channel_id, discovery_method, service_name) do update
set evidence_hashes = united(e.evidence_hashes, excluded.evidence_hashes, :most),
    evidence_count = cardinality(united(e.evidence_hashes, excluded.evidence_hashes, :most)),
    evidence = united(e.evidence, excluded.evidence, :shown),
    confidence_score = (cast(:reliability as real[]))[
        1 + 4 * width_bucket(cardinality(united(e.evidence_hashes, excluded.evidence_hashes, :most)), array[2, 4, 8])
          + width_bucket((select d.sources from discovered_channels d where d.id = excluded.discovered_channel_id),
                         array[3, 10, 100])],
    last_seen = excluded.last_seen;

-- name: weigh_candidates
-- How sure those are who wait: what speaks for them together, each edge the less the older it is.
update discovered_channels d
set best = least(0.999, 1 - exp(w.doubt))
from (
    select e.discovered_channel_id as id,
           sum(ln(1 - least(0.99, e.confidence_score
               * power(0.5, greatest(0, extract(epoch from t.moment - e.last_seen)) / (30 * 86400))))) as doubt
    from channel_discoveries e, (select coalesce(cast(:now as timestamptz), now()) as moment) t
    where e.discovered_channel_id in (select discovered from incoming_edges)
    group by e.discovered_channel_id
) w
where d.id = w.id and d.confirmed_at is null;

-- name: save_expansions
update discovery_expansions e
set expanded_at = coalesce(cast(:now as timestamptz), now()), found = done.found, new = done.new, units = done.units
from unnest(cast(:channels as uuid[]), cast(:found as integer[]), cast(:new as integer[]), cast(:units as integer[]))
     as done (channel, found, new, units)
where e.channel = done.channel and e.method = :method and e.job_id = :job_id;

-- name: mark_processed
update channels
set discovery_processed = true, discovery_processed_at = coalesce(cast(:now as timestamptz), now())
where id in (select id from channels where id = any(cast(:channels as uuid[])) order by id for no key update);

-- name: save_yields
insert into discovery_yields as y (job_id, method, stratum, expansions, units, found, new, updated_at)
select :job_id, :method, coalesce(size_of_channel(c.subscriber_count), -1), count(*), sum(done.units), sum(done.found),
       sum(done.new), coalesce(cast(:now as timestamptz), now())
from unnest(cast(:channels as uuid[]), cast(:found as integer[]), cast(:new as integer[]), cast(:units as integer[]))
     as done (channel, found, new, units)
left join channels c on c.id = done.channel
group by 3 order by 3
on conflict (job_id, method, stratum) do update
set expansions = y.expansions + excluded.expansions, units = y.units + excluded.units, found = y.found + excluded.found,
    new = y.new + excluded.new, updated_at = excluded.updated_at;

-- name: save_depths
-- Places are no channels, and have no depth.
insert into discovery_depths as s (job_id, depth, units)
select :job_id, coalesce((select d.depth from discovered_channels d where d.id = c.id), 0) as depth, sum(done.units)
from unnest(cast(:channels as uuid[]), cast(:units as integer[])) as done (channel, units)
join channels c on c.id = done.channel
where done.units > 0
group by 2 order by 2
on conflict (job_id, depth) do update set units = s.units + excluded.units;

-- name: count_candidates
-- Exact up to :most: enough to know whether a call would be full.
select count(*) from (
    select from discovered_channels
    where confirmed_at is null and absent_at is null and job_id is null and best >= :least limit :most
) counted;

-- name: claim_candidates
-- The surest first, on the partial index of those who wait; what another transaction looks at is left to it.
with surest as (
    select id from discovered_channels
    where confirmed_at is null and absent_at is null and job_id is null and best >= :least
    order by best desc, id limit :limit for update skip locked
)
update discovered_channels d set job_id = :job_id from surest s where d.id = s.id returning d.id;

-- name: reclaim_candidates
-- What a retry takes up: what its own job holds, or nobody.
with wanted as (
    select d.id from discovered_channels d left join processing_jobs j on j.id = d.job_id
    where d.id = any(cast(:channels as uuid[])) and d.confirmed_at is null and d.absent_at is null
      and (d.job_id is null or d.job_id = :job_id or j.status in ('completed', 'failed', 'cancelled'))
    order by d.id for update of d
)
update discovered_channels d set job_id = :job_id from wanted w where d.id = w.id returning d.id;

-- name: give_back_candidates
with held as (
    select id from discovered_channels
    where id = any(cast(:channels as uuid[])) and job_id = :job_id order by id for update
)
update discovered_channels d set job_id = null from held h where d.id = h.id;

-- name: add_channels
-- Who was named by a chart comes from nobody but itself: without any source it would count as brought by people.
insert into channels (id, source, discovered_from, created_at, updated_at)
select d.id, 'discovery:' || d.found_by, coalesce(d.found_from, d.id), t.moment, t.moment
from discovered_channels d, (select coalesce(cast(:now as timestamptz), now()) as moment) t
where d.id = any(cast(:channels as uuid[]))
order by d.id
on conflict (id) do nothing;

-- name: mark_confirmed
-- And credit the method that found them first.
with confirmed as (
    update discovered_channels d
    set confirmed_at = coalesce(cast(:now as timestamptz), now()), job_id = null
    from (select id from discovered_channels where id = any(cast(:channels as uuid[])) order by id for update) w
    where d.id = w.id and d.confirmed_at is null
    returning d.found_by, d.found_from
)
insert into discovery_yields as y (job_id, method, stratum, confirmed, updated_at)
select :job_id, f.found_by, coalesce(size_of_channel(c.subscriber_count), -1), count(*),
       coalesce(cast(:now as timestamptz), now())
from confirmed f left join channels c on c.id = f.found_from
group by 2, 3 order by 2, 3
on conflict (job_id, method, stratum) do update
set confirmed = y.confirmed + excluded.confirmed, updated_at = excluded.updated_at;

-- name: mark_absent
with dropped as (
    update discovered_channels d
    set absent_at = coalesce(cast(:now as timestamptz), now()), job_id = null, sources = 0, best = 0
    from (select id from discovered_channels where id = any(cast(:channels as uuid[])) order by id for update) w
    where d.id = w.id and d.confirmed_at is null
    returning d.found_by, d.found_from
)
insert into discovery_yields as y (job_id, method, stratum, dropped, updated_at)
select :job_id, f.found_by, coalesce(size_of_channel(c.subscriber_count), -1), count(*),
       coalesce(cast(:now as timestamptz), now())
from dropped f left join channels c on c.id = f.found_from
group by 2, 3 order by 2, 3
on conflict (job_id, method, stratum) do update
set dropped = y.dropped + excluded.dropped, updated_at = excluded.updated_at;

-- name: drop_edges
delete from channel_discoveries e using discovered_channels d
where d.id = any(cast(:channels as uuid[])) and d.absent_at is not null and e.discovered_channel_id = d.id;

-- name: lock_handles
-- In their order, and before what is counted: of two channels that name a handle at once, the second sees the first.
insert into mentioned_handles as m (handle, sources)
select handle, 0 from unnest(cast(:handles as text[])) handle order by handle
on conflict (handle) do update set sources = m.sources;

-- name: save_mentions
insert into handle_mentions as m (handle, source, method, evidence, seen_at)
select i.handle, i.source, :method, (array_agg(distinct i.evidence))[1:cast(:most as integer)],
       coalesce(cast(:now as timestamptz), now())
from unnest(cast(:handles as text[]), cast(:sources as uuid[]), cast(:evidence as text[])) i (handle, source, evidence)
group by i.handle, i.source order by i.handle, i.source
on conflict (handle, source, method) do update
set evidence = united(m.evidence, excluded.evidence, :most), seen_at = excluded.seen_at;

-- name: count_mentions
update mentioned_handles m set sources = s.sources
from (select handle, count(distinct source) as sources from handle_mentions
      where handle = any(cast(:handles as text[])) group by handle) s
where m.handle = s.handle;

-- name: claim_handles
-- Those that most channels name first, on the partial index of those that wait.
with wanted as (
    select handle from mentioned_handles where job_id is null and sources >= :least
    order by sources desc, handle limit :limit for update skip locked
)
update mentioned_handles m set job_id = :job_id from wanted w where m.handle = w.handle returning m.handle;

-- name: reclaim_handles
with wanted as (
    select m.handle from mentioned_handles m left join processing_jobs j on j.id = m.job_id
    where m.handle = any(cast(:handles as text[]))
      and (m.job_id is null or m.job_id = :job_id or j.status in ('completed', 'failed', 'cancelled'))
    order by m.handle for update of m
)
update mentioned_handles m set job_id = :job_id from wanted w where m.handle = w.handle returning m.handle;

-- name: give_back_handles
with held as (
    select handle from mentioned_handles
    where handle = any(cast(:handles as text[])) and job_id = :job_id order by handle for update
)
update mentioned_handles m set job_id = null from held h where m.handle = h.handle;

-- name: channels_with_handles
-- On the hash index. Two channels may have had the same handle one after the other: the one that was seen last has it.
select distinct on (c.handle) c.handle, c.id from channels c
where c.handle = any(cast(:handles as text[])) and c.availability = 'available'
order by c.handle, c.fetched_at desc;

-- name: read_mentions
select handle, source, method, evidence from handle_mentions
where handle = any(cast(:handles as text[])) order by handle, source, method;

-- name: forget_mentions
with gone as (delete from handle_mentions where handle = any(cast(:handles as text[])))
delete from mentioned_handles where handle = any(cast(:handles as text[]));

-- name: add_yield
insert into discovery_yields as y (job_id, method, stratum, expansions, units, found, new, updated_at)
values (:job_id, :method, -1, :expansions, :units, :found, :new, coalesce(cast(:now as timestamptz), now()))
on conflict (job_id, method, stratum) do update
set expansions = y.expansions + excluded.expansions, units = y.units + excluded.units, found = y.found + excluded.found,
    new = y.new + excluded.new, updated_at = excluded.updated_at;

-- name: clear_terms
delete from channel_terms where channel = any(cast(:channels as uuid[]));

-- name: save_terms
-- What a channel and its videos are about, in the owner's words and YouTube's.
insert into channel_terms (term, channel, compared_on)
select term, channel, coalesce(cast(:now as timestamptz), now()) from (
    select lower(btrim(word)) as term, c.id as channel
    from channels c cross join lateral unnest(c.keywords || c.topics) word
    where c.id = any(cast(:channels as uuid[]))
    union
    select lower(btrim(tag)), v.channel
    from unnest(cast(:channels as uuid[])) c (id)
    cross join lateral (select channel, tags from videos where channel = c.id and availability = 'available'
                        order by published_at desc, id limit 50) v
    cross join lateral unnest(v.tags) tag
) terms
where length(term) between 2 and 100
order by term, channel
on conflict do nothing;

-- name: read_alike
-- Who shares terms that few channels have, the rarest first. A term that more than :common have says nothing, and is not
-- read further than that.
with rare as materialized (
    select own.channel as seed, own.term, others.channel, others.spread
    from channel_terms own
    cross join lateral (
        select o.channel, count(*) over () as spread
        from (select channel from channel_terms where term = own.term limit :common + 1) o
    ) others
    where own.channel = any(cast(:channels as uuid[])) and others.spread <= :common
), pairs as (
    select seed, channel, array_agg(term order by spread, term) as shared, sum(1.0 / spread) as weight
    from rare where channel <> seed group by seed, channel having count(*) >= 2
)
select p.seed, p.channel, p.shared
from (select *, row_number() over (partition by seed order by weight desc, channel) as place from pairs) p
where p.place <= :most order by p.seed, p.place;

-- name: observe_edges
-- Of the newest edges of each method, of how many the languages of both ends, or the topics, are known, and of how many
-- those agree; the same of those that another method confirms, of the :judged ones, which look for neither; and of how many
-- the source names anybody by such another method, and of how many the same channel. By their ids alone, the newest are
-- found on the index of methods without reading a row.
select e.discovery_method as method, width_bucket(e.evidence_count, cast(:evidence_buckets as integer[])) as evidence,
       width_bucket(d.sources, cast(:hub_buckets as integer[])) as hub,
       array[count(k.speak), count(*) filter (where k.speak)] as language,
       array[count(k.treat), count(*) filter (where k.treat)] as topics,
       array[count(k.speak) filter (where n.named), count(*) filter (where k.speak and n.named)] as sure_language,
       array[count(k.treat) filter (where n.named), count(*) filter (where k.treat and n.named)] as sure_topics,
       array[count(*) filter (where n.names), count(*) filter (where n.names and n.named)] as named
from unnest(cast(:methods as text[])) m (name)
cross join lateral (select id from channel_discoveries where discovery_method = m.name order by id desc limit :most) newest
join channel_discoveries e on e.id = newest.id
join channels s on s.id = e.source_channel_id
join channels c on c.id = e.discovered_channel_id
join discovered_channels d on d.id = e.discovered_channel_id
cross join lateral (
    select s.language = c.language as speak,
           case when cardinality(s.topics) > 0 and cardinality(c.topics) > 0 then s.topics && c.topics end as treat
) k
cross join lateral (
    select exists(select from channel_discoveries o where o.source_channel_id = s.id
                  and o.discovery_method = any(cast(:judged as text[])) and o.discovery_method <> m.name) as names,
           exists(select from channel_discoveries o where o.source_channel_id = s.id and o.discovered_channel_id = c.id
                  and o.discovery_method = any(cast(:judged as text[])) and o.discovery_method <> m.name) as named
    offset 0 -- asked once, not by each count
) n
group by 1, 2, 3;

-- name: observe_strangers
-- The same of pairs that nothing connects, by hub: the source of one edge with the target of another, so that hubs count as
-- often as they do in edges.
with pairs as (
    select s.id as source, s.language, s.topics, lead(c.id) over mixed as discovered, lead(c.language) over mixed as other_language,
           lead(c.topics) over mixed as other_topics,
           lead(width_bucket(d.sources, cast(:hub_buckets as integer[]))) over mixed as hub
    from unnest(cast(:methods as text[])) m (name)
    cross join lateral (select id from channel_discoveries where discovery_method = m.name order by id desc limit :most) newest
    join channel_discoveries e on e.id = newest.id
    join channels s on s.id = e.source_channel_id
    join channels c on c.id = e.discovered_channel_id
    join discovered_channels d on d.id = e.discovered_channel_id
    window mixed as (order by md5(e.id::text))
)
select hub, array[count(language = other_language), count(*) filter (where language = other_language)] as language,
       array[count(*) filter (where cardinality(topics) > 0 and cardinality(other_topics) > 0),
             count(*) filter (where topics && other_topics)] as topics
from pairs where source <> discovered group by hub;

-- name: score_edges
-- At the end of a job its edges get what was learned meanwhile: the newest, so that it takes a second or two, however many
-- there are. The bound stands on both sides, lest the join reads them all.
with bound as materialized (select min(id) as id from (select id from channel_discoveries order by id desc limit :most) newest)
update channel_discoveries e set confidence_score = s.score
from (
    select e.id, cast(cast(:cells as jsonb) -> e.discovery_method
                ->> (4 * width_bucket(e.evidence_count, cast(:evidence_buckets as integer[]))
                     + width_bucket(d.sources, cast(:hub_buckets as integer[]))) as real) as score
    from channel_discoveries e join discovered_channels d on d.id = e.discovered_channel_id
    where e.last_seen >= :since and e.id >= (select id from bound)
) s
where e.id = s.id and e.id >= (select id from bound) and abs(e.confidence_score - s.score) > 0.005;

-- name: free_share
-- How many of the first channels a method has not expanded lately. Ids are even by nature: the first are as good a sample
-- as any.
select count(*) as looked_at,
       count(*) filter (where coalesce((select d.depth from discovered_channels d where d.id = p.id), 0) < :depth
                        and not exists (select from discovery_expansions e
                                        where e.channel = p.id and e.method = :method
                                          and (e.expanded_at is null or e.expanded_at > :expanded_before))) as free
from (select id from channels where metadata_fetched and availability <> 'not_found' order by id limit :most) p;
