-- This room only reads: catalog and videos write these tables, in the transactions of their facts.

-- name: observed_channel
-- What is known now is an observation as well: counts that did not change have no snapshot of their own.
select fetched_at as observed_at, subscriber_count, view_count, video_count, null as kind from channels where id = :key;

-- name: observed_video
-- Counts may be younger than fetched_at: who asks for them alone leaves it, and a snapshot where they changed.
select greatest(fetched_at, snapshot_at) as observed_at, view_count, like_count, comment_count, cast(kind as text) as kind
from videos where id = :key;

-- name: channel_snapshots
select observed_at, subscriber_count, view_count, video_count from channel_snapshots
where channel = :key
  and (cast(:since as timestamptz) is null or observed_at >= :since)
  and (cast(:until as timestamptz) is null or observed_at < :until)
order by observed_at desc limit :limit;

-- name: video_snapshots
select observed_at, view_count, like_count, comment_count from video_snapshots
where video = :key
  and (cast(:since as timestamptz) is null or observed_at >= :since)
  and (cast(:until as timestamptz) is null or observed_at < :until)
order by observed_at desc limit :limit;

-- name: changes_of_channel
select channel as key, changed_at, field, old, new from channel_changes
where channel = :key
  and (cast(:field as text) is null or field = :field)
  and (cast(:moment as timestamptz) is null or changed_at < :moment or (changed_at = :moment and field > :after_field))
order by changed_at desc, field limit :limit;

-- name: changes_of_video
select video as key, changed_at, field, old, new from video_changes
where video = :key
  and (cast(:field as text) is null or field = :field)
  and (cast(:moment as timestamptz) is null or changed_at < :moment or (changed_at = :moment and field > :after_field))
order by changed_at desc, field limit :limit;

-- name: changes_of_channels
-- All channels, newest first, on the index of that order; without `after_key` only what is older than `moment`.
select channel as key, changed_at, field, old, new from channel_changes
where (cast(:field as text) is null or field = :field)
  and (cast(:moment as timestamptz) is null or changed_at <= :moment)
  and (cast(:moment as timestamptz) is null or changed_at < :moment
       or (channel, field) > (cast(:after_key as uuid), cast(:after_field as text)))
order by changed_at desc, channel, field limit :limit;

-- name: changes_of_videos
select video as key, changed_at, field, old, new from video_changes
where (cast(:field as text) is null or field = :field)
  and (cast(:moment as timestamptz) is null or changed_at <= :moment)
  and (cast(:moment as timestamptz) is null or changed_at < :moment
       or (video, field) > (cast(:after_key as bigint), cast(:after_field as text)))
order by changed_at desc, video, field limit :limit;
