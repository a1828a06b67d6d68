-- What is in a list was seen when it was last read to its end, or later by a reading that is still under way.
-- An older reading may have taken up to 36 hours.
select p.playlist_id, m.entry, m.last_seen_at, p.items_fetched_at
from playlist_items m join playlists p on p.id = m.playlist
where m.gone_at is null and m.last_seen_at < p.items_fetched_at - interval '3 days';
