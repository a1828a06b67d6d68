create table audit_log (
    id         bigint generated always as identity primary key,
    at         timestamptz not null default now(),
    actor      text not null,       -- the name of a token, local, nobody, or: command line
    token      text,                -- its prefix: names are given again
    address    text,
    action     text not null,
    target     text,
    status     smallint,
    request_id text
);
comment on table audit_log is 'Who changed something, or was refused: no bodies, no secrets.';
