create table channel_discoveries (
    id                    bigint generated always as identity primary key, -- the keyset cursor of lists
    source_channel_id     uuid, -- null for what a chart or a list from outside named: it has no source among the channels
    discovered_channel_id uuid not null,
    discovery_method      text not null,
    service_name          text not null, -- 'youtube', 'stored', or the name of a list from outside
    evidence_count        integer not null check (evidence_count > 0), -- different pieces of evidence, 64 at most
    evidence              text[] not null, -- the first few of them, for people
    evidence_hashes       integer[] not null, -- of each, so that the same run again counts none twice
    confidence_score      real not null check (confidence_score between 0 and 1), -- of this edge alone, when last seen
    first_seen            timestamptz not null,
    last_seen             timestamptz not null,
    unique nulls not distinct (source_channel_id, discovered_channel_id, discovery_method)
);
