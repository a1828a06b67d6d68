-- The terms of channels that were compared: keywords, topics and the tags of their videos.
create table channel_terms (
    term        text not null, -- lower case
    channel     uuid not null,
    compared_on date not null,
    primary key (term, channel)
);
