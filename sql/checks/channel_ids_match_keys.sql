-- The 16 bytes of a channel id are the row's key; where they differ, a channel is looked for in vain and imported twice.
select id, channel_id
from channels
where channel_id !~ '^UC[A-Za-z0-9_-]{21}[AQgw]$'
   or encode(uuid_send(id), 'hex') <> encode(decode(translate(substr(channel_id, 3), '-_', '+/') || '==', 'base64'), 'hex');
