-- What jobs hold at this moment: few rows, looked at whenever a job cuts, because what an ended job held is free again.
create index discovered_channels_claimed on discovered_channels (job_id) where job_id is not null;
