"""/api/tokens and /api/audit: who may do what, and who did what."""

from typing import Any

from flask import Response, g, jsonify
from flask_openapi3 import APIBlueprint, Tag
from pydantic import BaseModel, Field

from app.access import answers
from app.access.model import AuditLine, Scope, Token
from app.access.service import Audit, Tokens
from app.paging import Page, number_of, paged
from app.problems import Body, Text
from app.shown import fields_of

_TAG = Tag(name="access", description="Tokens, and who did what")


class NewToken(Body):
    """A token to make."""

    name: Text = Field(max_length=100, description="who or what uses it")
    scope: Scope = Field(strict=False, description="what it may do; each includes those before it")
    expires_days: int | None = Field(None, ge=1, le=3_650, description="days that it counts; without it, until revoked")


class TokenPath(BaseModel):
    """Which token."""

    name: str = Field(description="its name")


class AuditQuery(Page):
    """Which lines."""

    actor: Text | None = Field(None, description="only what this one did")


def token_json(token: Token) -> dict[str, Any]:
    """A token as it is shown: without its secret."""
    return {**fields_of(token), "scopes": [scope for scope in Scope if scope in token.scopes]}


def audit_json(line: AuditLine) -> dict[str, Any]:
    """A line of the audit log."""
    return {"id": line.id, "at": line.at, **fields_of(line.entry)}


def make_blueprint(tokens: Tokens, audit: Audit) -> APIBlueprint:
    """The routes of this room."""
    room = APIBlueprint("access", __name__, url_prefix="/api", abp_tags=[_TAG])

    @room.get("/tokens", responses=answers.TOKENS)
    def tokens_listed() -> Response:
        """The newest thousand tokens, without their secrets; the revoked ones too."""
        return jsonify({"tokens": [token_json(token) for token in tokens.listed()]})

    @room.post("/tokens", responses=answers.CREATED)
    def create(body: NewToken) -> tuple[Response, int]:
        """Make a token. `token` is shown this once: only its digest is stored."""
        token, text = tokens.create(body.name, body.scope, body.expires_days)
        g.target = token.name
        return jsonify({"token": text, **token_json(token)}), 201

    @room.delete("/tokens/<name>", responses=answers.REVOKED)
    def revoke(path: TokenPath) -> Response:
        """Let a token count no longer, from the next request on."""
        return jsonify(token_json(tokens.revoke(path.name)))

    @room.get("/audit", responses=answers.AUDIT)
    def audit_listed(query: AuditQuery) -> Response:
        """Who changed what, and who was refused, the newest first."""
        before = None if query.after is None else number_of(query.after)
        found = audit.listed(before=before, actor=query.actor, limit=query.limit + 1)
        return paged("audit", found, query.limit, shown=audit_json, cursor=lambda line: str(line.id))

    return room
