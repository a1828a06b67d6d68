create index channel_terms_channel on channel_terms (channel);
