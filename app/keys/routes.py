"""/api/api-keys: who pays. A key is shown by its fingerprint, never itself."""

from dataclasses import asdict
from typing import Any, Literal

from flask import Response, jsonify
from flask_openapi3 import APIBlueprint, Tag
from pydantic import Field, SecretStr

from app.keys.model import Key, Usage
from app.keys.service import Keys
from app.problems import RESPONSES, Body, Text

_TAG = Tag(name="api keys", description="Keys, projects, and today's quota")


class NewKey(Body):
    """A key to be used from now on."""

    key_name: Text = Field(min_length=1, max_length=100)
    api_key: SecretStr = Field(max_length=200)
    service: Literal["youtube"] = "youtube"
    project: Text = Field("", max_length=100, description="the Google project; keys of one project share its quota")


def key_json(key: Key, usage: list[Usage]) -> dict[str, Any]:
    """A key with today's usage of its project."""
    buckets = [bucket for bucket in usage if bucket.project == key.project]
    default = next((bucket for bucket in buckets if bucket.bucket == "default"), None)
    used = default.used + default.reserved if default else 0
    return {
        **asdict(key),
        "quota_limit": default.quota_limit if default else None,
        "quota_used": used,
        "usage_percentage": round(100 * used / default.quota_limit, 1) if default and default.quota_limit else 0.0,
        "quota_reset_date": default.resets_at if default else None,
        "buckets": {bucket.bucket: _bucket_json(bucket) for bucket in buckets},
    }


def make_blueprint(keys: Keys) -> APIBlueprint:
    """The routes of this room."""
    room = APIBlueprint("keys", __name__, url_prefix="/api/api-keys", abp_tags=[_TAG], abp_responses=RESPONSES)

    @room.get("")
    def listed() -> Response:
        """All keys and today's quota of their projects."""
        usage = keys.usage()
        return jsonify({"api_keys": [key_json(key, usage) for key in keys.listed()]})

    @room.post("")
    def add(body: NewKey) -> tuple[Response, int]:
        """Store a key, encrypted. Waiting jobs go on with it by themselves."""
        key_id = keys.add(body.key_name, body.api_key, body.project or body.key_name)
        usage = keys.usage()
        return jsonify(next(key_json(key, usage) for key in keys.listed() if key.id == key_id)), 201

    return room


def _bucket_json(usage: Usage) -> dict[str, Any]:
    return {**asdict(usage), "left": usage.left}
