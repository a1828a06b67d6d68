-- The whole schema, for `psql --file init.sql` on an empty database. Made from sql/migrations by
-- `python -m app init-sql`; do not edit. `python -m app migrate` does the same, and upgrades what is there.

BEGIN;

CREATE TABLE alembic_version (
    version_num VARCHAR(32) NOT NULL, 
    CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);

-- Running upgrade  -> 0001

-- Google's quota day ends at midnight in Los Angeles, 23 to 25 hours after it began. These two functions are the only
-- place that knows.
create function pacific_day(moment timestamptz) returns date
language sql stable parallel safe
return (moment at time zone 'America/Los_Angeles')::date;

create function pacific_midnight_after(day date) returns timestamptz
language sql stable parallel safe
return (day + 1)::timestamp at time zone 'America/Los_Angeles';

create table api_projects (
    id              bigint generated always as identity primary key,
    name            text not null unique,
    project_number  text,                       -- Google's own, learned from its answers
    quota_limits    jsonb not null default '{}', -- {"default": 50000}: where this project has another limit
    suspended_at    timestamptz,
    suspended_why   text,
    created_at      timestamptz not null default now(),
    constraint suspension_has_a_reason check ((suspended_at is null) = (suspended_why is null))
);
comment on table api_projects is 'A Google Cloud project: what quota belongs to.';

create table api_keys (
    id               bigint generated always as identity primary key,
    key_name         text not null,
    service          text not null default 'youtube',
    encrypted_key    bytea not null,
    fingerprint      text not null unique,      -- of the key; all that is ever shown of it
    project_id       bigint not null references api_projects,
    source           text not null check (source in ('environment', 'api')),
    is_active        boolean not null default true,
    disabled_reason  text,
    last_used        timestamptz,
    next_call_at     timestamptz not null default now(), -- pacing: the first free slot of this key
    error_count      bigint not null default 0,
    last_error       text,
    created_at       timestamptz not null default now(),
    constraint inactive_has_a_reason check (is_active = (disabled_reason is null))
);
comment on table api_keys is 'The vault: the only place where an API key is written, encrypted.';
create index api_keys_project on api_keys (project_id);

create table quota_days (
    project_id    bigint not null references api_projects on delete cascade,
    bucket        text not null,
    day           date not null,                -- in Los Angeles
    quota_limit   integer not null check (quota_limit >= 0),
    reserved      integer not null default 0 check (reserved >= 0), -- handed out, not known to be spent
    used          integer not null default 0 check (used >= 0),
    exhausted_at  timestamptz,                  -- Google said so before the ledger did
    primary key (project_id, bucket, day),
    constraint never_beyond_the_limit check (reserved + used <= quota_limit)
);
comment on table quota_days is 'The ledger: units by project, bucket and Pacific day. reserved + used never under-counts.';

create type availability as enum ('unknown', 'available', 'not_found');

-- A channel id is 'UC' and 22 base64url characters: exactly 16 bytes. Those bytes are the row's key; the text is made
-- from them, so that one index serves both (docs/decisions/0003-channel-id.md has the measurements).
create table channels (
    id                      uuid primary key,
    channel_id              text not null generated always as
                                ('UC' || translate(encode(uuid_send(id), 'base64'), '+/=', '-_')) stored,
    created_at              timestamptz not null default now(),
    updated_at              timestamptz not null default now(),
    published_at            timestamptz,
    fetched_at              timestamptz,        -- of the facts below; expires_at is when they must be refreshed or gone
    expires_at              timestamptz,
    availability_since      timestamptz,
    videos_fetched_at       timestamptz,
    discovery_processed_at  timestamptz,
    snapshot_at             timestamptz,
    subscriber_count        bigint,             -- NULL when hidden; YouTube rounds it down to three figures
    view_count              bigint,
    video_count             bigint,
    discovered_from         uuid,
    availability            availability not null default 'unknown',
    metadata_fetched        boolean not null default false,
    videos_fetched          boolean not null default false,
    discovery_processed     boolean not null default false,
    made_for_kids           boolean,
    title                   text,
    handle                  text,
    description             text,
    country                 text,
    language                text,               -- detected by us, from title and description
    default_language        text,               -- declared by the owner
    uploads_playlist_id     text,
    thumbnail_url           text,
    banner_url              text,
    source                  text,
    keywords                text[],
    topics                  text[],
    constraint fetched_has_a_time check (not metadata_fetched or fetched_at is not null)
);
comment on column channels.fetched_at is 'When YouTube last told us the facts of this row.';
create index channels_without_metadata on channels (id) where not metadata_fetched and availability <> 'not_found';

create table channel_snapshots (
    channel           uuid not null,
    observed_at       timestamptz not null,
    subscriber_count  bigint,
    view_count        bigint,
    video_count       bigint,
    primary key (channel, observed_at)
) partition by range (observed_at);
comment on table channel_snapshots is 'What the counts were: written when one changed, and once a week when none did.';

-- What no month has been prepared for is still kept.
create table channel_snapshots_other partition of channel_snapshots default;

create function prepare_snapshot_months(moment timestamptz) returns void
language plpgsql as $$
declare
    month date;
    partition text;
begin
    for month in select date_trunc('month', moment at time zone 'UTC')::date + make_interval(months => n)
                 from generate_series(0, 2) n loop
        partition := 'channel_snapshots_' || to_char(month, 'YYYY_MM');
        continue when to_regclass(partition) is not null;
        -- A row that came before its month was prepared stays where it is; the month then stays there too.
        continue when exists (select from channel_snapshots_other o
                              where o.observed_at >= month::timestamp at time zone 'UTC'
                                and o.observed_at < (month + interval '1 month')::timestamp at time zone 'UTC');
        execute 'create table if not exists ' || quote_ident(partition) || ' partition of channel_snapshots'
             || ' for values from (' || quote_literal(month::timestamp at time zone 'UTC')
             || ') to (' || quote_literal((month + interval '1 month')::timestamp at time zone 'UTC') || ')';
    end loop;
end $$;

create type uuidrange as range (subtype = uuid);

create table processing_jobs (
    id               uuid primary key default gen_random_uuid(),
    job_type         text not null,
    status           text not null default 'pending' check (status in
                       ('pending', 'running', 'paused', 'waiting_for_quota', 'completed', 'failed', 'cancelled')),
    params           jsonb not null default '{}',
    cursor           jsonb not null default '{}',        -- where the next batch is cut
    all_cut          boolean not null default false,     -- no further batch will be cut
    expected_items   bigint,                             -- a forecast; total_items is what has entered so far
    total_items      bigint not null default 0,
    fetched          bigint not null default 0 check (fetched >= 0),
    unchanged        bigint not null default 0 check (unchanged >= 0),
    not_found        bigint not null default 0 check (not_found >= 0),
    skipped          bigint not null default 0 check (skipped >= 0),
    failed           bigint not null default 0 check (failed >= 0),
    processed_items  bigint not null generated always as (fetched + unchanged + not_found + skipped + failed) stored,
    units_used       bigint not null default 0,
    why              text default 'waiting for a worker',
    resume_at        timestamptz,
    stop_request     text check (stop_request in ('pause', 'cancel')),
    error_message    text,
    idempotency_key  text unique,
    requested_by     text,
    created_at       timestamptz not null default now(),
    updated_at       timestamptz not null default now(),
    started_at       timestamptz,
    completed_at     timestamptz,
    constraint silence_is_for_the_active check (status in ('running', 'completed') or why is not null),
    constraint the_ended_have_an_end check ((status in ('completed', 'failed', 'cancelled')) = (completed_at is not null)),
    constraint completed_is_complete check (status <> 'completed' or (all_cut and processed_items = total_items)),
    constraint failed_has_an_error check (status <> 'failed' or error_message is not null),
    constraint never_more_than_entered check (processed_items <= total_items),
    constraint only_the_unended_are_asked_to_stop
        check (stop_request is null or status not in ('completed', 'failed', 'cancelled'))
);
create index processing_jobs_newest on processing_jobs (created_at desc, id desc);
create index processing_jobs_active on processing_jobs (created_at)
    where status in ('pending', 'running', 'waiting_for_quota');

