-- What was there, then what is new, `most` elements at most.
create function united(old anyarray, new anyarray, most integer) returns anyarray
language sql immutable parallel safe as $$
    select (old || array(select distinct n from unnest(new) as n where n <> all (old)))[1:most]
$$;
