-- name: subscribe
-- What is known stays as it is; what was leaving or had failed is asked for again, at once.
insert into push_subscriptions as s (channel, secret, created_at, next_ask_at, quiet_since)
select channel, secret, coalesce(cast(:now as timestamptz), now()), coalesce(cast(:now as timestamptz), now()),
       coalesce(cast(:now as timestamptz), now())
from unnest(cast(:channels as uuid[]), cast(:secrets as bytea[])) as asked (channel, secret)
on conflict (channel) do update
set state = 'wanted', asked_at = null, attempts = 0, next_ask_at = excluded.next_ask_at
where s.state in ('unwanted', 'failed')
returning s.channel;

-- name: leave
-- The hub is asked to end what it has verified.
update push_subscriptions
set state = 'unwanted', asked_at = null, attempts = 0, next_ask_at = coalesce(cast(:now as timestamptz), now())
where channel = any(cast(:channels as uuid[])) and state <> 'unwanted'
  and lease_expires_at > coalesce(cast(:now as timestamptz), now())
returning channel;

-- name: forget
-- Of these the hub knows nothing, or nothing any more.
delete from push_subscriptions
where channel = any(cast(:channels as uuid[]))
  and (lease_expires_at is null or lease_expires_at <= coalesce(cast(:now as timestamptz), now()))
returning channel;

-- name: list_subscriptions
-- By the bytes of the channel id, from the one after :after.
select channel, state, created_at, next_ask_at, asked_at, attempts, renewed_at, lease_expires_at, last_heard_at,
       quiet_since, last_error, last_error_at, forged
from push_subscriptions
where (cast(:after as uuid) is null or channel > :after) and (cast(:state as text) is null or state = :state)
order by channel limit :limit;

-- name: summary
-- One look over all of them.
select count(*) filter (where state = 'wanted') as wanted, count(*) filter (where state = 'pending') as pending,
       count(*) filter (where state = 'active') as active, count(*) filter (where state = 'failed') as failed,
       count(*) filter (where state = 'unwanted') as unwanted,
       count(*) filter (where state = 'active' and lease_expires_at
                        <= coalesce(cast(:now as timestamptz), now()) + interval '1 day') as expiring,
       count(*) filter (where state = 'failed' or attempts > 0) as failing,
       coalesce(sum(forged), 0) as forged, max(last_heard_at) as last_heard_at, max(renewed_at) as last_verified_at
from push_subscriptions;

-- name: failures
-- Why, the most frequent first.
select last_error as why, count(*) as subscriptions, max(last_error_at) as last_at
from push_subscriptions where state = 'failed' or attempts > 0
group by last_error order by count(*) desc, last_error limit :limit;

-- name: read_hub
select last_asked_at, last_accepted_at, failures, resting_until, last_error, last_error_at from push_hub;

-- name: lock_hub
-- One keeper at a time; the others pass over it. No row also while the hub is being asked and writes down how it went.
select from push_hub for no key update skip locked;

-- name: subscription_of
-- Who is leaving is as unknown as who was never there.
select channel, secret from push_subscriptions where callback_id = :callback_id and state <> 'unwanted';

-- name: verify
-- Only what was asked for: a request is under way, or the hub renews by itself what is active. The time of the next
-- renewal, between half and four fifths of the lease, is spread by the channel, so that many do not come due at once.
update push_subscriptions
set state = 'active', asked_at = null, attempts = 0, renewed_at = coalesce(cast(:now as timestamptz), now()),
    lease_expires_at = coalesce(cast(:now as timestamptz), now()) + make_interval(secs => :lease),
    next_ask_at = coalesce(cast(:now as timestamptz), now())
                + make_interval(secs => :lease * (0.5 + 0.3 * (hashtext(cast(channel as text)) & 1023) / 1024))
where callback_id = :callback_id and channel = :channel and state in ('pending', 'active')
returning channel;

-- name: end_verified
-- Only what a person has ended.
delete from push_subscriptions where callback_id = :callback_id and channel = :channel and state = 'unwanted'
returning channel;

-- name: denied
update push_subscriptions
set state = 'failed', asked_at = null, attempts = attempts + 1, last_error = :error,
    last_error_at = coalesce(cast(:now as timestamptz), now()),
    next_ask_at = coalesce(cast(:now as timestamptz), now()) + interval '1 day'
where callback_id = :callback_id and channel = :channel and state in ('pending', 'active')
returning channel;

-- name: count_forged
update push_subscriptions set forged = forged + 1 where channel = :channel;

-- name: heard
update push_subscriptions
set last_heard_at = coalesce(cast(:now as timestamptz), now()), quiet_since = coalesce(cast(:now as timestamptz), now())
where channel = :channel;

-- name: note_error
update push_subscriptions
set last_error = :error, last_error_at = coalesce(cast(:now as timestamptz), now()) where channel = :channel;

