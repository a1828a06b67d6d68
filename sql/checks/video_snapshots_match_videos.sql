-- A video and its newest snapshot were written by one transaction; where they differ, history has a hole. Of old ones the
-- snapshot may be gone: snapshots_match_channels says when.
select v.id, v.video_id, v.snapshot_at
from videos v
left join video_snapshots s on s.video = v.id and s.observed_at = v.snapshot_at
where case when s.video is null
           then v.snapshot_at is null
                or v.snapshot_at > greatest(now(), (select max(fetched_at) from videos), (select max(at) from job_events))
                                   - interval '23 days'
           else (s.view_count, s.like_count, s.comment_count)
                is distinct from (v.view_count, v.like_count, v.comment_count) end;
