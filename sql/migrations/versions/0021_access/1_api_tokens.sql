create table api_tokens (
    id           bigint generated always as identity primary key,
    name         text not null check (name ~ '^[A-Za-z0-9][A-Za-z0-9_.@-]{0,62}$'),
    prefix       text not null unique,
    sha256       bytea not null check (length(sha256) = 32),
    scopes       text[] not null check (scopes <> '{}' and scopes <@ array['read', 'run', 'admin']),
    created_at   timestamptz not null default now(),
    last_used_at timestamptz,       -- written at most once a minute
    expires_at   timestamptz,
    revoked_at   timestamptz
);
comment on table api_tokens is 'Who may use the API: of a token only the SHA-256 digest, found by the part that is no secret.';