-- name: save_notifications
-- The same again is the same row. `fresh` are those that were not there.
insert into push_notifications as n (video, kind, changed_at, channel, received_at)
select video, kind, changed_at, :channel, coalesce(cast(:now as timestamptz), now())
from unnest(cast(:videos as bigint[]), cast(:kinds as text[]), cast(:times as timestamptz[]))
     as told (video, kind, changed_at)
order by video, kind, changed_at
on conflict (video, kind, changed_at) do update set times = n.times + 1
returning video, xmax = 0 as fresh;

-- name: announce
-- What waits already is fetched once.
insert into announced_videos (video, channel, announced_at)
select distinct video, cast(:channel as uuid), coalesce(cast(:now as timestamptz), now())
from unnest(cast(:videos as bigint[])) as told (video)
order by video
on conflict (video) do nothing;

-- name: list_notifications
-- The newest first.
select video, kind, changed_at, channel, received_at, times from push_notifications
order by received_at desc, video limit :limit;

-- name: lapse_requests
-- Requests that the hub has not verified in time; the next one waits longer each time.
update push_subscriptions s
set state = case state when 'pending' then 'failed' else state end, asked_at = null, attempts = attempts + 1,
    last_error = :error, last_error_at = coalesce(cast(:now as timestamptz), now()),
    next_ask_at = coalesce(cast(:now as timestamptz), now())
                + least(interval '1 day', interval '5 minutes' * power(2, least(attempts, 10)))
from (select channel from push_subscriptions
      where asked_at is not null and next_ask_at <= coalesce(cast(:now as timestamptz), now())
      order by next_ask_at limit :limit for update skip locked) late
where s.channel = late.channel;

-- name: lapse_leases
-- A lease that has ended: what still waits for its renewal waits on, what has none failed.
update push_subscriptions s
set state = case when asked_at is null then 'failed' else 'pending' end, last_error = :error,
    last_error_at = coalesce(cast(:now as timestamptz), now())
from (select channel from push_subscriptions
      where state = 'active' and lease_expires_at <= coalesce(cast(:now as timestamptz), now())
      order by lease_expires_at limit :limit for update skip locked) ended
where s.channel = ended.channel;

-- name: forget_ended
-- Those who were leaving have left, with or without a word of the hub.
delete from push_subscriptions
where channel in (select channel from push_subscriptions
                  where state = 'unwanted' and lease_expires_at <= coalesce(cast(:now as timestamptz), now())
                  limit :limit for update skip locked);

-- name: forget_notifications
-- What was announced is data of YouTube, and is kept for thirty days; some at a time.
delete from push_notifications
where (video, kind, changed_at) in (select video, kind, changed_at from push_notifications
                                    where received_at < coalesce(cast(:now as timestamptz), now()) - interval '30 days'
                                    limit :limit);

-- name: count_due
-- How many requests are due, :limit at most, and how many of them cannot wait until there are as many.
select count(*) as due,
       count(*) filter (where state <> 'active'
                           or next_ask_at <= coalesce(cast(:now as timestamptz), now()) - interval '1 hour'
                           or lease_expires_at
                              <= coalesce(cast(:now as timestamptz), now()) + interval '1 hour') as urgent
from (select state, next_ask_at, lease_expires_at from push_subscriptions
      where asked_at is null and next_ask_at <= coalesce(cast(:now as timestamptz), now())
      order by next_ask_at limit :limit) as first;

-- name: hub_rests
select coalesce(resting_until > coalesce(cast(:now as timestamptz), now()), false) from push_hub;

-- name: list_due
-- What was due at a moment and has not been asked yet, the longest due first, from the one after (:after_at, :after).
select channel, next_ask_at as at from push_subscriptions
where asked_at is null and next_ask_at <= :moment
  and (cast(:after_at as timestamptz) is null or (next_ask_at, channel) > (:after_at, cast(:after as uuid)))
order by next_ask_at, channel limit :limit;

-- name: ask
-- Committed before a request leaves, so that a verification that overtakes the hub's answer is expected. What a worker
-- that died had asked is asked again; what was verified or ended meanwhile is left out.
update push_subscriptions
set state = case when state in ('wanted', 'failed') then 'pending' else state end,
    asked_at = coalesce(cast(:now as timestamptz), now()),
    next_ask_at = coalesce(cast(:now as timestamptz), now()) + interval '1 hour'
where channel = any(cast(:channels as uuid[]))
  and (asked_at is not null or next_ask_at <= coalesce(cast(:now as timestamptz), now()))
returning channel, callback_id, secret, state = 'unwanted' as leaving;

-- name: new_secret
update push_subscriptions set secret = :secret where channel = :channel;

