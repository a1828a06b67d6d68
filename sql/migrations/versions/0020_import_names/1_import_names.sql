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
