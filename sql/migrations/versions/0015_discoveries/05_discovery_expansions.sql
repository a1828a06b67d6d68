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
