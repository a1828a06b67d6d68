-- A handle that texts name need not be asked for when its channel is known.
create index channels_handle on channels using hash (handle) where handle is not null;
