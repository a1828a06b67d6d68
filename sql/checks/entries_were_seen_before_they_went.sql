-- An entry cannot leave a list before it was in it; and only a list that was read to its end knows what has left.
select p.playlist_id, m.entry, m.first_seen_at, m.last_seen_at, m.gone_at
from playlist_items m join playlists p on p.id = m.playlist
where m.last_seen_at < m.first_seen_at
   or (m.gone_at is not null and (p.items_fetched_at is null or m.gone_at > p.items_fetched_at));
