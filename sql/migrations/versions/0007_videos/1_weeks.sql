-- Snapshots by weeks instead of months: retention drops whole partitions, and no row may stay a month longer than it may.
-- A prepared month that is still empty makes room; one that has rows stays until it is over.
do $$
declare
    month regclass;
    filled boolean;
begin
    for month in select inhrelid::regclass from pg_inherits where inhparent = 'channel_snapshots'::regclass
                 and inhrelid <> 'channel_snapshots_other'::regclass loop
        execute 'select exists (select from ' || month || ')' into filled;
        if not filled then
            execute 'drop table ' || month;
        end if;
    end loop;
end $$;

drop function prepare_snapshot_months(timestamptz);

-- The weeks (from Monday, UTC) that are coming, four at a time: making one locks the table for a moment.
create function prepare_snapshot_weeks(moment timestamptz) returns void
language plpgsql as $$
declare
    monday date := date_trunc('week', moment at time zone 'UTC')::date;
    history text;
    week date;
begin
    foreach history in array array['channel_snapshots', 'video_snapshots'] loop
        continue when to_regclass(history || '_' || to_char(monday + 14, 'YYYY_MM_DD')) is not null;
        for week in select monday + 7 * n from generate_series(0, 5) n loop
            continue when to_regclass(history || '_' || to_char(week, 'YYYY_MM_DD')) is not null;
            begin
                execute 'create table ' || quote_ident(history || '_' || to_char(week, 'YYYY_MM_DD'))
                     || ' partition of ' || quote_ident(history)
                     || ' for values from (' || quote_literal(week::timestamp at time zone 'UTC')
                     || ') to (' || quote_literal((week + 7)::timestamp at time zone 'UTC') || ')';
            exception
                -- Rows of that week are already elsewhere (in an older partition, or the default one): they stay there.
                when invalid_object_definition or check_violation then null;
                when duplicate_table then null; -- another keeper was quicker
            end;
        end loop;
    end loop;
end $$;
