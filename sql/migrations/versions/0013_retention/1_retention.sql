create table retention_reports (
    job_id      uuid not null references processing_jobs on delete cascade,
    subject     text not null,
    deleted     bigint not null default 0,      -- rows
    erased      bigint not null default 0,      -- rows that stay, without what YouTube told
    updated_at  timestamptz not null,
    primary key (job_id, subject)
);
comment on table retention_reports is 'What a retention job deleted, by kind of data.';

-- Data that is neither refreshed nor deleted breaks the terms of YouTube: so this one schedule is there from the start.
insert into schedules (name, job_type, cron, grace_seconds, next_fire_at, created_at, updated_at)
values ('retention', 'retention', '23 3 * * *', 86400, date_trunc('day', now(), 'UTC') + interval '1 day 3 hours 23 minutes',
        now(), now())
on conflict (name) do nothing;

-- Whole weeks that are over go as tables: their rows cost nothing to delete. Answers how many rows they were.
create function drop_snapshot_weeks(history text, before timestamptz) returns bigint
language plpgsql as $$
declare
    week record;
    rows bigint;
    dropped bigint := 0;
begin
    for week in
        select c.relname, to_date(right(c.relname, 10), 'YYYY_MM_DD') as monday
        from pg_inherits i join pg_class c on c.oid = i.inhrelid
        where i.inhparent = history::regclass and c.relname ~ (history || '_\d{4}_\d\d_\d\d$')
    loop
        continue when (week.monday + 7)::timestamp at time zone 'UTC' > before;
        execute 'select count(*) from ' || quote_ident(week.relname) into rows;
        execute 'drop table ' || quote_ident(week.relname);
        dropped := dropped + rows;
    end loop;
    return dropped;
end $$;
