-- The 64 bits of a video id are the row's key; where they differ, a video is looked for in vain and fetched twice.
select id, video_id
from videos
where video_id !~ '^[A-Za-z0-9_-]{10}[AEIMQUYcgkosw048]$'
   or int8send(id) <> decode(translate(video_id, '-_', '+/') || '=', 'base64');
