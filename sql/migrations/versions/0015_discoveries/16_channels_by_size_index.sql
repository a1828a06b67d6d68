create index channels_by_size on channels (size_of_channel(subscriber_count), id)
    where metadata_fetched and availability <> 'not_found';
