-- The surest edges of a channel first, and of those the ones that were seen last: a hub's neighbours are read no further.
create index concurrently if not exists channel_discoveries_naming
    on channel_discoveries (discovered_channel_id, confidence_score desc, last_seen desc);
