create or replace view analyst.playlists as
select id as playlist_key, playlist_id, channel as channel_key, analyst.channel_id(channel) as channel_id, title,
       description, default_language, item_count, privacy, thumbnail_url, published_at,
       cast(availability as text) as availability, availability_since, missing_since, items_fetched_at, created_at,
       greatest(updated_at, items_fetched_at) as updated_at, fetched_at, expires_at
from public.playlists;

comment on view analyst.playlists is 'A playlist: what is known of it, and when its entries were last read. Uploads lists are none.';
comment on column analyst.playlists.playlist_key is 'What its entries are joined by. Source: Tributary.';
comment on column analyst.playlists.playlist_id is 'The id of the playlist. Source: playlists.list id.';
comment on column analyst.playlists.channel_key is 'The key of its channel. NULL: not told. Source: Tributary.';
comment on column analyst.playlists.channel_id is 'The channel whose list it is; the videos in it may be of others. NULL: not told. Source: playlists.list snippet.channelId.';
comment on column analyst.playlists.title is 'The title. NULL: deleted by retention. Source: playlists.list snippet.title.';
comment on column analyst.playlists.description is 'The description; empty when there is none. NULL: deleted by retention. Source: playlists.list snippet.description.';
comment on column analyst.playlists.default_language is 'The language that the owner declared. Unit: BCP 47. NULL: not declared. Source: playlists.list snippet.defaultLanguage.';
comment on column analyst.playlists.item_count is 'Entries as the list tells it, private and deleted videos included. Unit: entries. NULL: not told. Source: playlists.list contentDetails.itemCount.';
comment on column analyst.playlists.privacy is 'public or unlisted. NULL: not told. Source: playlists.list status.privacyStatus.';
comment on column analyst.playlists.thumbnail_url is 'The address of its picture. NULL: deleted by retention, or not told. Source: playlists.list snippet.thumbnails.';
comment on column analyst.playlists.published_at is 'When the list was made. Unit: time in UTC. NULL: not told. Source: playlists.list snippet.publishedAt.';
comment on column analyst.playlists.availability is 'available, or not_found. Source: Tributary, from what playlists.list leaves out.';
comment on column analyst.playlists.availability_since is 'Since when that holds. Unit: time in UTC. Source: Tributary.';
comment on column analyst.playlists.missing_since is 'When it was first left out of an answer and not seen since. Unit: time in UTC. NULL: it was in the last answer. Source: Tributary.';
comment on column analyst.playlists.items_fetched_at is 'When its entries were last read to their end. Unit: time in UTC. NULL: never. Source: Tributary.';
comment on column analyst.playlists.created_at is 'When it came into the catalogue. Unit: time in UTC. Source: Tributary.';
comment on column analyst.playlists.updated_at is 'When anything in this row last changed. Unit: time in UTC. Source: Tributary.';
comment on column analyst.playlists.fetched_at is 'When YouTube last told these facts. Unit: time in UTC. Source: Tributary.';
comment on column analyst.playlists.expires_at is 'When these facts must be fetched again or deleted. Unit: time in UTC. Source: YouTube API Services Developer Policies III.E.4.';

create or replace view analyst.playlist_items as
select m.playlist as playlist_key, m.entry as entry_key, p.playlist_id,
       coalesce(m.entry_id, analyst.entry_id(p.playlist_id, m.entry)) as entry_id, m.video as video_key,
       analyst.video_id(m.video) as video_id, m.position, cast(m.kind as text) as kind, m.title,
       analyst.channel_id(m.owner) as owner_channel_id, m.added_at, m.video_published_at, m.first_seen_at, m.last_seen_at,
       m.gone_at, coalesce(m.gone_at, m.last_seen_at) as updated_at
from public.playlist_items m join public.playlists p on p.id = m.playlist;

comment on view analyst.playlist_items is 'A place of a video in a playlist, those that are gone included; a video may have several.';
comment on column analyst.playlist_items.playlist_key is 'The key of the playlist. Source: Tributary.';
comment on column analyst.playlist_items.entry_key is 'What tells the entries of a list apart. Source: Tributary.';
comment on column analyst.playlist_items.playlist_id is 'The playlist. Source: playlistItems.list snippet.playlistId.';
comment on column analyst.playlist_items.entry_id is 'The id of the place in the list. Source: playlistItems.list id.';
comment on column analyst.playlist_items.video_key is 'The key of the video. NULL: not told. Source: Tributary.';
comment on column analyst.playlist_items.video_id is 'The video; it may be in no catalogue. NULL: not told. Source: playlistItems.list contentDetails.videoId.';
comment on column analyst.playlist_items.position is 'Where it stood when it was last seen. Unit: places, from 0. NULL: not told. Source: playlistItems.list snippet.position.';
comment on column analyst.playlist_items.kind is 'available, private or deleted. Source: playlistItems.list status.privacyStatus.';
comment on column analyst.playlist_items.title is 'The title of the video, the last that was told. NULL: it was private or deleted from the beginning. Source: playlistItems.list snippet.title.';
comment on column analyst.playlist_items.owner_channel_id is 'Whose video it is, the last that was told. NULL: not told. Source: playlistItems.list snippet.videoOwnerChannelId.';
comment on column analyst.playlist_items.added_at is 'When it came into the list. Unit: time in UTC. NULL: not told. Source: playlistItems.list snippet.publishedAt.';
comment on column analyst.playlist_items.video_published_at is 'When the video was published. Unit: time in UTC. NULL: not told. Source: playlistItems.list contentDetails.videoPublishedAt.';
comment on column analyst.playlist_items.first_seen_at is 'When it was first read. Unit: time in UTC. Source: Tributary.';
comment on column analyst.playlist_items.last_seen_at is 'When it was last read. Unit: time in UTC. Source: Tributary.';
comment on column analyst.playlist_items.gone_at is 'When the list was found without it. Unit: time in UTC. NULL: it is there. Source: Tributary.';
comment on column analyst.playlist_items.updated_at is 'When it was last read, or found gone. Unit: time in UTC. Source: Tributary.';
