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
