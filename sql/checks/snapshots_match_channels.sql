-- A channel and its newest snapshot were written by one transaction; where they differ, history has a hole. Retention drops
-- a week as soon as its first day is 30 days old: from 23 days on a snapshot may be gone. The clock of a rehearsal runs
-- ahead, so that the newest row or the last move of a job tells the time.
select c.id, c.channel_id, c.snapshot_at
from channels c
left join channel_snapshots s on s.channel = c.id and s.observed_at = c.snapshot_at
where c.metadata_fetched
  and case when s.channel is null
           then c.snapshot_at is null
                or c.snapshot_at > greatest(now(), (select max(fetched_at) from channels), (select max(at) from job_events))
                                   - interval '23 days'
           else (s.subscriber_count, s.view_count, s.video_count)
                is distinct from (c.subscriber_count, c.view_count, c.video_count) end;