create table job_batches (
    id               bigint generated always as identity primary key,
    job_id           uuid not null references processing_jobs on delete cascade,
    ordinal          integer not null,
    lane             smallint,                  -- batches of one lane never overlap
    span             uuidrange,                 -- the keys this batch has taken
    state            text not null default 'ready' check (state in ('ready', 'running', 'done', 'cancelled')),
    spec             jsonb not null,            -- the items, or the slice of a file
    settled          integer[] not null default '{}', -- the calls of this batch whose items have an outcome
    total_items      integer not null,
    fetched          integer not null default 0,
    unchanged        integer not null default 0,
    not_found        integer not null default 0,
    skipped          integer not null default 0,
    failed           integer not null default 0,
    processed_items  integer not null generated always as (fetched + unchanged + not_found + skipped + failed) stored,
    units_used       integer not null default 0,
    attempts         integer not null default 0,
    lost             integer not null default 0, -- attempts whose worker fell silent
    fence            bigint not null default 0, -- grows with every claim; whoever shows an older one is too late
    leased_by        text,
    lease_until      timestamptz,
    not_before       timestamptz,
    waits_for_quota  boolean not null default false,
    why              text,
    knocked_at       timestamptz,               -- when a message about this batch was last sent
    created_at       timestamptz not null default now(),
    finished_at      timestamptz,
    unique (job_id, ordinal),
    constraint leased_while_running check ((state = 'running') = (lease_until is not null)
                                       and (state = 'running') = (leased_by is not null)),
    constraint finished_has_a_time check ((state in ('done', 'cancelled')) = (finished_at is not null)),
    constraint done_is_complete check (state <> 'done' or processed_items = total_items),
    constraint a_lane_has_a_span check ((lane is null) = (span is null)),
    constraint two_batches_never_share_a_channel
        exclude using gist (int4range(lane, lane, '[]') with &&, span with &&) where (state in ('ready', 'running'))
) with (fillfactor = 70);
comment on table job_batches is 'The work. A Celery message names one of these rows: a knock on the door, nothing more.';
create index job_batches_open on job_batches (job_id, id) where state in ('ready', 'running');
create index job_batches_leases on job_batches (lease_until) where state = 'running';

create table job_events (
    id           bigint generated always as identity primary key,
    job_id       uuid not null references processing_jobs on delete cascade,
    at           timestamptz not null default now(),
    from_status  text,
    to_status    text not null,
    who          text not null,
    why          text
);
comment on table job_events is 'Every move of every job, written by the statement that moved it.';
create index job_events_job on job_events (job_id, id);

create table job_items (
    job_id    uuid not null references processing_jobs on delete cascade,
    id        bigint generated always as identity,
    batch_id  bigint not null,
    outcome   text not null check (outcome in ('unchanged', 'not_found', 'skipped', 'failed')),
    item      text not null,
    line      bigint,                           -- in the imported file
    reason    text not null,
    primary key (job_id, id)
);
comment on table job_items is 'The items that were not simply fetched, and why.';
create index job_items_outcome on job_items (job_id, outcome, id);

create table worker_ticks (
    worker      text primary key,
    role        text not null check (role in ('worker', 'beat')),
    started_at  timestamptz not null default now(),
    ticked_at   timestamptz not null default now(),
    detail      jsonb not null default '{}'
);
comment on table worker_ticks is 'Who is alive: each worker and beat says so every few seconds.';

INSERT INTO alembic_version (version_num) VALUES ('0001') RETURNING alembic_version.version_num;

COMMIT;

BEGIN;

-- Running upgrade 0001 -> 0002

create table resolutions (
    kind         text not null check (kind in ('handle', 'user', 'custom', 'video', 'playlist')),
    name         text not null,                 -- in lower case where case does not matter; ids as they are
    channel      uuid,                          -- its key; it need not be in the catalogue
    certainty    text check (certainty in ('exact', 'likely')),
    reason       text,                          -- why there is no channel
    resolved_at  timestamptz not null,
    expires_at   timestamptz not null,
    primary key (kind, name),
    constraint found_or_explained
        check ((channel is null) = (certainty is null) and (channel is null) = (reason is not null)),
    constraint kept_thirty_days_at_most check (expires_at <= resolved_at + interval '30 days')
);
comment on table resolutions is 'Which channel a handle, name, video or playlist belongs to, as YouTube last told us.';
create index resolutions_expired on resolutions (expires_at);

UPDATE alembic_version SET version_num='0002' WHERE alembic_version.version_num = '0001';

COMMIT;

BEGIN;

-- Running upgrade 0002 -> 0003

alter table processing_jobs
    add column retry_of uuid unique references processing_jobs on delete set null,
    add column given_up bigint not null default 0, -- those of the failed that a retry takes up
    add constraint the_given_up_have_failed check (given_up between 0 and failed);
comment on column processing_jobs.retry_of is 'The job whose rest this one takes up; each job is retried by one other at most.';

alter table job_batches add column given_up integer not null default 0;
create index job_batches_left_over on job_batches (job_id, id) where state = 'cancelled' or given_up > 0;

alter table job_items add column at timestamptz not null default now();

UPDATE alembic_version SET version_num='0003' WHERE alembic_version.version_num = '0002';

COMMIT;

BEGIN;

-- Running upgrade 0003 -> 0004

create table schedules (
    id             uuid primary key default gen_random_uuid(),
    name           text not null unique check (name ~ '^[a-z0-9][a-z0-9_-]{0,62}$'),
    job_type       text not null,
    params         jsonb not null default '{}',  -- the body of the POST that it repeats
    cron           text,
    every_seconds  integer check (every_seconds >= 60),
    time_zone      text not null default 'UTC',  -- that the cron expression is meant in
    enabled        boolean not null default true,
    grace_seconds  integer not null,             -- a time that is found later than this makes no job
    next_fire_at   timestamptz,
    last_fire_at   timestamptz,                  -- of the last time that made a job
    last_job_id    uuid references processing_jobs on delete set null,
    created_at     timestamptz not null,
    updated_at     timestamptz not null,
    constraint one_rhythm check (num_nonnulls(cron, every_seconds) = 1),
    constraint who_is_enabled_has_a_next_time check (enabled = (next_fire_at is not null))
);
comment on table schedules is 'What is asked for again and again, and when next.';
create index schedules_due on schedules (next_fire_at) where enabled;

create table schedule_fires (
    schedule_id  uuid not null references schedules on delete cascade,
    fire_at      timestamptz not null,
    outcome      text not null default 'fired' check (outcome in ('fired', 'run', 'skipped', 'missed', 'refused')),
    job_id       uuid references processing_jobs on delete set null,
    missed       integer not null default 0 check (missed >= 0), -- times that passed and made no job
    why          text,
    decided_at   timestamptz not null,
    primary key (schedule_id, fire_at),          -- each time once, however many look for it
    constraint no_job_no_silence check (outcome in ('fired', 'run') or why is not null)
);
comment on table schedule_fires is 'A time of a schedule, and what became of it.';

UPDATE alembic_version SET version_num='0004' WHERE alembic_version.version_num = '0003';

COMMIT;

BEGIN;

-- Running upgrade 0004 -> 0005

alter table processing_jobs add column forecast jsonb;
comment on column processing_jobs.forecast is 'What it was expected to take when it was asked for; of kinds that spend quota.';

UPDATE alembic_version SET version_num='0005' WHERE alembic_version.version_num = '0004';

COMMIT;

BEGIN;

-- Running upgrade 0005 -> 0006

create table job_shares (
    job_id     uuid primary key references processing_jobs on delete cascade,
    max_units  integer check (max_units > 0),   -- the budget; NULL where none was set
    reserved   integer not null default 0 check (reserved >= 0), -- in blocks of the ledger that are still out
    used       integer not null default 0,      -- of blocks that were settled
    served_at  timestamptz,                     -- when a worker last took a batch of this job
    constraint never_beyond_the_budget check (reserved + used <= max_units)
) with (fillfactor = 50);
comment on table job_shares is 'What a job has had of what all jobs share: units of quota, and turns at the workers.';
insert into job_shares (job_id, used) select id, units_used from processing_jobs;

