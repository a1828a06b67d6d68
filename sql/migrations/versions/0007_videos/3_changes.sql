-- What was said before and after: title, description, thumbnail, handle, availability.
create table channel_changes (
    channel     uuid not null,
    changed_at  timestamptz not null,           -- when it was seen, not when it was made
    field       text not null check (field in ('title', 'description', 'thumbnail_url', 'handle', 'availability')),
    old         text,
    new         text,
    primary key (channel, changed_at, field)
);
comment on table channel_changes is 'A change of a channel that two observations show.';
create index channel_changes_newest on channel_changes (changed_at desc, channel, field);

create table video_changes (
    video       bigint not null,
    changed_at  timestamptz not null,
    field       text not null check (field in ('title', 'description', 'thumbnail_url', 'availability')),
    old         text,
    new         text,
    primary key (video, changed_at, field)
);
comment on table video_changes is 'A change of a video that two observations show.';
create index video_changes_newest on video_changes (changed_at desc, video, field);

alter table channels
    add missing_since       timestamptz,        -- left out of an answer once; believed when it happens again, days later
    add listed_video_count  bigint;             -- what video_count was when the list of uploads was last read
