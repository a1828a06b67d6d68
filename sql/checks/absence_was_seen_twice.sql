-- One answer that leaves a channel out is no proof: what was seen before is not found only two days after the first doubt.
select id, channel_id, availability, missing_since, availability_since
from channels
where metadata_fetched and availability = 'not_found'
  and (missing_since is null or availability_since < missing_since + interval '2 days');
