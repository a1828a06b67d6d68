drop index concurrently if exists channel_discoveries_discovered;
