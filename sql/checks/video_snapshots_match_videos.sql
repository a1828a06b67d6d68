-- A video and its newest snapshot were written by one transaction; where they differ, history has a hole.
select v.id, v.video_id, v.snapshot_at
from videos v
left join video_snapshots s on s.video = v.id and s.observed_at = v.snapshot_at
where s.video is null
   or (s.view_count, s.like_count, s.comment_count) is distinct from (v.view_count, v.like_count, v.comment_count);
