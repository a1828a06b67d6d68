"""Every route of the API, as a request that it takes: found in its map, so that a new one is knocked at as well."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
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
_PART = re.compile(r"<(?:\w+:)?(\w+)>")
_FILE = b"channel_id\n" + CHANNEL.encode() + b"\n"


@dataclass(frozen=True)
class Door:
    """One method of one address."""

    method: str
    rule: str
    body: Any = None
    """What it is sent: JSON, where it takes any."""

    @property
    def name(self) -> str:
        """As `GET /api/jobs/<job_id>`."""
        return f"{self.method} {self.rule}"

    @property
    def path(self) -> str:
        """The address, with values for what stands in angle brackets."""
        return _PART.sub(lambda part: PARTS.get(part[1], "unknown"), self.rule)

    def knock(self, api: FlaskClient) -> TestResponse:
        """Ask as somebody who has read the documentation would."""
        sent: dict[str, Any] = {"query_string": _QUERIES.get(self.name, "")}
        if self.rule == "/api/uploads":
            sent |= {"data": _FILE, "content_type": "text/csv"}
        elif self.body is not None:
            sent["json"] = self.body
        return api.open(self.path, method=self.method, buffered=True, **sent)


def doors(app: Flask) -> list[Door]:
    """Every method of every route; those that flask answers by itself are left out."""
    paths = app.test_client().get("/openapi.json").get_json()["paths"]
    return [
        Door(method, rule.rule, _body(paths, method, rule.rule))
        for rule in app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    ]


def _body(paths: Mapping[str, Any], method: str, rule: str) -> Any:  # noqa: ANN401 - JSON
    """What this file says, or the example of the documentation, or the defaults; None where no JSON is taken."""
    told = paths.get(_PART.sub(r"{\1}", rule), {}).get(method.lower(), {}).get("requestBody", {}).get("content", {})
    if "application/json" not in told:
        return None
    return _BODIES.get(f"{method} {rule}", told["application/json"].get("example", {}))
