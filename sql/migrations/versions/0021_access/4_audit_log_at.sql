create index audit_log_at on audit_log (at);
