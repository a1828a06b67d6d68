-- A channel and its newest snapshot were written by one transaction; where they differ, history has a hole.
select c.id, c.channel_id, c.snapshot_at
from channels c
left join channel_snapshots s on s.channel = c.id and s.observed_at = c.snapshot_at
where c.metadata_fetched
  and (s.channel is null
       or (s.subscriber_count, s.view_count, s.video_count)
          is distinct from (c.subscriber_count, c.view_count, c.video_count));
