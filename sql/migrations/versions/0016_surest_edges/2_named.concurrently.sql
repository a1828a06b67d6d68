create index concurrently if not exists channel_discoveries_named
    on channel_discoveries (source_channel_id, confidence_score desc, last_seen desc);