UPDATE alembic_version SET version_num='0006' WHERE alembic_version.version_num = '0005';

COMMIT;

BEGIN;

-- Running upgrade 0006 -> 0007

-- Snapshots by weeks instead of months: retention drops whole partitions, and no row may stay a month longer than it may.
-- A prepared month that is still empty makes room; one that has rows stays until it is over.
do $$
declare
    month regclass;
    filled boolean;
begin
    for month in select inhrelid::regclass from pg_inherits where inhparent = 'channel_snapshots'::regclass
                 and inhrelid <> 'channel_snapshots_other'::regclass loop
        execute 'select exists (select from ' || month || ')' into filled;
        if not filled then
            execute 'drop table ' || month;
        end if;
    end loop;
end $$;

drop function prepare_snapshot_months(timestamptz);

-- The weeks (from Monday, UTC) that are coming, four at a time: making one locks the table for a moment.
create function prepare_snapshot_weeks(moment timestamptz) returns void
language plpgsql as $$
declare
    monday date := date_trunc('week', moment at time zone 'UTC')::date;
    history text;
    week date;
begin
    foreach history in array array['channel_snapshots', 'video_snapshots'] loop
        continue when to_regclass(history || '_' || to_char(monday + 14, 'YYYY_MM_DD')) is not null;
        for week in select monday + 7 * n from generate_series(0, 5) n loop
            continue when to_regclass(history || '_' || to_char(week, 'YYYY_MM_DD')) is not null;
            begin
                execute 'create table ' || quote_ident(history || '_' || to_char(week, 'YYYY_MM_DD'))
                     || ' partition of ' || quote_ident(history)
                     || ' for values from (' || quote_literal(week::timestamp at time zone 'UTC')
                     || ') to (' || quote_literal((week + 7)::timestamp at time zone 'UTC') || ')';
            exception
                -- Rows of that week are already elsewhere (in an older partition, or the default one): they stay there.
                when invalid_object_definition or check_violation then null;
                when duplicate_table then null; -- another keeper was quicker
            end;
        end loop;
    end loop;
end $$;

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
    add listed_video_count  bigint;             -- what video_count was when the list of uploads was last read;

UPDATE alembic_version SET version_num='0007' WHERE alembic_version.version_num = '0006';

COMMIT;

BEGIN;

-- Running upgrade 0007 -> 0009

-- One picture has many addresses: hosts, sizes and croppings differ, and what begins with ytc/ (before: a/ and a-/) gets a
-- new address for every channel at once, now and then, which its first six letters tell. Only another picture is a change.
create function picture_of(address text) returns text
language sql immutable parallel safe
return regexp_replace(address, '^https?://(yt3|lh[0-9])\.(ggpht|googleusercontent)\.com/|'
                               '=[sw][0-9]+[^/=]*$|/s[0-9]+[^/]*/photo\.jpg$', '', 'g');

create function same_picture(one text, other text) returns boolean
language sql immutable parallel safe
return coalesce(
    picture_of(one) = picture_of(other)
    or (picture_of(one) ~ '^(ytc|a-?)/' and picture_of(other) ~ '^(ytc|a-?)/'
        and left(split_part(picture_of(one), '/', 2), 6) <> left(split_part(picture_of(other), '/', 2), 6)),
    one is null and other is null);

UPDATE alembic_version SET version_num='0009' WHERE alembic_version.version_num = '0007';

COMMIT;

BEGIN;

-- Running upgrade 0009 -> 0010

-- What was paid for and is not finished: without it, a crash between the list and its videos would read the list again.
create table upload_listings (
    channel     uuid primary key,
    listed_at   timestamptz not null,
    pages       integer not null,
    listed      integer not null,               -- how many videos were taken from the list so far
    is_over     boolean not null,               -- nothing more of it is wanted, or there is no more
    next_token  text,                           -- where the list goes on
    videos      bigint[] not null               -- those that are still to be fetched
);
comment on table upload_listings is 'An uploads list that a job is reading; gone when the channel has its outcome.';

create index channels_without_videos on channels (id)
    where metadata_fetched and not videos_fetched and availability <> 'not_found';

alter table channels
    add videos_cut_off boolean not null default false; -- YouTube ended the list at 20,000 uploads: older ones exist

-- An item that was fetched may have something to be said of it too.
alter table job_items
    drop constraint job_items_outcome_check,
    add constraint job_items_outcome_check
        check (outcome in ('fetched', 'unchanged', 'not_found', 'skipped', 'failed'));

UPDATE alembic_version SET version_num='0010' WHERE alembic_version.version_num = '0009';

COMMIT;

BEGIN;

-- Running upgrade 0010 -> 0011

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

UPDATE alembic_version SET version_num='0011' WHERE alembic_version.version_num = '0010';

COMMIT;

BEGIN;

-- Running upgrade 0011 -> 0012

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

UPDATE alembic_version SET version_num='0012' WHERE alembic_version.version_num = '0011';

COMMIT;

BEGIN;

-- Running upgrade 0012 -> 0013

create table retention_reports (
    job_id      uuid not null references processing_jobs on delete cascade,
    subject     text not null,
    deleted     bigint not null default 0,      -- rows
    erased      bigint not null default 0,      -- rows that stay, without what YouTube told
    updated_at  timestamptz not null,
    primary key (job_id, subject)
);
comment on table retention_reports is 'What a retention job deleted, by kind of data.';

-- Data that is neither refreshed nor deleted breaks the terms of YouTube: so this one schedule is there from the start.
insert into schedules (name, job_type, cron, grace_seconds, next_fire_at, created_at, updated_at)
values ('retention', 'retention', '23 3 * * *', 86400, date_trunc('day', now(), 'UTC') + interval '1 day 3 hours 23 minutes',
        now(), now())
on conflict (name) do nothing;

-- Whole weeks that are over go as tables: their rows cost nothing to delete. Answers how many rows they were.
create function drop_snapshot_weeks(history text, before timestamptz) returns bigint
language plpgsql as $$
declare
    week record;
    rows bigint;
    dropped bigint := 0;
begin
    for week in
        select c.relname, to_date(right(c.relname, 10), 'YYYY_MM_DD') as monday
        from pg_inherits i join pg_class c on c.oid = i.inhrelid
        where i.inhparent = history::regclass and c.relname ~ (history || '_\d{4}_\d\d_\d\d$')
    loop
        continue when (week.monday + 7)::timestamp at time zone 'UTC' > before;
        execute 'select count(*) from ' || quote_ident(week.relname) into rows;
        execute 'drop table ' || quote_ident(week.relname);
        dropped := dropped + rows;
    end loop;
    return dropped;
end $$;

UPDATE alembic_version SET version_num='0013' WHERE alembic_version.version_num = '0012';

COMMIT;

BEGIN;

-- Running upgrade 0013 -> 0014

-- How long what was said of a channel or video is taken to hold: 6 hours on step 0, twice as long every second step, 32
-- days on step 14. A smallint and not an interval, because then one index finds the most overdue on each step.
create function refresh_interval(step smallint) returns interval
language sql immutable parallel safe as $$ select interval '6 hours' * power(2::float8, step / 2::float8) $$;

-- app/refresh/model.py has the same in Python, and docs/freshness.md the measurements. A look before the time that finds
-- nothing tells nothing. Who has never been asked for is expected to hold six days.
create function next_refresh_step(step smallint, asked timestamptz, moment timestamptz, changed boolean) returns smallint
language sql immutable parallel safe as $$
    select case when asked is null then 9
                when changed then greatest(step - 4, 0)
                when moment - asked >= refresh_interval(step) then least(step + 1, 14)
                else step end::smallint
$$;

