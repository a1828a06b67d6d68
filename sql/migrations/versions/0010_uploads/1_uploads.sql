-- What was paid for and is not finished: without it, a crash between the list and its videos would read the list again.
create table upload_listings (
    channel     uuid primary key,
    listed_at   timestamptz not null,
    pages       integer not null,
    listed      integer not null,               -- how many videos were taken from the list so far
    is_over     boolean not null,               -- nothing more of it is wanted, or there is no more
    next_token  text,                           -- where the list goes on
    videos      bigint[] not null               -- those that are still to be fetched
);
comment on table upload_listings is 'An uploads list that a job is reading; gone when the channel has its outcome.';

create index channels_without_videos on channels (id)
    where metadata_fetched and not videos_fetched and availability <> 'not_found';

alter table channels
    add videos_cut_off boolean not null default false; -- YouTube ended the list at 20,000 uploads: older ones exist

-- An item that was fetched may have something to be said of it too.
alter table job_items
    drop constraint job_items_outcome_check,
    add constraint job_items_outcome_check
        check (outcome in ('fetched', 'unchanged', 'not_found', 'skipped', 'failed'));
