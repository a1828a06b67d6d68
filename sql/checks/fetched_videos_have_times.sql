-- Facts that may be kept for longer than thirty days would be kept against the policy; so would the videos of a channel
-- that does not say when they were fetched.
select video_id, fetched_at, expires_at from videos where expires_at > fetched_at + interval '30 days'
union all
select channel_id, videos_fetched_at, null from channels where videos_fetched and videos_fetched_at is null;
