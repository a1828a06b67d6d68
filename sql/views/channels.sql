create or replace view analyst.channels as
select id as channel_key, channel_id, handle, title, description, country, language, default_language, keywords, topics,
       published_at, thumbnail_url, banner_url, uploads_playlist_id, subscriber_count, view_count, video_count,
       made_for_kids, metadata_fetched, videos_fetched, videos_fetched_at, videos_cut_off, discovery_processed,
       cast(availability as text) as availability, availability_since, missing_since, source,
       analyst.channel_id(discovered_from) as discovered_from, created_at,
       greatest(updated_at, discovery_processed_at) as updated_at, fetched_at, expires_at
from public.channels;

comment on view analyst.channels is 'A channel: what is known of it, since when and until when.';
comment on column analyst.channels.channel_key is 'The 16 bytes of the channel id: what rows are joined by. Source: Tributary.';
comment on column analyst.channels.channel_id is 'The id of the channel: UC and 22 characters. Source: whoever brought it, or discovery.';
comment on column analyst.channels.handle is 'The handle with its @, in lower case. NULL: not fetched, or the channel has none. Source: channels.list snippet.customUrl.';
comment on column analyst.channels.title is 'The title. NULL: not fetched, and nobody gave one. Source: channels.list snippet.title; before the first fetch, the import.';
comment on column analyst.channels.description is 'What the owner says of it; empty when nothing. NULL: not fetched. Source: channels.list snippet.description.';
comment on column analyst.channels.country is 'The country that the owner chose. Unit: ISO 3166-1 alpha-2. NULL: not fetched, or not chosen. Source: channels.list snippet.country.';
comment on column analyst.channels.language is 'The language of title and description. Unit: ISO 639-1, else 639-3. NULL: not fetched, or the text does not tell. Source: detected by Tributary.';
comment on column analyst.channels.default_language is 'The language that the owner declared; rarely set. Unit: BCP 47. NULL: not fetched, or not declared. Source: channels.list snippet.defaultLanguage.';
comment on column analyst.channels.keywords is 'Keywords of the owner. NULL: not fetched. Source: channels.list brandingSettings.channel.keywords.';
comment on column analyst.channels.topics is 'What YouTube classifies it as: addresses of Wikipedia articles. NULL: not fetched. Source: channels.list topicDetails.topicCategories.';
comment on column analyst.channels.published_at is 'When the channel was made. Unit: time in UTC. NULL: not fetched. Source: channels.list snippet.publishedAt.';
comment on column analyst.channels.thumbnail_url is 'The address of its picture, the largest there is. NULL: not fetched. Source: channels.list snippet.thumbnails.';
comment on column analyst.channels.banner_url is 'The address of its banner. NULL: not fetched, or none. Source: channels.list brandingSettings.image.bannerExternalUrl.';
comment on column analyst.channels.uploads_playlist_id is 'The list of its uploads. NULL: not fetched. Source: channels.list contentDetails.relatedPlaylists.uploads.';
comment on column analyst.channels.subscriber_count is 'Subscribers, rounded down by YouTube to three significant figures. Unit: accounts. NULL: not fetched, or hidden by the owner. Source: channels.list statistics.subscriberCount.';
comment on column analyst.channels.view_count is 'Views of all its public videos. Unit: views. NULL: not fetched, or not told. Source: channels.list statistics.viewCount.';
comment on column analyst.channels.video_count is 'Public videos. Unit: videos. NULL: not fetched, or not told. Source: channels.list statistics.videoCount.';
comment on column analyst.channels.made_for_kids is 'Whether it is made for children. NULL: not fetched, or not told. Source: channels.list status.madeForKids.';
comment on column analyst.channels.metadata_fetched is 'Whether YouTube has told its facts. Source: Tributary.';
comment on column analyst.channels.videos_fetched is 'Whether its uploads were listed. Source: Tributary.';
comment on column analyst.channels.videos_fetched_at is 'When its uploads were last listed. Unit: time in UTC. NULL: never. Source: Tributary.';
comment on column analyst.channels.videos_cut_off is 'Whether YouTube ended the list at 20,000 uploads, so that older ones are missing. Source: Tributary.';
comment on column analyst.channels.discovery_processed is 'Whether related channels were looked for from here. Source: Tributary.';
comment on column analyst.channels.availability is 'unknown (never asked for), available, or not_found (YouTube left it out). Source: Tributary, from what channels.list leaves out.';
comment on column analyst.channels.availability_since is 'Since when that holds. Unit: time in UTC. NULL: never asked for. Source: Tributary.';
comment on column analyst.channels.missing_since is 'When it was first left out of an answer and not seen since. Unit: time in UTC. NULL: it was in the last answer, or never asked for. Source: Tributary.';
comment on column analyst.channels.source is 'Who brought it: the name of an import, or discovery and its method. NULL: not told. Source: Tributary.';
comment on column analyst.channels.discovered_from is 'The id of the channel that led to it; its own where a chart or list did. NULL: somebody gave its id. Source: Tributary.';
comment on column analyst.channels.created_at is 'When it came into the catalogue. Unit: time in UTC. Source: Tributary.';
comment on column analyst.channels.updated_at is 'When anything in this row last changed. Unit: time in UTC. Source: Tributary.';
comment on column analyst.channels.fetched_at is 'When YouTube last told these facts. Unit: time in UTC. NULL: not fetched. Source: Tributary.';
comment on column analyst.channels.expires_at is 'When these facts must be fetched again or deleted. Unit: time in UTC. NULL: not fetched. Source: YouTube API Services Developer Policies III.E.4.';
