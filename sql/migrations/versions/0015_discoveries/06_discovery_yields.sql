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
