-- One picture has many addresses: hosts, sizes and croppings differ, and what begins with ytc/ (before: a/ and a-/) gets a
-- new address for every channel at once, now and then, which its first six letters tell. Only another picture is a change.
create function picture_of(address text) returns text
language sql immutable parallel safe
return regexp_replace(address, '^https?://(yt3|lh[0-9])\.(ggpht|googleusercontent)\.com/|'
                               '=[sw][0-9]+[^/=]*$|/s[0-9]+[^/]*/photo\.jpg$', '', 'g');

create function same_picture(one text, other text) returns boolean
language sql immutable parallel safe
return coalesce(
    picture_of(one) = picture_of(other)
    or (picture_of(one) ~ '^(ytc|a-?)/' and picture_of(other) ~ '^(ytc|a-?)/'
        and left(split_part(picture_of(one), '/', 2), 6) <> left(split_part(picture_of(other), '/', 2), 6)),
    one is null and other is null);
