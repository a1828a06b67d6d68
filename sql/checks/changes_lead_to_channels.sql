-- The newest change of a field says what the channel has now, and each change begins where the one before it ended:
-- otherwise the log tells a story that was not.
select n.channel, n.field, n.changed_at, n.old, n.new
from (
    select *, row_number() over newest = 1 as is_newest, lead(new) over newest as before,
           lead(changed_at) over newest is null as is_first
    from channel_changes
    window newest as (partition by channel, field order by changed_at desc)
) n
join channels c on c.id = n.channel
cross join lateral (select case n.field when 'title' then c.title when 'description' then c.description
                                        when 'handle' then c.handle when 'thumbnail_url' then c.thumbnail_url
                                        else cast(c.availability as text) end as value) now
where case n.field when 'thumbnail_url'
           then (n.is_newest and not same_picture(n.new, now.value))
                or not (n.is_first or same_picture(n.old, n.before)) or same_picture(n.old, n.new)
           else (n.is_newest and n.new is distinct from now.value)
                or (not n.is_first and n.old is distinct from n.before) or n.old is not distinct from n.new end;
