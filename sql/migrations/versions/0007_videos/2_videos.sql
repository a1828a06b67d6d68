create type video_kind as enum ('video', 'short', 'live', 'upcoming');

-- A video id is 11 characters of base64url: 64 bits, the row's key. The text is made from it, as with channels.
create table videos (
    id                  bigint primary key,
    video_id            text not null generated always as
                            (translate(rtrim(encode(int8send(id), 'base64'), '='), '+/', '-_')) stored,
    channel             uuid not null,          -- no foreign key: lists hold videos of channels that nobody asked for
    created_at          timestamptz not null default now(),
    updated_at          timestamptz not null default now(),
    published_at        timestamptz,
    fetched_at          timestamptz not null,   -- of the facts below; expires_at is when they must be refreshed or gone
    expires_at          timestamptz not null,
    availability_since  timestamptz not null,
    missing_since       timestamptz,            -- left out of an answer once; believed when it happens again, days later
    snapshot_at         timestamptz,
    duration            interval,
    view_count          bigint,
    like_count          bigint,                 -- NULL where the owner hides it
    comment_count       bigint,                 -- NULL where comments are off
    scheduled_start_at  timestamptz,
    actual_start_at     timestamptz,
    actual_end_at       timestamptz,
    concurrent_viewers  bigint,
    availability        availability not null default 'available',
    kind                video_kind not null,
    made_for_kids       boolean,
    has_captions        boolean,
    is_licensed         boolean,
    is_embeddable       boolean,
    is_age_restricted   boolean,
    is_portrait         boolean,
    kind_evidence       text not null,          -- what the kind was told by, in words
    title               text,
    description         text,
    category_id         text,
    language            text,                   -- the best known; language_source says how
    language_source     text check (language_source in ('audio', 'declared', 'detected')),
    definition          text,
    privacy             text,
    thumbnail_url       text,
    tags                text[],
    topics              text[],
    allowed_regions     text[],
    blocked_regions     text[],
    constraint a_language_has_a_source check ((language is null) = (language_source is null))
);
comment on table videos is 'A video: what is known of it, since when and until when.';
create index videos_of_channel on videos (channel, published_at desc, id);

create table video_snapshots (
    video          bigint not null,
    observed_at    timestamptz not null,
    view_count     bigint,
    like_count     bigint,
    comment_count  bigint,
    primary key (video, observed_at)
) partition by range (observed_at);
comment on table video_snapshots is 'What the counts were: written when one changed, and once a week when none did.';
create table video_snapshots_other partition of video_snapshots default;

select prepare_snapshot_weeks(now());
