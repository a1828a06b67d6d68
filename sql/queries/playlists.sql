-- name: stage_playlists
create temporary table if not exists incoming_playlists (
    playlist_id text, channel uuid, title text, description text, published_at timestamptz, default_language text,
    thumbnail_url text, item_count integer, privacy text
) on commit delete rows;

-- name: clear_playlists
-- Several groups of answers may come in one transaction.
delete from incoming_playlists;

-- name: save_playlists
-- In the order of their ids: two transactions that write the same lists wait for each other, and do not deadlock.
insert into playlists as p (playlist_id, channel, created_at, updated_at, published_at, fetched_at, expires_at,
                            availability_since, item_count, title, description, default_language, thumbnail_url, privacy)
select distinct on (i.playlist_id) i.playlist_id, i.channel, t.moment, t.moment, i.published_at, t.moment,
       t.moment + interval '30 days', t.moment, i.item_count, i.title, i.description, i.default_language,
       i.thumbnail_url, i.privacy
from incoming_playlists i, (select coalesce(cast(:now as timestamptz), now()) as moment) t
order by i.playlist_id
on conflict (playlist_id) do update
set channel = excluded.channel, updated_at = excluded.updated_at, published_at = excluded.published_at,
    fetched_at = excluded.fetched_at, expires_at = excluded.expires_at, item_count = excluded.item_count,
    title = excluded.title, description = excluded.description, default_language = excluded.default_language,
    thumbnail_url = excluded.thumbnail_url, privacy = excluded.privacy,
    availability = 'available', missing_since = null,
    availability_since = case when p.availability = 'available' then p.availability_since
                              else excluded.availability_since end;

-- name: note_missing
-- Left out once is a doubt; a second time, days later, is believed. Of lists that were never seen there is no row.
update playlists p
set missing_since = coalesce(p.missing_since, t.moment), updated_at = t.moment,
    availability = case when p.missing_since <= t.moment - interval '2 days' then 'not_found' else p.availability end,
    availability_since = case when p.missing_since <= t.moment - interval '2 days' and p.availability <> 'not_found'
                              then t.moment else p.availability_since end
from (select coalesce(cast(:now as timestamptz), now()) as moment) t
where p.playlist_id = any(cast(:playlist_ids as text[]));

-- name: note_missing_of_channel
-- The same for the lists that a channel no longer shows: those that no page has told since the listing began.
update playlists p
set missing_since = coalesce(p.missing_since, t.moment), updated_at = t.moment,
    availability = case when p.missing_since <= t.moment - interval '2 days' then 'not_found' else p.availability end,
    availability_since = case when p.missing_since <= t.moment - interval '2 days' and p.availability <> 'not_found'
                              then t.moment else p.availability_since end
from (select coalesce(cast(:now as timestamptz), now()) as moment) t
where p.channel = :channel and p.fetched_at < :since;

-- name: mark_listed
update channels set playlists_fetched_at = coalesce(cast(:now as timestamptz), now())
where id = any(cast(:channels as uuid[]));

-- name: shown_by_channels
-- The lists that channels showed when they were last listed.
select playlist_id from playlists
where channel = any(cast(:channels as uuid[])) and missing_since is null order by channel, id;

-- name: what_to_read
-- What is to be done with the entries of lists. A list whose count is what it was when it was read is taken to be
-- unchanged, until the thirty days that entries may be kept are nearly over; `read_before`, which `fresh` jobs give, believes
-- nothing older.
select playlist_id,
       case when items_fetched_at is not null and item_count is not distinct from items_read_count
                 and (item_count = 0 or items_fetched_at > t.moment - interval '25 days')
                 and (item_count = 0 or cast(:read_before as timestamptz) is null
                      or items_fetched_at >= cast(:read_before as timestamptz)) then 'nothing'
            when item_count = 0 then 'empty' else 'read' end as to_do
from playlists, (select coalesce(cast(:now as timestamptz), now()) as moment) t
where playlist_id = any(cast(:playlist_ids as text[]));

-- name: unfinished
-- Where lists stand that were left in the middle, and the moment from which a reading that begins now counts. An old
-- token would go on in what is another list by now.
select t.moment, u.list, u.since, u.next_token
from (select coalesce(cast(:now as timestamptz), now()) as moment) t
left join unfinished_lists u on u.list = any(cast(:lists as text[])) and u.since > t.moment - interval '36 hours';

-- name: save_unfinished
insert into unfinished_lists (list, since, next_token) values (:list, :since, :token)
on conflict (list) do update set since = excluded.since, next_token = excluded.next_token;

-- name: end_unfinished
delete from unfinished_lists where list = any(cast(:lists as text[]));

-- name: stage_entries
create temporary table if not exists incoming_entries (
    playlist_id text, entry bigint, video bigint, added_at timestamptz, video_published_at timestamptz, owner uuid,
    position integer, kind text, title text, entry_id text
) on commit delete rows;

-- name: clear_entries
delete from incoming_entries;

-- name: save_entries
-- What is told is merged into what is known: a video that has become private keeps the title, owner and date it had.
insert into playlist_items as m (playlist, entry, video, added_at, video_published_at, first_seen_at, last_seen_at,
                                 owner, position, kind, title, entry_id)
