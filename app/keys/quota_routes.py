"""/api/quota: what was spent today, and what will be left at the reset."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Response, jsonify
from flask_openapi3 import APIBlueprint, Tag

from app.clock import Clock
from app.keys import answers
from app.keys.model import Key, Usage
from app.keys.reset import HOURS, Waiting, at_reset
from app.keys.service import Keys
from app.shown import fields_of

_TAG = Tag(name="keys", description="Keys, projects, and today's quota")


def make_blueprint(keys: Keys, clock: Clock, waiting: Callable[[], Mapping[str, Waiting]]) -> APIBlueprint:
    """The route; `waiting` tells what active jobs still need, by bucket."""
    room = APIBlueprint("quota", __name__, url_prefix="/api/quota", abp_tags=[_TAG])

    @room.get("", responses=answers.QUOTA)
    def quota() -> Response:
        """What was spent today by bucket and project, and what will be left at midnight Pacific."""
        usage, waits = keys.usage(), waiting()
        buckets = {bucket: _bucket(keys, clock, bucket, usage, waits) for bucket in keys.buckets}
        return jsonify({"buckets": buckets, "projects": _projects(keys.listed(), usage)})

    return room


def _bucket(keys: Keys, clock: Clock, bucket: str, usage: list[Usage], waits: Mapping[str, Waiting]) -> dict[str, Any]:
    outlook = keys.outlook(bucket)
    forecast = at_reset(outlook, keys.spent_lately(bucket, HOURS), waits.get(bucket, Waiting()), clock.now())
    lines = [line for line in usage if line.bucket == bucket]
    return {
        "daily_limit": outlook.daily_limit,
        "used": sum(line.used for line in lines),
        "reserved": sum(line.reserved for line in lines),
        "left": outlook.units_left,
        "resets_at": outlook.resets_at,
        "projects": outlook.projects,
        "keys": outlook.keys,
        "forecast": fields_of(forecast),
    }


def _projects(keys: list[Key], usage: list[Usage]) -> list[dict[str, Any]]:
    """Those that have keys, and those that have spent something today with keys that were deleted."""
    names = dict.fromkeys([*(key.project for key in keys), *(line.project for line in usage)])
    return [
        {
            "project": name,
            "keys": sum(key.project == name for key in keys),
            "keys_in_use": sum(key.project == name and key.is_active for key in keys),
            "suspended_why": next((key.suspended_why for key in keys if key.project == name), None),
            "buckets": {line.bucket: {**fields_of(line), "left": line.left} for line in usage if line.project == name},
        }
        for name in names
    ]