-- Whether a count has moved so far that it tells something: by more than one in a hundred, and more than ten.
create function has_moved(old bigint, new bigint) returns boolean
language sql immutable parallel safe as $$
    select case when old is null or new is null then old is distinct from new
                else abs(new - old) > greatest(old / 100, 10) end
$$;

alter table channels
    add asked_at      timestamptz,              -- when YouTube was last asked for it; fetched_at is when it last answered
    add refresh_step  smallint not null default 9 check (refresh_step between 0 and 14);
alter table videos
    add asked_at      timestamptz,              -- likewise, for its counts or for all of it
    add refresh_step  smallint not null default 9 check (refresh_step between 0 and 14);

update channels set asked_at = fetched_at where fetched_at is not null;
update videos set asked_at = fetched_at;

-- The longest overdue on each step come first in it. With the id it is all that a cut reads: the rows lie anywhere.
create index channels_to_refresh on channels (refresh_step, asked_at, id) where asked_at is not null;
create index videos_to_refresh on videos (refresh_step, asked_at, id) where asked_at is not null;
-- Whole videos, which are asked for again by age alone.
create index videos_to_fetch_again on videos (fetched_at, id) where availability <> 'not_found';

UPDATE alembic_version SET version_num='0014' WHERE alembic_version.version_num = '0013';

COMMIT;

BEGIN;

-- Running upgrade 0014 -> 0015

create table channel_discoveries (
    id                    bigint generated always as identity primary key, -- the keyset cursor of lists
    source_channel_id     uuid, -- null for what a chart or a list from outside named: it has no source among the channels
    discovered_channel_id uuid not null,
    discovery_method      text not null,
    service_name          text not null, -- 'youtube', 'stored', or the name of a list from outside
    evidence_count        integer not null check (evidence_count > 0), -- different pieces of evidence, 64 at most
    evidence              text[] not null, -- the first few of them, for people
    evidence_hashes       integer[] not null, -- of each, so that the same run again counts none twice
    confidence_score      real not null check (confidence_score between 0 and 1), -- of this edge alone, when last seen
    first_seen            timestamptz not null,
    last_seen             timestamptz not null,
    unique nulls not distinct (source_channel_id, discovered_channel_id, discovery_method)
);

create index channel_discoveries_discovered on channel_discoveries (discovered_channel_id, source_channel_id);

-- Every channel that an edge points at, once: confirmed ones are in the catalogue, the others wait for a packed
-- channels.list, or were left out by one and are not asked about again for a while.
create table discovered_channels (
    id           uuid primary key,
    sources      integer not null default 0, -- different channels that point at it: what makes a hub
    best         real not null default 0,    -- the confidence of all its edges together: who is confirmed first
    depth        smallint not null,          -- steps from what people brought
    found_from   uuid,                       -- the source that found it first
    found_by     text not null,              -- and the method
    found_at     timestamptz not null,
    job_id       uuid,                       -- the job that confirms it at this moment
    confirmed_at timestamptz,
    absent_at    timestamptz                 -- when YouTube left it out
);

create index discovered_channels_unconfirmed on discovered_channels (best desc, id)
    where confirmed_at is null and absent_at is null and job_id is null;

-- Which channel was expanded by which method, or is at this moment: a row is the claim of a job until expanded_at says when.
create table discovery_expansions (
    channel     uuid not null,
    method      text not null,
    job_id      uuid,
    expanded_at timestamptz,
    found       integer not null default 0,
    new         integer not null default 0, -- of them, channels that nobody knew
    units       integer not null default 0,
    primary key (channel, method)
);

-- What methods brought in which job, by the size of the channels they were tried on: from this the frontier learns.
create table discovery_yields (
    job_id     uuid not null,
    method     text not null,
    stratum    smallint not null, -- the number of digits of the source's subscriber count; -1 when it is hidden or there is none
    expansions integer not null default 0,
    units      integer not null default 0,
    found      integer not null default 0,
    new        integer not null default 0, -- never in the catalogue before; confirmed or not
    confirmed  integer not null default 0,
    dropped    integer not null default 0, -- unknown to YouTube, or without a video
    updated_at timestamptz not null,
    primary key (job_id, method, stratum)
);

-- Handles that texts name. One is asked for (a unit each) when enough different channels have named it.
create table handle_mentions (
    handle   text not null, -- lower case, with its @
    source   uuid not null,
    method   text not null,
    evidence text[] not null,
    seen_at  timestamptz not null,
    primary key (handle, source, method)
);

-- The terms of channels that were compared: keywords, topics and the tags of their videos.
create table channel_terms (
    term        text not null, -- lower case
    channel     uuid not null,
    compared_on date not null,
    primary key (term, channel)
);

create index channel_terms_channel on channel_terms (channel);

-- What jobs hold at this moment: few rows, looked at whenever a job cuts, because what an ended job held is free again.
create index discovered_channels_claimed on discovered_channels (job_id) where job_id is not null;

create index discovery_expansions_claimed on discovery_expansions (job_id) where expanded_at is null;

-- What a method that asks more than once was answered about a channel until now: a worker that is killed, or quota that
-- ends, in the middle pays none of it again. Gone when the channel is expanded.
create table discovery_answers (
    channel     uuid not null,
    method      text not null,
    step        smallint not null,
    answer      jsonb, -- null: YouTube refused, and the method goes on without
    units       integer not null,
    answered_at timestamptz not null,
    primary key (channel, method, step)
);

-- Every handle of handle_mentions once.
create table mentioned_handles (
    handle  text primary key,
    sources integer not null, -- different channels that name it
    job_id  uuid              -- the job that asks for it at this moment
);

create index mentioned_handles_waiting on mentioned_handles (sources desc, handle) where job_id is null;

-- The number of digits of the subscriber count: channels of one size behave alike when they are expanded.
create function size_of_channel(subscribers bigint) returns smallint
language sql immutable parallel safe
return cast(coalesce(length(cast(subscribers as text)), -1) as smallint);

create index channels_by_size on channels (size_of_channel(subscriber_count), id)
    where metadata_fetched and availability <> 'not_found';

-- What was there, then what is new, `most` elements at most.
create function united(old anyarray, new anyarray, most integer) returns anyarray
language sql immutable parallel safe as $$
    select (old || array(select distinct n from unnest(new) as n where n <> all (old)))[1:most]
$$;

-- A handle that texts name need not be asked for when its channel is known.
create index channels_handle on channels using hash (handle) where handle is not null;

UPDATE alembic_version SET version_num='0015' WHERE alembic_version.version_num = '0014';

COMMIT;

BEGIN;

-- Running upgrade 0015 -> 0016

-- The surest edges of a channel first, and of those the ones that were seen last: a hub's neighbours are read no further.
create index if not exists channel_discoveries_naming
    on channel_discoveries (discovered_channel_id, confidence_score desc, last_seen desc);

create index if not exists channel_discoveries_named
    on channel_discoveries (source_channel_id, confidence_score desc, last_seen desc);

drop index if exists channel_discoveries_discovered;

UPDATE alembic_version SET version_num='0016' WHERE alembic_version.version_num = '0015';

COMMIT;

BEGIN;

-- Running upgrade 0016 -> 0017

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

-- What a job has spent on expanding the channels of one depth: its budgets for depths are held against it.
create table discovery_depths (
    job_id uuid not null,
    depth  smallint not null, -- steps from what people brought
    units  integer not null,
    primary key (job_id, depth)
);

UPDATE alembic_version SET version_num='0017' WHERE alembic_version.version_num = '0016';

COMMIT;

BEGIN;

-- Running upgrade 0017 -> 0018

-- The newest edges of one method, without reading those of others: 1,030,000 edges take 45 MB.
create index if not exists channel_discoveries_method on channel_discoveries (discovery_method, id);

UPDATE alembic_version SET version_num='0018' WHERE alembic_version.version_num = '0017';

COMMIT;

BEGIN;

-- Running upgrade 0018 -> 0019

