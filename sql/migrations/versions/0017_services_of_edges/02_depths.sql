-- What a job has spent on expanding the channels of one depth: its budgets for depths are held against it.
create table discovery_depths (
    job_id uuid not null,
    depth  smallint not null, -- steps from what people brought
    units  integer not null,
    primary key (job_id, depth)
);