select distinct on (p.id, i.entry) p.id, i.entry, i.video, i.added_at, i.video_published_at, t.moment, t.moment,
       i.owner, i.position, cast(i.kind as entry_kind), i.title, i.entry_id
from incoming_entries i join playlists p on p.playlist_id = i.playlist_id,
     (select coalesce(cast(:now as timestamptz), now()) as moment) t
order by p.id, i.entry
on conflict (playlist, entry) do update
set video = excluded.video, added_at = coalesce(excluded.added_at, m.added_at),
    video_published_at = coalesce(excluded.video_published_at, m.video_published_at),
    last_seen_at = excluded.last_seen_at, gone_at = null, owner = coalesce(excluded.owner, m.owner),
    position = excluded.position, kind = excluded.kind, title = coalesce(excluded.title, m.title);

-- name: end_reading
-- Only after the last page: what no page has told since the first one was asked for has left the list.
with read as (
    update playlists
    set items_fetched_at = coalesce(cast(:now as timestamptz), now()), items_read_count = item_count
    where playlist_id = :playlist_id
    returning id
)
update playlist_items m set gone_at = coalesce(cast(:now as timestamptz), now())
from read r
where m.playlist = r.id and m.gone_at is null and m.last_seen_at < :since;

-- name: end_empty
-- Lists that say themselves that they hold nothing need not be read for it.
with read as (
    update playlists
    set items_fetched_at = coalesce(cast(:now as timestamptz), now()), items_read_count = item_count
    where playlist_id = any(cast(:playlist_ids as text[]))
    returning id
)
update playlist_items m set gone_at = coalesce(cast(:now as timestamptz), now())
from read r
where m.playlist = r.id and m.gone_at is null;

-- name: videos_to_fetch
-- What lists hold and nobody knows, or not for long: each video once, however many of them hold it. Before the next reading of
-- these lists, a video that expires within days would be deleted.
select distinct m.video
from playlist_items m join playlists p on p.id = m.playlist
where p.playlist_id = any(cast(:playlist_ids as text[])) and m.kind = 'available' and m.gone_at is null
  and m.video is not null
  and not exists (select from videos v where v.id = m.video
                  and v.expires_at > coalesce(cast(:now as timestamptz), now()) + interval '7 days')
order by m.video;

-- name: videos_known
select id from videos
where id = any(cast(:videos as bigint[]))
  and expires_at > coalesce(cast(:now as timestamptz), now()) + interval '7 days';

-- name: channels_listed
select id from channels where id = any(cast(:channels as uuid[])) and playlists_fetched_at is not null;

-- name: next_unlisted
-- The next channels of a job over the whole catalogue, between two keys; on the partial index of what is to be listed.
select id from channels
where metadata_fetched and playlists_fetched_at is null and availability <> 'not_found'
  and (cast(:after as uuid) is null or id > cast(:after as uuid))
  and (cast(:before as uuid) is null or id < cast(:before as uuid))
order by id limit :limit;

-- name: count_unlisted
-- Exact up to :most.
select count(*) from (
    select from channels where metadata_fetched and playlists_fetched_at is null and availability <> 'not_found'
    limit :most
) counted;

-- name: count_unlisted_held
-- Those of them inside spans of keys, which must not overlap.
select coalesce(sum(inside.count), 0)::bigint
from unnest(cast(:firsts as uuid[]), cast(:lasts as uuid[])) span (first, last)
cross join lateral (
    select count(*) from channels
    where metadata_fetched and playlists_fetched_at is null and availability <> 'not_found'
      and id >= span.first and id <= span.last
) inside;

-- name: list_playlists
select id, playlist_id, channel, title, description, default_language, item_count, privacy, thumbnail_url, published_at,
       availability, availability_since, missing_since, items_fetched_at, fetched_at, expires_at
from playlists
where id > :after and (cast(:channel as uuid) is null or channel = cast(:channel as uuid))
order by id limit :limit;

-- name: read_playlist
select id, playlist_id, channel, title, description, default_language, item_count, privacy, thumbnail_url, published_at,
       availability, availability_since, missing_since, items_fetched_at, fetched_at, expires_at
from playlists where playlist_id = :playlist_id;

-- name: list_items
-- By position, then by what tells entries apart. A list holds 5,000 entries at most, so sorting them needs no index.
select p.playlist_id, m.entry, m.video, m.position, m.kind, m.title, m.owner, m.added_at, m.video_published_at,
       m.first_seen_at, m.last_seen_at, m.gone_at, m.entry_id
from playlist_items m join playlists p on p.id = m.playlist
where m.playlist = :playlist and (:gone or m.gone_at is null)
  and (coalesce(m.position, 2147483647), m.entry) > (cast(:after_position as bigint), cast(:after_entry as bigint))
order by coalesce(m.position, 2147483647), m.entry limit :limit;

-- name: list_of_video
-- The places of a video, list by list.
select p.playlist_id, m.playlist, m.entry, m.video, m.position, m.kind, m.title, m.owner, m.added_at,
       m.video_published_at, m.first_seen_at, m.last_seen_at, m.gone_at, m.entry_id
from playlist_items m join playlists p on p.id = m.playlist
where m.video = :video and (:gone or m.gone_at is null)
  and (m.playlist, m.entry) > (cast(:after_playlist as bigint), cast(:after_entry as bigint))
order by m.playlist, m.entry limit :limit;
