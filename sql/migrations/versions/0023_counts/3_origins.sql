alter table processing_jobs
    add request_id   text,                      -- of the request that asked for it, as in its log lines
    add traceparent  text;                      -- W3C trace context of that request, where traces are on
