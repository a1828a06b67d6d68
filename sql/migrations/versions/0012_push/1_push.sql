create table push_subscriptions (
    channel           uuid primary key,             -- no foreign key: it may be in no catalogue
    callback_id       uuid not null unique default gen_random_uuid(), -- 122 random bits that only the hub is told
    secret            bytea not null,               -- sealed; the hub signs with it what it sends
    state             text not null default 'wanted'
                          check (state in ('wanted', 'pending', 'active', 'failed', 'unwanted')),
    created_at        timestamptz not null,
    next_ask_at       timestamptz not null,         -- when the hub is asked (again)
    asked_at          timestamptz,                  -- of the request whose verification has not come yet
    attempts          integer not null default 0,   -- requests in a row that came to nothing
    renewed_at        timestamptz,                  -- when the hub last verified
    lease_expires_at  timestamptz,
    last_heard_at     timestamptz,                  -- when the hub last announced something of this channel
    quiet_since       timestamptz not null,         -- since when neither the hub nor a poll has told anything
    last_error        text,
    last_error_at     timestamptz,
    forged            integer not null default 0,   -- messages that were dropped because their signature was wrong
    constraint leases_were_verified check ((renewed_at is null) = (lease_expires_at is null)),
    constraint who_is_active_or_leaves_has_a_lease
        check (state not in ('active', 'unwanted') or renewed_at is not null),
    constraint who_waits_has_asked check (state <> 'pending' or asked_at is not null),
    constraint who_failed_says_why check (state <> 'failed' or last_error is not null),
    constraint errors_have_times check ((last_error is null) = (last_error_at is null))
);
comment on table push_subscriptions is 'A channel whose uploads the hub announces, or is to announce.';
create index push_subscriptions_due on push_subscriptions (next_ask_at);
create index push_subscriptions_leases on push_subscriptions (lease_expires_at) where state in ('active', 'unwanted');
create index push_subscriptions_quiet on push_subscriptions (quiet_since) where state <> 'unwanted';

create table push_notifications (
    video         bigint not null,                  -- the 64 bits of its id
    kind          text not null check (kind in ('entry', 'deleted')),
    changed_at    timestamptz not null,             -- `updated` of the entry, `when` of a deleted one
    channel       uuid not null,
    received_at   timestamptz not null,             -- the first time
    times         integer not null default 1,       -- hubs send the same more than once
    primary key (video, kind, changed_at)
);
comment on table push_notifications is 'What the hub announced of a video: an upload, an edit, or that it is gone.';
create index push_notifications_old on push_notifications (received_at);

create table announced_videos (
    video         bigint primary key,
    channel       uuid not null,
    announced_at  timestamptz not null              -- the first time since it was last fetched
);
comment on table announced_videos is 'A video that was announced, by the hub or by a poll, and is to be fetched.';
create index announced_videos_oldest on announced_videos (announced_at, video);

-- One row, which a keeper locks while it looks after the subscriptions.
create table push_hub (
    one               boolean primary key default true check (one),
    last_asked_at     timestamptz,
    last_accepted_at  timestamptz,
    failures          integer not null default 0,   -- answers in a row that say: not now
    resting_until     timestamptz,                  -- and so nothing is asked until then
    last_error        text,
    last_error_at     timestamptz,
    polled_at         timestamptz                   -- when silent channels were last asked for from YouTube itself
);
comment on table push_hub is 'How the hub answers requests; one row.';
insert into push_hub default values;
