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
