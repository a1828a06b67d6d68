-- A unit beyond the limit is a call that Google refuses, or a bill that nobody agreed to.
select project_id, bucket, day, quota_limit, reserved, used
from quota_days
where reserved + used > quota_limit or reserved < 0 or used < 0;
