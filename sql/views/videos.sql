create or replace view analyst.videos as
select id as video_key, video_id, channel as channel_key, analyst.channel_id(channel) as channel_id, title, description,
       published_at, cast(extract(epoch from duration) as double precision) as duration_seconds, cast(kind as text) as kind,
       kind_evidence, view_count, like_count, comment_count, concurrent_viewers, tags, topics, category_id, language,
       language_source, definition, privacy, thumbnail_url, scheduled_start_at, actual_start_at, actual_end_at,
       made_for_kids, has_captions, is_licensed, is_embeddable, is_age_restricted, is_portrait, allowed_regions,
       blocked_regions, cast(availability as text) as availability, availability_since, missing_since, created_at,
       updated_at, fetched_at, expires_at
from public.videos;

comment on view analyst.videos is 'A video: what is known of it, since when and until when.';
comment on column analyst.videos.video_key is 'The 64 bits of the video id: what rows are joined by. Source: Tributary.';
comment on column analyst.videos.video_id is 'The id of the video: 11 characters. Source: playlistItems.list, or videos.list.';
comment on column analyst.videos.channel_key is 'The key of its channel. Source: Tributary.';
comment on column analyst.videos.channel_id is 'The channel that it belongs to; it may be in no catalogue. Source: videos.list snippet.channelId.';
comment on column analyst.videos.title is 'The title. NULL: deleted by retention. Source: videos.list snippet.title.';
comment on column analyst.videos.description is 'The description; empty when there is none. NULL: deleted by retention. Source: videos.list snippet.description.';
comment on column analyst.videos.published_at is 'When it was published. Unit: time in UTC. NULL: not told. Source: videos.list snippet.publishedAt.';
comment on column analyst.videos.duration_seconds is 'How long it is; 0 as long as a stream has not ended. Unit: seconds. NULL: not told. Source: videos.list contentDetails.duration.';
comment on column analyst.videos.kind is 'video, short, live or upcoming, as far as its evidence tells. Source: Tributary.';
comment on column analyst.videos.kind_evidence is 'What the kind was told by. Source: Tributary.';
comment on column analyst.videos.view_count is 'Views; YouTube has changed what counts as one (see the method note). Unit: views. NULL: not told. Source: videos.list statistics.viewCount.';
comment on column analyst.videos.like_count is 'Likes. Unit: likes. NULL: hidden by the owner. Source: videos.list statistics.likeCount.';
comment on column analyst.videos.comment_count is 'Comments. Unit: comments. NULL: comments are off. Source: videos.list statistics.commentCount.';
comment on column analyst.videos.concurrent_viewers is 'Who watched the stream at that moment. Unit: viewers. NULL: it was not live, or not told. Source: videos.list liveStreamingDetails.concurrentViewers.';
comment on column analyst.videos.tags is 'Tags of the owner. NULL: deleted by retention, or not told. Source: videos.list snippet.tags.';
comment on column analyst.videos.topics is 'What YouTube classifies it as: addresses of Wikipedia articles. NULL: not told. Source: videos.list topicDetails.topicCategories.';
comment on column analyst.videos.category_id is 'The category that the owner chose. Unit: id of videoCategories.list. NULL: not told. Source: videos.list snippet.categoryId.';
comment on column analyst.videos.language is 'The language, the best that is known. Unit: BCP 47. NULL: not told, and the text does not tell. Source: videos.list snippet.defaultAudioLanguage, snippet.defaultLanguage, or detected by Tributary.';
comment on column analyst.videos.language_source is 'Which of them: audio, declared or detected. NULL: no language is known. Source: Tributary.';
comment on column analyst.videos.definition is 'hd or sd. NULL: not told. Source: videos.list contentDetails.definition.';
comment on column analyst.videos.privacy is 'public or unlisted. NULL: not told. Source: videos.list status.privacyStatus.';
comment on column analyst.videos.thumbnail_url is 'The address of its picture, the largest there is. NULL: deleted by retention, or not told. Source: videos.list snippet.thumbnails.';
comment on column analyst.videos.scheduled_start_at is 'When the stream is to begin, or was. Unit: time in UTC. NULL: no stream. Source: videos.list liveStreamingDetails.scheduledStartTime.';
comment on column analyst.videos.actual_start_at is 'When the stream began. Unit: time in UTC. NULL: no stream, or not begun. Source: videos.list liveStreamingDetails.actualStartTime.';
comment on column analyst.videos.actual_end_at is 'When the stream ended. Unit: time in UTC. NULL: no stream, or not ended. Source: videos.list liveStreamingDetails.actualEndTime.';
comment on column analyst.videos.made_for_kids is 'Whether it is made for children. NULL: not told. Source: videos.list status.madeForKids.';
comment on column analyst.videos.has_captions is 'Whether it has captions. NULL: not told. Source: videos.list contentDetails.caption.';
comment on column analyst.videos.is_licensed is 'Whether a partner of YouTube claims it as licensed content. NULL: not told. Source: videos.list contentDetails.licensedContent.';
comment on column analyst.videos.is_embeddable is 'Whether other pages may show it. NULL: not told. Source: videos.list status.embeddable.';
comment on column analyst.videos.is_age_restricted is 'Whether YouTube restricts it to adults. NULL: not told. Source: videos.list contentDetails.contentRating.ytRating.';
comment on column analyst.videos.is_portrait is 'Whether it is higher than wide. NULL: not told. Source: videos.list player.';
comment on column analyst.videos.allowed_regions is 'The only countries where it can be watched. Unit: ISO 3166-1 alpha-2. NULL: no such list. Source: videos.list contentDetails.regionRestriction.allowed.';
comment on column analyst.videos.blocked_regions is 'Countries where it cannot be watched. Unit: ISO 3166-1 alpha-2. NULL: no such list. Source: videos.list contentDetails.regionRestriction.blocked.';
comment on column analyst.videos.availability is 'available, or not_found (deleted, private, or its channel is gone). Source: Tributary, from what videos.list leaves out.';
comment on column analyst.videos.availability_since is 'Since when that holds. Unit: time in UTC. Source: Tributary.';
comment on column analyst.videos.missing_since is 'When it was first left out of an answer and not seen since. Unit: time in UTC. NULL: it was in the last answer. Source: Tributary.';
comment on column analyst.videos.created_at is 'When it came into the catalogue. Unit: time in UTC. Source: Tributary.';
comment on column analyst.videos.updated_at is 'When anything in this row last changed. Unit: time in UTC. Source: Tributary.';
comment on column analyst.videos.fetched_at is 'When YouTube last told all of these facts; counts may be younger. Unit: time in UTC. Source: Tributary.';
comment on column analyst.videos.expires_at is 'When these facts must be fetched again or deleted. Unit: time in UTC. Source: YouTube API Services Developer Policies III.E.4.';
