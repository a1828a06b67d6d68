-- What was spent in each hour of a Pacific day, by the number of the hour from 1 on (23 to 25 of them): the pace that a
-- forecast to the reset needs. A constant default: no row is rewritten.
alter table quota_days add column used_by_hour integer[] not null default '{}';

-- The hour of the day in which a moment lies; of one after its end, the last.
create function hour_of_pacific_day(day date, moment timestamptz) returns integer
language sql stable parallel safe
return 1 + floor(extract(epoch from least(moment, pacific_midnight_after(day) - interval '1 second')
                                    - pacific_midnight_after(day - 1)) / 3600)::integer;
