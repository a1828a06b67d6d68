-- What two charts or two lists say of a channel is told apart. Their edges have no source channel.
do $$
declare
    old text := (select conname from pg_constraint where conrelid = 'channel_discoveries'::regclass and contype = 'u');
begin
    execute 'alter table channel_discoveries drop constraint ' || quote_ident(old);
end $$;
alter table channel_discoveries
    add constraint channel_discoveries_edge
        unique nulls not distinct (source_channel_id, discovered_channel_id, discovery_method, service_name);
