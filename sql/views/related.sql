create or replace view analyst.edges as
select d.id as edge_key, s.id as source_channel_key, s.channel_id as source_channel_id, t.id as discovered_channel_key,
       t.channel_id as discovered_channel_id, d.discovery_method as method, d.service_name as service,
       d.confidence_score as confidence, d.evidence_count, d.evidence, d.first_seen, d.last_seen
from public.channel_discoveries d
join public.channels t on t.id = d.discovered_channel_id
left join public.channels s on s.id = d.source_channel_id
where s.id is not null or d.source_channel_id is null;

comment on view analyst.edges is 'One channel names another by one method. Both are in the catalogue: what is not confirmed yet is not here.';
comment on column analyst.edges.edge_key is 'What tells edges apart, in the order in which they were first found. Source: Tributary.';
comment on column analyst.edges.source_channel_key is 'The key of the channel that names the other. NULL: a chart or a list from outside does. Source: Tributary.';
comment on column analyst.edges.source_channel_id is 'The channel that names the other. NULL: a chart or a list from outside does. Source: the method.';
comment on column analyst.edges.discovered_channel_key is 'The key of the channel that is named. Source: Tributary.';
comment on column analyst.edges.discovered_channel_id is 'The channel that is named. Source: the method.';
comment on column analyst.edges.method is 'The discovery method; docs/discovery.md says what each looks at. Source: Tributary.';
comment on column analyst.edges.service is 'Where the evidence is from: youtube, stored, or the name of a list from outside. Source: Tributary.';
comment on column analyst.edges.confidence is 'How sure this edge was when it was last seen. Unit: 0 to 1. Source: Tributary.';
comment on column analyst.edges.evidence_count is 'Different pieces of evidence, 64 at most. Unit: pieces. Source: Tributary.';
comment on column analyst.edges.evidence is 'The first few of them. Source: the method.';
comment on column analyst.edges.first_seen is 'When it was first found. Unit: time in UTC. Source: Tributary.';
comment on column analyst.edges.last_seen is 'When it was last found. Unit: time in UTC. Source: Tributary.';

create or replace view analyst.changes as
select 'channel' as kind, channel as channel_key, cast(null as bigint) as video_key,
       analyst.channel_id(channel) as channel_id, cast(null as text) as video_id, changed_at, field, old, new
from public.channel_changes
union all
select 'video', null, video, null, analyst.video_id(video), changed_at, field, old, new
from public.video_changes;

comment on view analyst.changes is 'A change of a channel or video that two observations show.';
comment on column analyst.changes.kind is 'What changed: channel or video. Source: Tributary.';
comment on column analyst.changes.channel_key is 'The key of the channel. NULL: a video changed. Source: Tributary.';
comment on column analyst.changes.video_key is 'The key of the video. NULL: a channel changed. Source: Tributary.';
comment on column analyst.changes.channel_id is 'The channel. NULL: a video changed. Source: channels.list id.';
comment on column analyst.changes.video_id is 'The video. NULL: a channel changed. Source: videos.list id.';
comment on column analyst.changes.changed_at is 'When the change was seen, not when it was made. Unit: time in UTC. Source: Tributary.';
comment on column analyst.changes.field is 'What changed in it: title, description, thumbnail_url, handle or availability. Source: Tributary.';
comment on column analyst.changes.old is 'What it was. NULL: not told before. Source: channels.list, or videos.list.';
comment on column analyst.changes.new is 'What it is. NULL: not told any more. Source: channels.list, or videos.list.';

