create table resolutions (
    kind         text not null check (kind in ('handle', 'user', 'custom', 'video', 'playlist')),
    name         text not null,                 -- in lower case where case does not matter; ids as they are
    channel      uuid,                          -- its key; it need not be in the catalogue
    certainty    text check (certainty in ('exact', 'likely')),
    reason       text,                          -- why there is no channel
    resolved_at  timestamptz not null,
    expires_at   timestamptz not null,
    primary key (kind, name),
    constraint found_or_explained
        check ((channel is null) = (certainty is null) and (channel is null) = (reason is not null)),
    constraint kept_thirty_days_at_most check (expires_at <= resolved_at + interval '30 days')
);
comment on table resolutions is 'Which channel a handle, name, video or playlist belongs to, as YouTube last told us.';
create index resolutions_expired on resolutions (expires_at);
