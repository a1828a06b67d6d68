-- How long what was said of a channel or video is taken to hold: 6 hours on step 0, twice as long every second step, 32
-- days on step 14. A smallint and not an interval, because then one index finds the most overdue on each step.
create function refresh_interval(step smallint) returns interval
language sql immutable parallel safe as $$ select interval '6 hours' * power(2::float8, step / 2::float8) $$;

-- app/refresh/model.py has the same in Python, and docs/freshness.md the measurements. A look before the time that finds
-- nothing tells nothing. Who has never been asked for is expected to hold six days.
create function next_refresh_step(step smallint, asked timestamptz, moment timestamptz, changed boolean) returns smallint
language sql immutable parallel safe as $$
    select case when asked is null then 9
                when changed then greatest(step - 4, 0)
                when moment - asked >= refresh_interval(step) then least(step + 1, 14)
                else step end::smallint
$$;

-- Whether a count has moved so far that it tells something: by more than one in a hundred, and more than ten.
create function has_moved(old bigint, new bigint) returns boolean
language sql immutable parallel safe as $$
    select case when old is null or new is null then old is distinct from new
                else abs(new - old) > greatest(old / 100, 10) end
$$;

alter table channels
    add asked_at      timestamptz,              -- when YouTube was last asked for it; fetched_at is when it last answered
    add refresh_step  smallint not null default 9 check (refresh_step between 0 and 14);
alter table videos
    add asked_at      timestamptz,              -- likewise, for its counts or for all of it
    add refresh_step  smallint not null default 9 check (refresh_step between 0 and 14);

update channels set asked_at = fetched_at where fetched_at is not null;
update videos set asked_at = fetched_at;

-- The longest overdue on each step come first in it. With the id it is all that a cut reads: the rows lie anywhere.
create index channels_to_refresh on channels (refresh_step, asked_at, id) where asked_at is not null;
create index videos_to_refresh on videos (refresh_step, asked_at, id) where asked_at is not null;
-- Whole videos, which are asked for again by age alone.
create index videos_to_fetch_again on videos (fetched_at, id) where availability <> 'not_found';
