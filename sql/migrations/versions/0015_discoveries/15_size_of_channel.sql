-- The number of digits of the subscriber count: channels of one size behave alike when they are expanded.
create function size_of_channel(subscribers bigint) returns smallint
language sql immutable parallel safe
return cast(coalesce(length(cast(subscribers as text)), -1) as smallint);
