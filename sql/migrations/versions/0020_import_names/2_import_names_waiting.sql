create index import_names_waiting on import_names (job_id, packed, name, kind) where outcome is null;
