-- Every handle of handle_mentions once.
create table mentioned_handles (
    handle  text primary key,
    sources integer not null, -- different channels that name it
    job_id  uuid              -- the job that asks for it at this moment
);
