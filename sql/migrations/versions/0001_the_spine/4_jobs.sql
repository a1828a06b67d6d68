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
