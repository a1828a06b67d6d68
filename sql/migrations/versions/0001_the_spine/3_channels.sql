create type availability as enum ('unknown', 'available', 'not_found');

-- A channel id is 'UC' and 22 base64url characters: exactly 16 bytes. Those bytes are the row's key; the text is made
-- from them, so that one index serves both (docs/decisions/0003-channel-id.md has the measurements).
create table channels (
    id                      uuid primary key,
    channel_id              text not null generated always as
                                ('UC' || translate(encode(uuid_send(id), 'base64'), '+/=', '-_')) stored,
    created_at              timestamptz not null default now(),
    updated_at              timestamptz not null default now(),
    published_at            timestamptz,
    fetched_at              timestamptz,        -- of the facts below; expires_at is when they must be refreshed or gone
    expires_at              timestamptz,
    availability_since      timestamptz,
    videos_fetched_at       timestamptz,
    discovery_processed_at  timestamptz,
    snapshot_at             timestamptz,
    subscriber_count        bigint,             -- NULL when hidden; YouTube rounds it down to three figures
    view_count              bigint,
    video_count             bigint,
    discovered_from         uuid,
    availability            availability not null default 'unknown',
    metadata_fetched        boolean not null default false,
    videos_fetched          boolean not null default false,
    discovery_processed     boolean not null default false,
    made_for_kids           boolean,
    title                   text,
    handle                  text,
    description             text,
    country                 text,
    language                text,               -- detected by us, from title and description
    default_language        text,               -- declared by the owner
    uploads_playlist_id     text,
    thumbnail_url           text,
    banner_url              text,
    source                  text,
    keywords                text[],
    topics                  text[],
    constraint fetched_has_a_time check (not metadata_fetched or fetched_at is not null)
);
comment on column channels.fetched_at is 'When YouTube last told us the facts of this row.';
create index channels_without_metadata on channels (id) where not metadata_fetched and availability <> 'not_found';

create table channel_snapshots (
    channel           uuid not null,
    observed_at       timestamptz not null,
    subscriber_count  bigint,
    view_count        bigint,
    video_count       bigint,
    primary key (channel, observed_at)
) partition by range (observed_at);
comment on table channel_snapshots is 'What the counts were: written when one changed, and once a week when none did.';

-- What no month has been prepared for is still kept.
create table channel_snapshots_other partition of channel_snapshots default;

create function prepare_snapshot_months(moment timestamptz) returns void
language plpgsql as $$
declare
    month date;
    partition text;
begin
    for month in select date_trunc('month', moment at time zone 'UTC')::date + make_interval(months => n)
                 from generate_series(0, 2) n loop
        partition := 'channel_snapshots_' || to_char(month, 'YYYY_MM');
        continue when to_regclass(partition) is not null;
        -- A row that came before its month was prepared stays where it is; the month then stays there too.
        continue when exists (select from channel_snapshots_other o
                              where o.observed_at >= month::timestamp at time zone 'UTC'
                                and o.observed_at < (month + interval '1 month')::timestamp at time zone 'UTC');
        execute 'create table if not exists ' || quote_ident(partition) || ' partition of channel_snapshots'
             || ' for values from (' || quote_literal(month::timestamp at time zone 'UTC')
             || ') to (' || quote_literal((month + interval '1 month')::timestamp at time zone 'UTC') || ')';
    end loop;
end $$;
