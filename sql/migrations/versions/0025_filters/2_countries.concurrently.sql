create index concurrently if not exists channels_by_country on channels (country, id) where country is not null;
