-- Playlists with what they hold, a subscription, a list that is half read, and an item that tells of what was fetched.
insert into playlists (playlist_id, channel, fetched_at, expires_at, items_fetched_at, availability_since, item_count,
                       items_read_count, title)
select 'PL' || n, md5('channel ' || n)::uuid, now(), now() + interval '30 days', now(), now(), 10, 10, 'List ' || n
from generate_series(1, 20) n;
insert into playlist_items (playlist, entry, video, added_at, first_seen_at, last_seen_at, position, kind, title)
select p.id, n, n * 7919, now(), now(), now(), n - 1, 'available', 'Video ' || n
from playlists p, generate_series(1, 10) n;
update channels set playlists_fetched_at = now() where metadata_fetched;
insert into push_subscriptions (channel, secret, state, created_at, next_ask_at, renewed_at, lease_expires_at, quiet_since)
select id, 'sealed'::bytea, 'active', now(), now(), now(), now() + interval '5 days', now()
from channels where metadata_fetched limit 5;
insert into upload_listings (channel, listed_at, pages, listed, is_over, next_token, videos)
values (md5('unknown 1')::uuid, now(), 1, 50, false, 'token', array[1, 2, 3]);
