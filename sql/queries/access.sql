-- Who may use the API, and who did what.

-- name: create_token
-- Nothing where a token of this name is in use.
insert into api_tokens (name, prefix, sha256, scopes, created_at, expires_at)
values (:name, :prefix, :sha256, :scopes, coalesce(cast(:now as timestamptz), now()),
        coalesce(cast(:now as timestamptz), now()) + make_interval(days => cast(:days as int)))
on conflict (name) where revoked_at is null do nothing
returning name, prefix, scopes, created_at, last_used_at, expires_at, revoked_at;

-- name: find_token
-- By the part that is no secret. Whether it still counts is told by the clock that all processes share.
select name, prefix, sha256, scopes, created_at, last_used_at, expires_at, revoked_at,
       revoked_at is null and (expires_at is null or expires_at > coalesce(cast(:now as timestamptz), now())) as is_valid,
       last_used_at is null
         or last_used_at < coalesce(cast(:now as timestamptz), now()) - interval '1 minute' as is_stale
from api_tokens
where prefix = :prefix;

-- name: touch_token
-- Of many requests at once only the first writes; the others do not wait for it.
update api_tokens set last_used_at = coalesce(cast(:now as timestamptz), now())
where id = (
    select id from api_tokens
    where prefix = :prefix
      and (last_used_at is null or last_used_at < coalesce(cast(:now as timestamptz), now()) - interval '1 minute')
    for update skip locked
);

-- name: list_tokens
select name, prefix, scopes, created_at, last_used_at, expires_at, revoked_at
from api_tokens
order by id desc
limit 1000;

-- name: revoke_token
update api_tokens set revoked_at = coalesce(cast(:now as timestamptz), now())
where name = :name and revoked_at is null
returning name, prefix, scopes, created_at, last_used_at, expires_at, revoked_at;

-- name: write_audit
insert into audit_log (at, actor, token, address, action, target, status, request_id)
values (coalesce(cast(:now as timestamptz), now()), :actor, :token, :address, :action, :target, :status, :request_id);

-- name: list_audit
select id, at, actor, token, address, action, target, status, request_id
from audit_log
where (cast(:before as bigint) is null or id < cast(:before as bigint))
  and (cast(:actor as text) is null or actor = cast(:actor as text))
order by id desc
limit :limit;

-- name: remove_old_audit
delete from audit_log where at < coalesce(cast(:now as timestamptz), now()) - make_interval(days => :days);
