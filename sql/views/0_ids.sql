-- Ids and keys: rows are joined and found by keys, which have indexes; ids are what YouTube calls them.
create or replace function analyst.channel_id(key uuid) returns text
language sql immutable strict parallel safe
return 'UC' || translate(encode(uuid_send(key), 'base64'), '+/=', '-_');

create or replace function analyst.channel_key(channel_id text) returns uuid
language sql immutable strict parallel safe
return cast(encode(decode(translate(substr(channel_id, 3), '-_', '+/') || '==', 'base64'), 'hex') as uuid);

create or replace function analyst.video_id(key bigint) returns text
language sql immutable strict parallel safe
return translate(rtrim(encode(int8send(key), 'base64'), '='), '+/', '-_');

create or replace function analyst.video_key(video_id text) returns bigint
language sql immutable strict parallel safe
return cast(cast('x' || encode(decode(translate(video_id, '-_', '+/') || '=', 'base64'), 'hex') as bit(64)) as bigint);

-- What YouTube calls a place in a playlist: the list, a dot, and 16 hexadecimal digits.
create or replace function analyst.entry_id(playlist_id text, key bigint) returns text
language sql immutable strict parallel safe
return translate(
    rtrim(encode(convert_to(playlist_id || '.' || upper(encode(int8send(key), 'hex')), 'UTF8'), 'base64'), '='),
    '+/' || chr(10), '-_');