-- What became of each export, for whoever reads its file: a file whose export is not complete is not, either.
create table exports (
    id           uuid primary key default gen_random_uuid(),
    what         text not null,
    state        text not null default 'running' check (state in ('running', 'complete', 'broken')),
    manifest     jsonb not null,
    began_at     timestamptz not null,
    finished_at  timestamptz,
    constraint who_runs_has_no_end check ((state = 'running') = (finished_at is null))
);
comment on table exports is 'An export: what was asked for, and what its file must hold if it is whole.';
create index exports_old on exports (began_at);

-- What incremental exports read. Ties are many, because rows of one transaction share their moment: such an entry takes
-- some 8 bytes.
create index channels_changed on channels (greatest(updated_at, discovery_processed_at));
create index videos_changed on videos (updated_at);
create index playlists_changed on playlists (greatest(updated_at, items_fetched_at));
create index playlist_items_changed on playlist_items (coalesce(gone_at, last_seen_at));
create index channel_discoveries_changed on channel_discoveries (last_seen);
create index channel_snapshots_by_time on channel_snapshots (observed_at);
create index video_snapshots_by_time on video_snapshots (observed_at);

-- Whoever may use this schema may read its views, and nothing else.
create schema if not exists analyst;
comment on schema analyst is 'Stable views for analysts; `python -m app analysts create NAME` makes a role that reads them.';

-- Ids and keys: rows are joined and found by keys, which have indexes; ids are what YouTube calls them.
create or replace function analyst.channel_id(key uuid) returns text
language sql immutable strict parallel safe
return 'UC' || translate(encode(uuid_send(key), 'base64'), '+/=', '-_');

create or replace function analyst.channel_key(channel_id text) returns uuid
language sql immutable strict parallel safe
return cast(encode(decode(translate(substr(channel_id, 3), '-_', '+/') || '==', 'base64'), 'hex') as uuid);

create or replace function analyst.video_id(key bigint) returns text
language sql immutable strict parallel safe
return translate(rtrim(encode(int8send(key), 'base64'), '='), '+/', '-_');

create or replace function analyst.video_key(video_id text) returns bigint
language sql immutable strict parallel safe
return cast(cast('x' || encode(decode(translate(video_id, '-_', '+/') || '=', 'base64'), 'hex') as bit(64)) as bigint);

-- What YouTube calls a place in a playlist: the list, a dot, and 16 hexadecimal digits.
create or replace function analyst.entry_id(playlist_id text, key bigint) returns text
language sql immutable strict parallel safe
return translate(
    rtrim(encode(convert_to(playlist_id || '.' || upper(encode(int8send(key), 'hex')), 'UTF8'), 'base64'), '='),
    '+/' || chr(10), '-_');

create or replace view analyst.channels as
select id as channel_key, channel_id, handle, title, description, country, language, default_language, keywords, topics,
       published_at, thumbnail_url, banner_url, uploads_playlist_id, subscriber_count, view_count, video_count,
       made_for_kids, metadata_fetched, videos_fetched, videos_fetched_at, videos_cut_off, discovery_processed,
       cast(availability as text) as availability, availability_since, missing_since, source,
       analyst.channel_id(discovered_from) as discovered_from, created_at,
       greatest(updated_at, discovery_processed_at) as updated_at, fetched_at, expires_at
from public.channels;

comment on view analyst.channels is 'A channel: what is known of it, since when and until when.';
comment on column analyst.channels.channel_key is 'The 16 bytes of the channel id: what rows are joined by. Source: Tributary.';
comment on column analyst.channels.channel_id is 'The id of the channel: UC and 22 characters. Source: whoever brought it, or discovery.';
comment on column analyst.channels.handle is 'The handle with its @, in lower case. NULL: not fetched, or the channel has none. Source: channels.list snippet.customUrl.';
comment on column analyst.channels.title is 'The title. NULL: not fetched, and nobody gave one. Source: channels.list snippet.title; before the first fetch, the import.';
comment on column analyst.channels.description is 'What the owner says of it; empty when nothing. NULL: not fetched. Source: channels.list snippet.description.';
comment on column analyst.channels.country is 'The country that the owner chose. Unit: ISO 3166-1 alpha-2. NULL: not fetched, or not chosen. Source: channels.list snippet.country.';
comment on column analyst.channels.language is 'The language of title and description. Unit: ISO 639-1, else 639-3. NULL: not fetched, or the text does not tell. Source: detected by Tributary.';
comment on column analyst.channels.default_language is 'The language that the owner declared; rarely set. Unit: BCP 47. NULL: not fetched, or not declared. Source: channels.list snippet.defaultLanguage.';
comment on column analyst.channels.keywords is 'Keywords of the owner. NULL: not fetched. Source: channels.list brandingSettings.channel.keywords.';
comment on column analyst.channels.topics is 'What YouTube classifies it as: addresses of Wikipedia articles. NULL: not fetched. Source: channels.list topicDetails.topicCategories.';
comment on column analyst.channels.published_at is 'When the channel was made. Unit: time in UTC. NULL: not fetched. Source: channels.list snippet.publishedAt.';
comment on column analyst.channels.thumbnail_url is 'The address of its picture, the largest there is. NULL: not fetched. Source: channels.list snippet.thumbnails.';
comment on column analyst.channels.banner_url is 'The address of its banner. NULL: not fetched, or none. Source: channels.list brandingSettings.image.bannerExternalUrl.';
comment on column analyst.channels.uploads_playlist_id is 'The list of its uploads. NULL: not fetched. Source: channels.list contentDetails.relatedPlaylists.uploads.';
comment on column analyst.channels.subscriber_count is 'Subscribers, rounded down by YouTube to three significant figures. Unit: accounts. NULL: not fetched, or hidden by the owner. Source: channels.list statistics.subscriberCount.';
comment on column analyst.channels.view_count is 'Views of all its public videos. Unit: views. NULL: not fetched, or not told. Source: channels.list statistics.viewCount.';
comment on column analyst.channels.video_count is 'Public videos. Unit: videos. NULL: not fetched, or not told. Source: channels.list statistics.videoCount.';
comment on column analyst.channels.made_for_kids is 'Whether it is made for children. NULL: not fetched, or not told. Source: channels.list status.madeForKids.';
comment on column analyst.channels.metadata_fetched is 'Whether YouTube has told its facts. Source: Tributary.';
comment on column analyst.channels.videos_fetched is 'Whether its uploads were listed. Source: Tributary.';
comment on column analyst.channels.videos_fetched_at is 'When its uploads were last listed. Unit: time in UTC. NULL: never. Source: Tributary.';
comment on column analyst.channels.videos_cut_off is 'Whether YouTube ended the list at 20,000 uploads, so that older ones are missing. Source: Tributary.';
comment on column analyst.channels.discovery_processed is 'Whether related channels were looked for from here. Source: Tributary.';
comment on column analyst.channels.availability is 'unknown (never asked for), available, or not_found (YouTube left it out). Source: Tributary, from what channels.list leaves out.';
comment on column analyst.channels.availability_since is 'Since when that holds. Unit: time in UTC. NULL: never asked for. Source: Tributary.';
comment on column analyst.channels.missing_since is 'When it was first left out of an answer and not seen since. Unit: time in UTC. NULL: it was in the last answer, or never asked for. Source: Tributary.';
comment on column analyst.channels.source is 'Who brought it: the name of an import, or discovery and its method. NULL: not told. Source: Tributary.';
comment on column analyst.channels.discovered_from is 'The id of the channel that led to it; its own where a chart or list did. NULL: somebody gave its id. Source: Tributary.';
comment on column analyst.channels.created_at is 'When it came into the catalogue. Unit: time in UTC. Source: Tributary.';
comment on column analyst.channels.updated_at is 'When anything in this row last changed. Unit: time in UTC. Source: Tributary.';
comment on column analyst.channels.fetched_at is 'When YouTube last told these facts. Unit: time in UTC. NULL: not fetched. Source: Tributary.';
comment on column analyst.channels.expires_at is 'When these facts must be fetched again or deleted. Unit: time in UTC. NULL: not fetched. Source: YouTube API Services Developer Policies III.E.4.';

