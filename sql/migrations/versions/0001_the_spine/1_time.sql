-- Google's quota day ends at midnight in Los Angeles, 23 to 25 hours after it began. These two functions are the only
-- place that knows.
create function pacific_day(moment timestamptz) returns date
language sql stable parallel safe
return (moment at time zone 'America/Los_Angeles')::date;

create function pacific_midnight_after(day date) returns timestamptz
language sql stable parallel safe
return (day + 1)::timestamp at time zone 'America/Los_Angeles';
