-- A request to the hub that waits without a limit would never be sent again when its verification does not come.
select channel, state, asked_at, next_ask_at
from push_subscriptions
where (asked_at is not null and next_ask_at <= asked_at)
   or (state = 'pending' and asked_at is null);