create or replace view analyst.playlists as
select id as playlist_key, playlist_id, channel as channel_key, analyst.channel_id(channel) as channel_id, title,
       description, default_language, item_count, privacy, thumbnail_url, published_at,
       cast(availability as text) as availability, availability_since, missing_since, items_fetched_at, created_at,
       greatest(updated_at, items_fetched_at) as updated_at, fetched_at, expires_at
from public.playlists;

comment on view analyst.playlists is 'A playlist: what is known of it, and when its entries were last read. Uploads lists are none.';
comment on column analyst.playlists.playlist_key is 'What its entries are joined by. Source: Tributary.';
comment on column analyst.playlists.playlist_id is 'The id of the playlist. Source: playlists.list id.';
comment on column analyst.playlists.channel_key is 'The key of its channel. NULL: not told. Source: Tributary.';
comment on column analyst.playlists.channel_id is 'The channel whose list it is; the videos in it may be of others. NULL: not told. Source: playlists.list snippet.channelId.';
comment on column analyst.playlists.title is 'The title. NULL: deleted by retention. Source: playlists.list snippet.title.';
comment on column analyst.playlists.description is 'The description; empty when there is none. NULL: deleted by retention. Source: playlists.list snippet.description.';
comment on column analyst.playlists.default_language is 'The language that the owner declared. Unit: BCP 47. NULL: not declared. Source: playlists.list snippet.defaultLanguage.';
comment on column analyst.playlists.item_count is 'Entries as the list tells it, private and deleted videos included. Unit: entries. NULL: not told. Source: playlists.list contentDetails.itemCount.';
comment on column analyst.playlists.privacy is 'public or unlisted. NULL: not told. Source: playlists.list status.privacyStatus.';
comment on column analyst.playlists.thumbnail_url is 'The address of its picture. NULL: deleted by retention, or not told. Source: playlists.list snippet.thumbnails.';
comment on column analyst.playlists.published_at is 'When the list was made. Unit: time in UTC. NULL: not told. Source: playlists.list snippet.publishedAt.';
comment on column analyst.playlists.availability is 'available, or not_found. Source: Tributary, from what playlists.list leaves out.';
comment on column analyst.playlists.availability_since is 'Since when that holds. Unit: time in UTC. Source: Tributary.';
comment on column analyst.playlists.missing_since is 'When it was first left out of an answer and not seen since. Unit: time in UTC. NULL: it was in the last answer. Source: Tributary.';
comment on column analyst.playlists.items_fetched_at is 'When its entries were last read to their end. Unit: time in UTC. NULL: never. Source: Tributary.';
comment on column analyst.playlists.created_at is 'When it came into the catalogue. Unit: time in UTC. Source: Tributary.';
comment on column analyst.playlists.updated_at is 'When anything in this row last changed. Unit: time in UTC. Source: Tributary.';
comment on column analyst.playlists.fetched_at is 'When YouTube last told these facts. Unit: time in UTC. Source: Tributary.';
comment on column analyst.playlists.expires_at is 'When these facts must be fetched again or deleted. Unit: time in UTC. Source: YouTube API Services Developer Policies III.E.4.';

create or replace view analyst.playlist_items as
select m.playlist as playlist_key, m.entry as entry_key, p.playlist_id,
       coalesce(m.entry_id, analyst.entry_id(p.playlist_id, m.entry)) as entry_id, m.video as video_key,
       analyst.video_id(m.video) as video_id, m.position, cast(m.kind as text) as kind, m.title,
       analyst.channel_id(m.owner) as owner_channel_id, m.added_at, m.video_published_at, m.first_seen_at, m.last_seen_at,
       m.gone_at, coalesce(m.gone_at, m.last_seen_at) as updated_at
from public.playlist_items m join public.playlists p on p.id = m.playlist;

comment on view analyst.playlist_items is 'A place of a video in a playlist, those that are gone included; a video may have several.';
comment on column analyst.playlist_items.playlist_key is 'The key of the playlist. Source: Tributary.';
comment on column analyst.playlist_items.entry_key is 'What tells the entries of a list apart. Source: Tributary.';
comment on column analyst.playlist_items.playlist_id is 'The playlist. Source: playlistItems.list snippet.playlistId.';
comment on column analyst.playlist_items.entry_id is 'The id of the place in the list. Source: playlistItems.list id.';
comment on column analyst.playlist_items.video_key is 'The key of the video. NULL: not told. Source: Tributary.';
comment on column analyst.playlist_items.video_id is 'The video; it may be in no catalogue. NULL: not told. Source: playlistItems.list contentDetails.videoId.';
comment on column analyst.playlist_items.position is 'Where it stood when it was last seen. Unit: places, from 0. NULL: not told. Source: playlistItems.list snippet.position.';
comment on column analyst.playlist_items.kind is 'available, private or deleted. Source: playlistItems.list status.privacyStatus.';
comment on column analyst.playlist_items.title is 'The title of the video, the last that was told. NULL: it was private or deleted from the beginning. Source: playlistItems.list snippet.title.';
comment on column analyst.playlist_items.owner_channel_id is 'Whose video it is, the last that was told. NULL: not told. Source: playlistItems.list snippet.videoOwnerChannelId.';
comment on column analyst.playlist_items.added_at is 'When it came into the list. Unit: time in UTC. NULL: not told. Source: playlistItems.list snippet.publishedAt.';
comment on column analyst.playlist_items.video_published_at is 'When the video was published. Unit: time in UTC. NULL: not told. Source: playlistItems.list contentDetails.videoPublishedAt.';
comment on column analyst.playlist_items.first_seen_at is 'When it was first read. Unit: time in UTC. Source: Tributary.';
comment on column analyst.playlist_items.last_seen_at is 'When it was last read. Unit: time in UTC. Source: Tributary.';
comment on column analyst.playlist_items.gone_at is 'When the list was found without it. Unit: time in UTC. NULL: it is there. Source: Tributary.';
comment on column analyst.playlist_items.updated_at is 'When it was last read, or found gone. Unit: time in UTC. Source: Tributary.';

create or replace view analyst.edges as
select d.id as edge_key, s.id as source_channel_key, s.channel_id as source_channel_id, t.id as discovered_channel_key,
       t.channel_id as discovered_channel_id, d.discovery_method as method, d.service_name as service,
       d.confidence_score as confidence, d.evidence_count, d.evidence, d.first_seen, d.last_seen
from public.channel_discoveries d
join public.channels t on t.id = d.discovered_channel_id
left join public.channels s on s.id = d.source_channel_id
where s.id is not null or d.source_channel_id is null;

comment on view analyst.edges is 'One channel names another by one method. Both are in the catalogue: what is not confirmed yet is not here.';
comment on column analyst.edges.edge_key is 'What tells edges apart, in the order in which they were first found. Source: Tributary.';
comment on column analyst.edges.source_channel_key is 'The key of the channel that names the other. NULL: a chart or a list from outside does. Source: Tributary.';
comment on column analyst.edges.source_channel_id is 'The channel that names the other. NULL: a chart or a list from outside does. Source: the method.';
comment on column analyst.edges.discovered_channel_key is 'The key of the channel that is named. Source: Tributary.';
comment on column analyst.edges.discovered_channel_id is 'The channel that is named. Source: the method.';
comment on column analyst.edges.method is 'The discovery method; docs/discovery.md says what each looks at. Source: Tributary.';
comment on column analyst.edges.service is 'Where the evidence is from: youtube, stored, or the name of a list from outside. Source: Tributary.';
comment on column analyst.edges.confidence is 'How sure this edge was when it was last seen. Unit: 0 to 1. Source: Tributary.';
comment on column analyst.edges.evidence_count is 'Different pieces of evidence, 64 at most. Unit: pieces. Source: Tributary.';
comment on column analyst.edges.evidence is 'The first few of them. Source: the method.';
comment on column analyst.edges.first_seen is 'When it was first found. Unit: time in UTC. Source: Tributary.';
comment on column analyst.edges.last_seen is 'When it was last found. Unit: time in UTC. Source: Tributary.';

