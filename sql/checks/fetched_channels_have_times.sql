-- Facts that do not say when they were told and until when they may be kept would be kept for ever, against the policy.
select id, channel_id, fetched_at, expires_at
from channels
where metadata_fetched
  and (fetched_at is null or expires_at is null or expires_at > fetched_at + interval '30 days'
       or availability = 'unknown');
