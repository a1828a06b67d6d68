create or replace view analyst.channel_snapshots as
select channel as channel_key, analyst.channel_id(channel) as channel_id, observed_at, subscriber_count, view_count,
       video_count
from public.channel_snapshots;

comment on view analyst.channel_snapshots is 'What the counts of a channel were at one moment, when one had changed or a week was over.';
comment on column analyst.channel_snapshots.channel_key is 'The key of the channel. Source: Tributary.';
comment on column analyst.channel_snapshots.channel_id is 'The channel. Source: channels.list id.';
comment on column analyst.channel_snapshots.observed_at is 'When YouTube told these counts. Unit: time in UTC. Source: Tributary.';
comment on column analyst.channel_snapshots.subscriber_count is 'Subscribers, rounded down by YouTube to three significant figures. Unit: accounts. NULL: hidden by the owner. Source: channels.list statistics.subscriberCount.';
comment on column analyst.channel_snapshots.view_count is 'Views of all its public videos. Unit: views. NULL: not told. Source: channels.list statistics.viewCount.';
comment on column analyst.channel_snapshots.video_count is 'Public videos. Unit: videos. NULL: not told. Source: channels.list statistics.videoCount.';

create or replace view analyst.video_snapshots as
select video as video_key, analyst.video_id(video) as video_id, observed_at, view_count, like_count, comment_count
from public.video_snapshots;

comment on view analyst.video_snapshots is 'What the counts of a video were at one moment, when one had changed or a week was over.';
comment on column analyst.video_snapshots.video_key is 'The key of the video. Source: Tributary.';
comment on column analyst.video_snapshots.video_id is 'The video. Source: videos.list id.';
comment on column analyst.video_snapshots.observed_at is 'When YouTube told these counts. Unit: time in UTC. Source: Tributary.';
comment on column analyst.video_snapshots.view_count is 'Views; YouTube has changed what counts as one (see the method note). Unit: views. NULL: not told. Source: videos.list statistics.viewCount.';
comment on column analyst.video_snapshots.like_count is 'Likes. Unit: likes. NULL: hidden by the owner. Source: videos.list statistics.likeCount.';
comment on column analyst.video_snapshots.comment_count is 'Comments. Unit: comments. NULL: comments are off. Source: videos.list statistics.commentCount.';
