-- Videos, their snapshots in weeks, changes, a schedule, a name that was resolved, a retry.
insert into videos (id, channel, published_at, fetched_at, expires_at, availability_since, snapshot_at, duration, view_count,
                    like_count, kind, kind_evidence, title, language, language_source, tags)
select n * 7919, md5('channel ' || n % 100 + 1)::uuid, '2020-02-02', now() - interval '1 day', now() + interval '29 days',
       now(), now() - interval '1 day', '00:03:20', 1000 * n, null, 'video', 'longer than three minutes', 'Video ' || n, 'en',
       'declared', array['tag']
from generate_series(1, 300) n;
insert into video_snapshots (video, observed_at, view_count, like_count, comment_count)
select id, snapshot_at, view_count, like_count, comment_count from videos;
update channels set videos_fetched = true, videos_fetched_at = now(), listed_video_count = video_count where metadata_fetched;
insert into channel_changes (channel, changed_at, field, old, new)
select id, now(), 'title', 'before', title from channels where metadata_fetched limit 10;
insert into video_changes (video, changed_at, field, old, new) select id, now(), 'title', 'before', title from videos limit 9;
insert into schedules (name, job_type, params, cron, grace_seconds, next_fire_at, created_at, updated_at)
values ('nightly', 'batch_metadata', '{"total_limit": 10}', '5 4 * * *', 3600, now() + interval '1 day', now(), now());
insert into schedule_fires (schedule_id, fire_at, outcome, why, decided_at)
select id, now() - interval '1 day', 'skipped', 'paused', now() from schedules where name = 'nightly';
insert into resolutions (kind, name, channel, certainty, resolved_at, expires_at)
values ('handle', '@channel1', md5('channel 1')::uuid, 'exact', now(), now() + interval '30 days');
update processing_jobs set given_up = 1 where status = 'failed';
update job_batches set given_up = 1 where failed = 1;