create or replace view analyst.changes as
select 'channel' as kind, channel as channel_key, cast(null as bigint) as video_key,
       analyst.channel_id(channel) as channel_id, cast(null as text) as video_id, changed_at, field, old, new
from public.channel_changes
union all
select 'video', null, video, null, analyst.video_id(video), changed_at, field, old, new
from public.video_changes;

comment on view analyst.changes is 'A change of a channel or video that two observations show.';
comment on column analyst.changes.kind is 'What changed: channel or video. Source: Tributary.';
comment on column analyst.changes.channel_key is 'The key of the channel. NULL: a video changed. Source: Tributary.';
comment on column analyst.changes.video_key is 'The key of the video. NULL: a channel changed. Source: Tributary.';
comment on column analyst.changes.channel_id is 'The channel. NULL: a video changed. Source: channels.list id.';
comment on column analyst.changes.video_id is 'The video. NULL: a channel changed. Source: videos.list id.';
comment on column analyst.changes.changed_at is 'When the change was seen, not when it was made. Unit: time in UTC. Source: Tributary.';
comment on column analyst.changes.field is 'What changed in it: title, description, thumbnail_url, handle or availability. Source: Tributary.';
comment on column analyst.changes.old is 'What it was. NULL: not told before. Source: channels.list, or videos.list.';
comment on column analyst.changes.new is 'What it is. NULL: not told any more. Source: channels.list, or videos.list.';

create or replace view analyst.channel_snapshots as
select channel as channel_key, analyst.channel_id(channel) as channel_id, observed_at, subscriber_count, view_count,
       video_count
from public.channel_snapshots;

comment on view analyst.channel_snapshots is 'What the counts of a channel were at one moment, when one had changed or a week was over.';
comment on column analyst.channel_snapshots.channel_key is 'The key of the channel. Source: Tributary.';
comment on column analyst.channel_snapshots.channel_id is 'The channel. Source: channels.list id.';
comment on column analyst.channel_snapshots.observed_at is 'When YouTube told these counts. Unit: time in UTC. Source: Tributary.';
comment on column analyst.channel_snapshots.subscriber_count is 'Subscribers, rounded down by YouTube to three significant figures. Unit: accounts. NULL: hidden by the owner. Source: channels.list statistics.subscriberCount.';
comment on column analyst.channel_snapshots.view_count is 'Views of all its public videos. Unit: views. NULL: not told. Source: channels.list statistics.viewCount.';
comment on column analyst.channel_snapshots.video_count is 'Public videos. Unit: videos. NULL: not told. Source: channels.list statistics.videoCount.';

create or replace view analyst.video_snapshots as
select video as video_key, analyst.video_id(video) as video_id, observed_at, view_count, like_count, comment_count
from public.video_snapshots;

comment on view analyst.video_snapshots is 'What the counts of a video were at one moment, when one had changed or a week was over.';
comment on column analyst.video_snapshots.video_key is 'The key of the video. Source: Tributary.';
comment on column analyst.video_snapshots.video_id is 'The video. Source: videos.list id.';
comment on column analyst.video_snapshots.observed_at is 'When YouTube told these counts. Unit: time in UTC. Source: Tributary.';
comment on column analyst.video_snapshots.view_count is 'Views; YouTube has changed what counts as one (see the method note). Unit: views. NULL: not told. Source: videos.list statistics.viewCount.';
comment on column analyst.video_snapshots.like_count is 'Likes. Unit: likes. NULL: hidden by the owner. Source: videos.list statistics.likeCount.';
comment on column analyst.video_snapshots.comment_count is 'Comments. Unit: comments. NULL: comments are off. Source: videos.list statistics.commentCount.';

create or replace view analyst.videos as
select id as video_key, video_id, channel as channel_key, analyst.channel_id(channel) as channel_id, title, description,
       published_at, cast(extract(epoch from duration) as double precision) as duration_seconds, cast(kind as text) as kind,
       kind_evidence, view_count, like_count, comment_count, concurrent_viewers, tags, topics, category_id, language,
       language_source, definition, privacy, thumbnail_url, scheduled_start_at, actual_start_at, actual_end_at,
       made_for_kids, has_captions, is_licensed, is_embeddable, is_age_restricted, is_portrait, allowed_regions,
       blocked_regions, cast(availability as text) as availability, availability_since, missing_since, created_at,
       updated_at, fetched_at, expires_at
from public.videos;

comment on view analyst.videos is 'A video: what is known of it, since when and until when.';
comment on column analyst.videos.video_key is 'The 64 bits of the video id: what rows are joined by. Source: Tributary.';
comment on column analyst.videos.video_id is 'The id of the video: 11 characters. Source: playlistItems.list, or videos.list.';
comment on column analyst.videos.channel_key is 'The key of its channel. Source: Tributary.';
comment on column analyst.videos.channel_id is 'The channel that it belongs to; it may be in no catalogue. Source: videos.list snippet.channelId.';
comment on column analyst.videos.title is 'The title. NULL: deleted by retention. Source: videos.list snippet.title.';
comment on column analyst.videos.description is 'The description; empty when there is none. NULL: deleted by retention. Source: videos.list snippet.description.';
comment on column analyst.videos.published_at is 'When it was published. Unit: time in UTC. NULL: not told. Source: videos.list snippet.publishedAt.';
comment on column analyst.videos.duration_seconds is 'How long it is; 0 as long as a stream has not ended. Unit: seconds. NULL: not told. Source: videos.list contentDetails.duration.';
comment on column analyst.videos.kind is 'video, short, live or upcoming, as far as its evidence tells. Source: Tributary.';
comment on column analyst.videos.kind_evidence is 'What the kind was told by. Source: Tributary.';
comment on column analyst.videos.view_count is 'Views; YouTube has changed what counts as one (see the method note). Unit: views. NULL: not told. Source: videos.list statistics.viewCount.';
comment on column analyst.videos.like_count is 'Likes. Unit: likes. NULL: hidden by the owner. Source: videos.list statistics.likeCount.';
comment on column analyst.videos.comment_count is 'Comments. Unit: comments. NULL: comments are off. Source: videos.list statistics.commentCount.';
comment on column analyst.videos.concurrent_viewers is 'Who watched the stream at that moment. Unit: viewers. NULL: it was not live, or not told. Source: videos.list liveStreamingDetails.concurrentViewers.';
comment on column analyst.videos.tags is 'Tags of the owner. NULL: deleted by retention, or not told. Source: videos.list snippet.tags.';
comment on column analyst.videos.topics is 'What YouTube classifies it as: addresses of Wikipedia articles. NULL: not told. Source: videos.list topicDetails.topicCategories.';
comment on column analyst.videos.category_id is 'The category that the owner chose. Unit: id of videoCategories.list. NULL: not told. Source: videos.list snippet.categoryId.';
comment on column analyst.videos.language is 'The language, the best that is known. Unit: BCP 47. NULL: not told, and the text does not tell. Source: videos.list snippet.defaultAudioLanguage, snippet.defaultLanguage, or detected by Tributary.';
comment on column analyst.videos.language_source is 'Which of them: audio, declared or detected. NULL: no language is known. Source: Tributary.';
comment on column analyst.videos.definition is 'hd or sd. NULL: not told. Source: videos.list contentDetails.definition.';
comment on column analyst.videos.privacy is 'public or unlisted. NULL: not told. Source: videos.list status.privacyStatus.';
comment on column analyst.videos.thumbnail_url is 'The address of its picture, the largest there is. NULL: deleted by retention, or not told. Source: videos.list snippet.thumbnails.';
comment on column analyst.videos.scheduled_start_at is 'When the stream is to begin, or was. Unit: time in UTC. NULL: no stream. Source: videos.list liveStreamingDetails.scheduledStartTime.';
comment on column analyst.videos.actual_start_at is 'When the stream began. Unit: time in UTC. NULL: no stream, or not begun. Source: videos.list liveStreamingDetails.actualStartTime.';
comment on column analyst.videos.actual_end_at is 'When the stream ended. Unit: time in UTC. NULL: no stream, or not ended. Source: videos.list liveStreamingDetails.actualEndTime.';
comment on column analyst.videos.made_for_kids is 'Whether it is made for children. NULL: not told. Source: videos.list status.madeForKids.';
comment on column analyst.videos.has_captions is 'Whether it has captions. NULL: not told. Source: videos.list contentDetails.caption.';
comment on column analyst.videos.is_licensed is 'Whether a partner of YouTube claims it as licensed content. NULL: not told. Source: videos.list contentDetails.licensedContent.';
comment on column analyst.videos.is_embeddable is 'Whether other pages may show it. NULL: not told. Source: videos.list status.embeddable.';
comment on column analyst.videos.is_age_restricted is 'Whether YouTube restricts it to adults. NULL: not told. Source: videos.list contentDetails.contentRating.ytRating.';
comment on column analyst.videos.is_portrait is 'Whether it is higher than wide. NULL: not told. Source: videos.list player.';
comment on column analyst.videos.allowed_regions is 'The only countries where it can be watched. Unit: ISO 3166-1 alpha-2. NULL: no such list. Source: videos.list contentDetails.regionRestriction.allowed.';
comment on column analyst.videos.blocked_regions is 'Countries where it cannot be watched. Unit: ISO 3166-1 alpha-2. NULL: no such list. Source: videos.list contentDetails.regionRestriction.blocked.';
comment on column analyst.videos.availability is 'available, or not_found (deleted, private, or its channel is gone). Source: Tributary, from what videos.list leaves out.';
comment on column analyst.videos.availability_since is 'Since when that holds. Unit: time in UTC. Source: Tributary.';
comment on column analyst.videos.missing_since is 'When it was first left out of an answer and not seen since. Unit: time in UTC. NULL: it was in the last answer. Source: Tributary.';
comment on column analyst.videos.created_at is 'When it came into the catalogue. Unit: time in UTC. Source: Tributary.';
comment on column analyst.videos.updated_at is 'When anything in this row last changed. Unit: time in UTC. Source: Tributary.';
comment on column analyst.videos.fetched_at is 'When YouTube last told all of these facts; counts may be younger. Unit: time in UTC. Source: Tributary.';
comment on column analyst.videos.expires_at is 'When these facts must be fetched again or deleted. Unit: time in UTC. Source: YouTube API Services Developer Policies III.E.4.';

