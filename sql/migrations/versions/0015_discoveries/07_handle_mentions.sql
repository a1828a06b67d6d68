-- Handles that texts name. One is asked for (a unit each) when enough different channels have named it.
create table handle_mentions (
    handle   text not null, -- lower case, with its @
    source   uuid not null,
    method   text not null,
    evidence text[] not null,
    seen_at  timestamptz not null,
    primary key (handle, source, method)
);
