-- The newest edges of one method, without reading those of others: 1,030,000 edges take 45 MB.
create index concurrently if not exists channel_discoveries_method on channel_discoveries (discovery_method, id);
