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
