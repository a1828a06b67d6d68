-- Two projects, two hundred channels, and a job of each state, as the first version left them.
insert into api_projects (name, project_number) values ('project-1', '123456'), ('project-2', null);
insert into api_keys (key_name, encrypted_key, fingerprint, project_id, source, is_active, disabled_reason)
select 'key-' || id, 'sealed'::bytea, 'print-' || id, id, 'environment', id = 1,
       case when id = 2 then 'YouTube does not know it' end
from api_projects;
insert into quota_days (project_id, bucket, day, quota_limit, reserved, used)
select id, 'default', pacific_day(now()), 10000, 20, 40 from api_projects;

select prepare_snapshot_months(now() - interval '2 months');
select prepare_snapshot_months(now());
insert into channels (id, title, handle, description, subscriber_count, view_count, video_count, published_at, keywords,
                      metadata_fetched, fetched_at, expires_at, availability, availability_since, snapshot_at, source)
select md5('channel ' || n)::uuid, 'Channel ' || n, '@channel' || n, 'of day one', 1000 * n, 50000 * n, n, '2015-01-01',
       array['a', 'b'], true, now() - interval '2 days', now() + interval '28 days', 'available', now() - interval '40 days',
       now() - interval '2 days', 'channels.csv'
from generate_series(1, 100) n;
insert into channels (id, source) select md5('unknown ' || n)::uuid, 'channels.csv' from generate_series(1, 99) n;
insert into channels (id, source, availability, availability_since)
values (md5('gone')::uuid, 'channels.csv', 'not_found', now());
insert into channel_snapshots (channel, observed_at, subscriber_count, view_count, video_count)
select id, snapshot_at, subscriber_count, view_count, video_count from channels where metadata_fetched
union all
select id, snapshot_at - interval '35 days', subscriber_count - 1, view_count - 1, video_count
from channels where metadata_fetched;

insert into processing_jobs (id, job_type, status, all_cut, total_items, fetched, not_found, units_used, why, started_at,
                             completed_at)
values ('00000000-0000-4000-8000-000000000001', 'batch_metadata', 'completed', true, 101, 100, 1, 3, null, now(), now());
insert into job_batches (job_id, ordinal, state, spec, settled, total_items, fetched, not_found, units_used, attempts,
                         fence, finished_at)
values ('00000000-0000-4000-8000-000000000001', 0, 'done', '{}', '{0,1,2}', 101, 100, 1, 3, 1, 1, now());
insert into job_items (job_id, batch_id, outcome, item, reason)
select job_id, id, 'not_found', 'UCgone', 'YouTube does not know this channel' from job_batches;
insert into processing_jobs (id, job_type, status, all_cut, total_items, failed, why, error_message, started_at,
                             completed_at)
values ('00000000-0000-4000-8000-000000000002', 'batch_metadata', 'failed', true, 1, 1, 'given up', 'given up', now(), now());
insert into job_batches (job_id, ordinal, state, spec, total_items, failed, attempts, finished_at)
values ('00000000-0000-4000-8000-000000000002', 0, 'done', '{}', 1, 1, 5, now());
insert into job_items (job_id, batch_id, outcome, item, reason)
select job_id, id, 'failed', 'UCbad', 'given up after 5 attempts' from job_batches where failed = 1;
insert into job_events (job_id, from_status, to_status, who)
select id, null, 'pending', 'api' from processing_jobs
union all select id, 'pending', 'running', 'worker' from processing_jobs
union all select id, 'running', status, 'worker' from processing_jobs;
insert into worker_ticks (worker, role) values ('host-1', 'worker'), ('beat', 'beat');
