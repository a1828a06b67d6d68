-- Edges between channels, with those that they point at.
insert into channel_discoveries (source_channel_id, discovered_channel_id, discovery_method, service_name, evidence_count,
                                 evidence, evidence_hashes, confidence_score, first_seen, last_seen)
select md5('channel ' || n)::uuid, md5('channel ' || n + 1)::uuid, 'featured_channels', 'youtube', 1, array['shelf'],
       array[n], 0.5, now(), now()
from generate_series(1, 99) n;
insert into discovered_channels (id, sources, best, depth, found_by, found_at, confirmed_at)
select discovered_channel_id, 1, 0.5, 1, 'featured_channels', now(), now() from channel_discoveries;
insert into handle_mentions (handle, source, method, evidence, seen_at)
values ('@somebody', md5('channel 1')::uuid, 'mentions', array['in a title'], now());
insert into mentioned_handles (handle, sources) values ('@somebody', 1);
