"""Every route of the API, as a request that it takes: found in its map, so that a new one is knocked at as well."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from tests.api.shapes import CHANNEL, NOBODY

PARTS: Mapping[str, str] = {
    "job_id": NOBODY,
    "key_id": "1",
    "export_id": NOBODY,
    "channel_id": CHANNEL,
    "video_id": "dQw4w9WgXcQ",
    "playlist_id": "PLbpi6ZahtOH6Blw3RGYpWkSByi_T7Rygb",
    "callback_id": NOBODY,
    "name": "nightly",
    "what": "channels",
    "problem": "about",
}
"""What stands for the names in addresses."""
_QUERIES: Mapping[str, str] = {
    "GET /api/graph/export": "format=gexf",
    "GET /api/graph": f"around={CHANNEL}",
    "GET /api/graph/paths": f"from={CHANNEL}&to=UC_x5XG1OV2P6uZZ5FSM9Ttw",
}
_BODIES: Mapping[str, Any] = {
    "POST /api/jobs/moves": {"move": "pause", "filter": {}},
    "POST /api/api-keys": {"key_name": "another", "api_key": "AIzaSyAnotherKeyOfTheTests0000000000000"},
    "PATCH /api/api-keys/<key_id>": {"is_active": False},
    "POST /api/bulk-add-channels": {"channels": [{"channel_id": CHANNEL}]},
    "POST /api/migrate": {"source_type": "csv", "source_path": "list.csv"},
    "POST /api/resolve": {"texts": ["@nobody-has-this-handle"]},
    "POST /api/push/subscriptions": {"channel_ids": [CHANNEL]},
    "DELETE /api/push/subscriptions": {"channel_ids": [CHANNEL]},
    "POST /api/forget-all": {"confirm": "forget everything"},
    "POST /api/forget": {"channel_ids": [CHANNEL]},
    "POST /api/schedules": {"name": "hourly", "job_type": "metadata", "every_seconds": 3600},
    "PATCH /api/schedules/<name>": {"enabled": False},
}
_FILE = b"channel_id\n" + CHANNEL.encode() + b"\n"


@dataclass(frozen=True)
class Door:
    """One method of one address."""

    method: str
    rule: str

    @property
    def name(self) -> str:
        """As `GET /api/jobs/<job_id>`."""
        return f"{self.method} {self.rule}"

    @property
    def path(self) -> str:
        """The address, with values for what stands in angle brackets."""
        return self.rule.replace("<", "{").replace(">", "}").format_map(PARTS)

    def knock(self, api: FlaskClient, headers: Mapping[str, str] | None = None) -> TestResponse:
        """Ask as somebody who has read the documentation would."""
        sent: dict[str, Any] = {"query_string": _QUERIES.get(self.name, ""), "headers": headers or {}}
        if self.rule == "/api/uploads":
            sent |= {"data": _FILE, "content_type": "text/csv"}
        elif self.name in _BODIES:
            sent["json"] = _BODIES[self.name]
        return api.open(self.path, method=self.method, buffered=True, **sent)


def doors(app: Flask) -> Iterator[Door]:
    """Every method of every route; those that flask answers by itself are left out."""
    for rule in app.url_map.iter_rules():
        yield from (Door(method, rule.rule) for method in _methods(rule))


def _methods(rule: Rule) -> list[str]:
    return sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})


def bodies(app: Flask) -> Iterator[tuple[Door, dict[str, Any]]]:
    """The routes that take a JSON object, each with one that it takes."""
    paths = app.test_client().get("/openapi.json").get_json()["paths"]
    for door in doors(app):
        told = paths.get(door.rule.replace("<", "{").replace(">", "}"), {}).get(door.method.lower(), {})
        if "application/json" in told.get("requestBody", {}).get("content", {}):
            yield door, dict(_BODIES.get(door.name, {}))