-- name: refused
-- Nothing came of a request. Who was verified meanwhile (before the hub's answer got lost) is well.
update push_subscriptions
set state = case state when 'pending' then 'failed' else state end, asked_at = null, attempts = attempts + 1,
    last_error = :error, last_error_at = coalesce(cast(:now as timestamptz), now()),
    next_ask_at = coalesce(cast(:now as timestamptz), now())
                + least(interval '1 day', interval '5 minutes' * power(2, least(attempts, 10)))
where channel = :channel and asked_at is not null;

-- name: hub_accepted
update push_hub set last_asked_at = coalesce(cast(:now as timestamptz), now()),
                    last_accepted_at = coalesce(cast(:now as timestamptz), now()), failures = 0, resting_until = null;

-- name: hub_away
-- From the third failure on nothing is asked for a while: half a minute, then longer each time, an hour at most.
update push_hub
set last_asked_at = coalesce(cast(:now as timestamptz), now()), failures = failures + 1, last_error = :error,
    last_error_at = coalesce(cast(:now as timestamptz), now()),
    resting_until = case when failures >= 2 then coalesce(cast(:now as timestamptz), now())
                    + least(interval '1 hour', interval '30 seconds' * power(2, least(failures - 2, 10))) end;

-- name: announced_due
-- How many wait, :limit at most, and whether the oldest has waited since :moment.
select count(*) as waiting, coalesce(min(announced_at) <= :moment, false) as overdue
from (select announced_at from announced_videos order by announced_at, video limit :limit) as oldest;

-- name: count_announced
select count(*) from announced_videos;

-- name: list_announced
-- The longest waiting first, from the one after (:after_at, :after); not what unfinished batches hold.
select video, announced_at as at from announced_videos
where video <> all(cast(:held as bigint[]))
  and (cast(:after_at as timestamptz) is null or (announced_at, video) > (:after_at, cast(:after as bigint)))
order by announced_at, video limit :limit;

-- name: fetched_meanwhile
-- Of these the ones that were fetched after the last time they were announced, by whomever.
select v.id from videos v
where v.id = any(cast(:videos as bigint[])) and v.availability = 'available' and v.missing_since is null
  and v.fetched_at > coalesce(greatest((select a.announced_at from announced_videos a where a.video = v.id),
                                       (select max(n.received_at) from push_notifications n where n.video = v.id)),
                              '-infinity');

-- name: announced_again
-- What was announced once more after :moment waits on, from now.
update announced_videos a set announced_at = coalesce(cast(:now as timestamptz), now())
where a.video = any(cast(:videos as bigint[]))
  and exists (select from push_notifications n where n.video = a.video and n.received_at > :moment);

-- name: forget_announced
delete from announced_videos where video = any(cast(:videos as bigint[])) and announced_at <= :moment;

-- name: count_quiet
-- Channels of which neither the hub nor a poll has told anything since :moment; :limit at most.
select count(*) from (select from push_subscriptions
                      where state <> 'unwanted' and quiet_since <= :moment limit :limit) as first;

-- name: may_poll
-- Once a day.
update push_hub set polled_at = :now where polled_at is null or polled_at <= cast(:now as timestamptz) - interval '1 day'
returning polled_at;

-- name: read_now
-- The time that all processes agree on.
select coalesce(cast(:now as timestamptz), now());

-- name: list_quiet
-- The longest silent first, from the one after (:after_at, :after).
select channel, quiet_since as at from push_subscriptions
where state <> 'unwanted' and quiet_since <= :moment
  and (cast(:after_at as timestamptz) is null or (quiet_since, channel) > (:after_at, cast(:after as uuid)))
order by quiet_since, channel limit :limit;

-- name: polled
-- A poll counts as heard: the next is as many days later.
update push_subscriptions set quiet_since = coalesce(cast(:now as timestamptz), now()) where channel = :channel;

-- name: not_announced
-- What a poll has found and nobody knows: published since the channel is subscribed. `missed`: the hub should have
-- announced it, because it had verified the lease before, and an hour is over.
select told.video,
       s.state = 'active' and told.published_at > s.renewed_at
           and told.published_at < coalesce(cast(:now as timestamptz), now()) - interval '1 hour' as missed
from unnest(cast(:videos as bigint[]), cast(:times as timestamptz[])) as told (video, published_at)
join push_subscriptions s on s.channel = :channel and told.published_at > s.created_at
where not exists (select from videos v where v.id = told.video)
  and not exists (select from push_notifications n where n.video = told.video)
  and not exists (select from announced_videos a where a.video = told.video)
order by told.published_at desc;

-- name: missed
-- The hub is asked again at once, unless it is being asked already.
update push_subscriptions
set attempts = greatest(attempts, 1), last_error = :error, last_error_at = coalesce(cast(:now as timestamptz), now()),
    next_ask_at = case when asked_at is null then coalesce(cast(:now as timestamptz), now()) else next_ask_at end
where channel = :channel;