-- Of whoever may use the schema: that is the gate.
grant select on all tables in schema analyst to public;

UPDATE alembic_version SET version_num='0019' WHERE alembic_version.version_num = '0018';

COMMIT;

BEGIN;

-- Running upgrade 0019 -> 0020

create table import_names (
    job_id    uuid not null references processing_jobs on delete cascade,
    kind      text not null check (kind in ('handle', 'custom', 'user', 'video', 'playlist')),
    name      text collate "C" not null,
    line      bigint not null,
    written   text not null,        -- as it stands in the file
    outcome   text check (outcome in ('found', 'not_found')),
    -- names that are asked for one by one come first, and those that share a call together
    packed    smallint not null generated always as (case kind when 'video' then 1 when 'playlist' then 2 else 0 end) stored,
    primary key (job_id, packed, name, kind)
);
comment on table import_names is 'What names a channel in an import and is no id: waiting (no outcome) until somebody spends the units.';

create index import_names_waiting on import_names (job_id, packed, name, kind) where outcome is null;

UPDATE alembic_version SET version_num='0020' WHERE alembic_version.version_num = '0019';

COMMIT;

BEGIN;

-- Running upgrade 0020 -> 0021

create table api_tokens (
    id           bigint generated always as identity primary key,
    name         text not null check (name ~ '^[A-Za-z0-9][A-Za-z0-9_.@-]{0,62}$'),
    prefix       text not null unique,
    sha256       bytea not null check (length(sha256) = 32),
    scopes       text[] not null check (scopes <> '{}' and scopes <@ array['read', 'run', 'admin']),
    created_at   timestamptz not null default now(),
    last_used_at timestamptz,       -- written at most once a minute
    expires_at   timestamptz,
    revoked_at   timestamptz
);
comment on table api_tokens is 'Who may use the API: of a token only the SHA-256 digest, found by the part that is no secret.';

-- The name of a token that was revoked may be given again.
create unique index api_tokens_name on api_tokens (name) where revoked_at is null;

create table audit_log (
    id         bigint generated always as identity primary key,
    at         timestamptz not null default now(),
    actor      text not null,       -- the name of a token, local, nobody, or: command line
    token      text,                -- its prefix: names are given again
    address    text,
    action     text not null,
    target     text,
    status     smallint,
    request_id text
);
comment on table audit_log is 'Who changed something, or was refused: no bodies, no secrets.';

create index audit_log_at on audit_log (at);

UPDATE alembic_version SET version_num='0021' WHERE alembic_version.version_num = '0020';

COMMIT;

BEGIN;

-- Running upgrade 0021 -> 0022

-- What was spent in each hour of a Pacific day, by the number of the hour from 1 on (23 to 25 of them): the pace that a
-- forecast to the reset needs. A constant default: no row is rewritten.
alter table quota_days add column used_by_hour integer[] not null default '{}';

-- The hour of the day in which a moment lies; of one after its end, the last.
create function hour_of_pacific_day(day date, moment timestamptz) returns integer
language sql stable parallel safe
return 1 + floor(extract(epoch from least(moment, pacific_midnight_after(day) - interval '1 second')
                                    - pacific_midnight_after(day - 1)) / 3600)::integer;

UPDATE alembic_version SET version_num='0022' WHERE alembic_version.version_num = '0021';

COMMIT;

BEGIN;

-- Running upgrade 0022 -> 0023

-- What all jobs of a type have done, ever: written with each slice, in its transaction. Eight rows for a type, so that
-- batches that commit at the same moment seldom wait for each other. docs/decisions/0011-metrics.md
create table item_counts (
    job_type   text not null,
    slot       smallint not null,
    fetched    bigint not null default 0,
    unchanged  bigint not null default 0,
    not_found  bigint not null default 0,
    skipped    bigint not null default 0,
    failed     bigint not null default 0,
    given_up   bigint not null default 0,       -- of the failed: those whose batch was given up
    units      bigint not null default 0,
    channels   bigint not null default 0,       -- facts of so many channels and videos were written
    videos     bigint not null default 0,
    primary key (job_type, slot)
) with (fillfactor = 50);

-- Everything else that is counted or timed. A process adds what it has counted every few seconds.
create table event_counts (
    name     text not null,
    labels   text not null,                     -- their values, as a JSON array
    count    bigint not null default 0,
    seconds  double precision not null default 0,
    buckets  bigint[] not null default '{}',    -- of a histogram: how many fell into each
    primary key (name, labels)
) with (fillfactor = 50);

alter table processing_jobs
    add request_id   text,                      -- of the request that asked for it, as in its log lines
    add traceparent  text;                      -- W3C trace context of that request, where traces are on;

UPDATE alembic_version SET version_num='0023' WHERE alembic_version.version_num = '0022';

COMMIT;

BEGIN;

-- Running upgrade 0023 -> 0024

-- Jobs of the last day are counted at each look at the metrics, however many there ever were.
create index if not exists processing_jobs_ended on processing_jobs (completed_at) where completed_at is not null;

UPDATE alembic_version SET version_num='0024' WHERE alembic_version.version_num = '0023';

COMMIT;

BEGIN;

-- Running upgrade 0024 -> 0025

-- The channels of a language, page after page, without reading those of all others; likewise of a country. Which of the two is
-- rarer, the planner knows: with both filters it takes that one's index.
create index if not exists channels_by_language on channels (language, id) where language is not null;

create index if not exists channels_by_country on channels (country, id) where country is not null;

UPDATE alembic_version SET version_num='0025' WHERE alembic_version.version_num = '0024';

COMMIT;

select prepare_snapshot_weeks(now());
