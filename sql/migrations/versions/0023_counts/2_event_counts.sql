-- Everything else that is counted or timed. A process adds what it has counted every few seconds.
create table event_counts (
    name     text not null,
    labels   text not null,                     -- their values, as a JSON array
    count    bigint not null default 0,
    seconds  double precision not null default 0,
    buckets  bigint[] not null default '{}',    -- of a histogram: how many fell into each
    primary key (name, labels)
) with (fillfactor = 50);
