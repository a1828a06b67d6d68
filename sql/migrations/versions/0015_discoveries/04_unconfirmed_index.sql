create index discovered_channels_unconfirmed on discovered_channels (best desc, id)
    where confirmed_at is null and absent_at is null and job_id is null;
