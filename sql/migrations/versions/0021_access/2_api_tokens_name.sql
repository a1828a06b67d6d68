-- The name of a token that was revoked may be given again.
create unique index api_tokens_name on api_tokens (name) where revoked_at is null;
