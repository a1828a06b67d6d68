create type entry_kind as enum ('available', 'private', 'deleted');

create table playlists (
    id                  bigint generated always as identity primary key, -- what memberships carry instead of 34 letters
    playlist_id         text not null unique,
    channel             uuid,                   -- whose list it is; no foreign key: lists are asked for by id, too
    created_at          timestamptz not null default now(),
    updated_at          timestamptz not null default now(),
    published_at        timestamptz,
    fetched_at          timestamptz not null,   -- of the facts; expires_at is when they must be refreshed or gone
    expires_at          timestamptz not null,
    items_fetched_at    timestamptz,            -- when the entries were last read to their end
    availability_since  timestamptz not null,
    missing_since       timestamptz,            -- left out of an answer once; believed when it happens again, days later
    item_count          integer,                -- as the list tells it, private and deleted videos included
    items_read_count    integer,                -- what item_count was when the entries were last read
    availability        availability not null default 'available',
    title               text,
    description         text,
    default_language    text,
    thumbnail_url       text,
    privacy             text
);
comment on table playlists is 'A playlist: what is known of it, and when its entries were last read. Uploads lists are none.';
create index playlists_of_channel on playlists (channel, id);

create table playlist_items (
    playlist            bigint not null references playlists on delete cascade,
    entry               bigint not null,        -- the 64 bits that tell the entries of a list apart: part of entry_id
    video               bigint,                 -- no foreign key: lists hold videos that are private or gone
    added_at            timestamptz,            -- when it came into the list
    video_published_at  timestamptz,
    first_seen_at       timestamptz not null,
    last_seen_at        timestamptz not null,
    gone_at             timestamptz,            -- when the list was found without it
    owner               uuid,                   -- whose video it is, as last known
    position            integer,                -- from 0, at last_seen_at
    kind                entry_kind not null,
    title               text,                   -- of the video, as last known: a private one tells none
    entry_id            text,                   -- only where it cannot be made from the list and `entry`
    primary key (playlist, entry),
    constraint only_what_was_seen_can_go check (gone_at is null or gone_at >= last_seen_at)
);
comment on table playlist_items is 'A place of a video in a playlist, those that are gone included; a video may have several.';
create index playlist_items_of_video on playlist_items (video, playlist);

create table unfinished_lists (
    list        text primary key,               -- a playlist; or a channel, whose playlists are being listed
    since       timestamptz not null,           -- when its first page was asked for
    next_token  text not null
);
comment on table unfinished_lists is 'How far a list of several pages was read: what is paid is not asked again after a crash.';

alter table channels add playlists_fetched_at timestamptz; -- when the playlists of the channel were last listed
create index channels_without_playlists on channels (id)
    where metadata_fetched and playlists_fetched_at is null and availability <> 'not_found';
