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
