-- What a method that asks more than once was answered about a channel until now: a worker that is killed, or quota that
-- ends, in the middle pays none of it again. Gone when the channel is expanded.
create table discovery_answers (
    channel     uuid not null,
    method      text not null,
    step        smallint not null,
    answer      jsonb, -- null: YouTube refused, and the method goes on without
    units       integer not null,
    answered_at timestamptz not null,
    primary key (channel, method, step)
);
