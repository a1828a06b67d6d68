"""/api/api-keys: who pays. A key is shown by its fingerprint, never itself."""

from collections.abc import Callable
from typing import Annotated, Any, Literal, Self

from flask import Response, jsonify
from flask_openapi3 import APIBlueprint, Tag
from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator

from app.keys import answers
from app.keys.model import Change, Key, Usage
from app.keys.service import Keys
from app.problems import Body, Text
from app.shown import fields_of

Limit = Annotated[int, Field(ge=0, le=2**31 - 1)]
_TAG = Tag(name="keys", description="Keys, projects, and today's quota")


class NewKey(Body):
    """A key to be used from now on."""

    key_name: Text = Field(min_length=1, max_length=100)
    api_key: SecretStr = Field(max_length=200)
    service: Literal["youtube"] = "youtube"
    project: Text = Field("", max_length=100, description="the Google project; keys of one project share its quota")


class KeyPath(BaseModel):
    """Which key."""

    key_id: int = Field(ge=1, le=2**63 - 1)


class ChangedKey(Body):
    """What is to be different; what is left out stays."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1})

    key_name: Text | None = Field(None, min_length=1, max_length=100)
    is_active: bool | None = Field(None, description="whether it is used")
    lift_suspension: bool = Field(False, description="true: Google's suspension of its project is settled")
    quota_limits: dict[Text, Limit | None] = Field(
        default_factory=dict, description="units a day of its project, by bucket; null: the limit of YOUTUBE_QUOTA"
    )

    @model_validator(mode="after")
    def _changes_something(self) -> Self:
        if not self.model_fields_set:
            raise ValueError("give at least one field, as JSON with Content-Type: application/json")
        return self


def key_json(key: Key, usage: list[Usage]) -> dict[str, Any]:
    """A key with today's usage of its project."""
    buckets = [bucket for bucket in usage if bucket.project == key.project]
    default = next((bucket for bucket in buckets if bucket.bucket == "default"), None)
    used = default.used + default.reserved if default else 0
    return {
        **fields_of(key),
        "quota_limit": default.quota_limit if default else None,
        "quota_used": used,
        "usage_percentage": round(100 * used / default.quota_limit, 1) if default and default.quota_limit else 0.0,
        "quota_reset_date": default.resets_at if default else None,
        "buckets": {bucket.bucket: _bucket_json(bucket) for bucket in buckets},
    }


def make_blueprint(keys: Keys, wake_waiting: Callable[[], None]) -> APIBlueprint:
    """The routes of this room; `wake_waiting` lets the jobs go on for which there is quota now."""
    room = APIBlueprint("keys", __name__, url_prefix="/api/api-keys", abp_tags=[_TAG])

    @room.get("", responses=answers.LISTED)
    def listed() -> Response:
        """All keys and today's quota of their projects."""
        usage = keys.usage()
        return jsonify({"api_keys": [key_json(key, usage) for key in keys.listed()]})

    @room.post("", responses=answers.ADDED)
    def add(body: NewKey) -> tuple[Response, int]:
        """Store a key, encrypted. Waiting jobs go on with it at once."""
        key_id = keys.add(body.key_name, body.api_key, body.project or body.key_name)
        wake_waiting()
        return _one(keys, key_id), 201

    @room.get("/<key_id>", responses=answers.ONE)
    def one(path: KeyPath) -> Response:
        """One key."""
        return _one(keys, path.key_id)

    @room.delete("/<key_id>", responses=answers.DELETED)
    def delete(path: KeyPath) -> Response:
        """Forget a key for good; the answer is what it was. What was spent with it stays in the ledger."""
        answer = _one(keys, path.key_id)
        keys.delete(path.key_id)
        return answer

    @room.patch("/<key_id>", responses=answers.CHANGED)
    def change(path: KeyPath, body: ChangedKey) -> Response:
        """Rename a key, switch it on or off, change the limits of its project. Waiting jobs go on at once."""
        keys.change(path.key_id, Change(**body.model_dump()))
        wake_waiting()
        return _one(keys, path.key_id)

    return room


def _one(keys: Keys, key_id: int) -> Response:
    usage = keys.usage()
    return jsonify(key_json(keys.read(key_id), usage))


def _bucket_json(usage: Usage) -> dict[str, Any]:
    return {**fields_of(usage), "left": usage.left}
