-- What became of each export, for whoever reads its file: a file whose export is not complete is not, either.
create table exports (
    id           uuid primary key default gen_random_uuid(),
    what         text not null,
    state        text not null default 'running' check (state in ('running', 'complete', 'broken')),
    manifest     jsonb not null,
    began_at     timestamptz not null,
    finished_at  timestamptz,
    constraint who_runs_has_no_end check ((state = 'running') = (finished_at is null))
);
comment on table exports is 'An export: what was asked for, and what its file must hold if it is whole.';
create index exports_old on exports (began_at);

-- What incremental exports read. Ties are many, because rows of one transaction share their moment: such an entry takes
-- some 8 bytes.
create index channels_changed on channels (greatest(updated_at, discovery_processed_at));
create index videos_changed on videos (updated_at);
create index playlists_changed on playlists (greatest(updated_at, items_fetched_at));
create index playlist_items_changed on playlist_items (coalesce(gone_at, last_seen_at));
create index channel_discoveries_changed on channel_discoveries (last_seen);
create index channel_snapshots_by_time on channel_snapshots (observed_at);
create index video_snapshots_by_time on video_snapshots (observed_at);

-- Whoever may use this schema may read its views, and nothing else.
create schema if not exists analyst;
comment on schema analyst is 'Stable views for analysts; `python -m app analysts create NAME` makes a role that reads them.';
