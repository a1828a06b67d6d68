"""Channels, videos and playlists of the emulator, found by asking it as anybody would."""

from dataclasses import dataclass, field
from typing import Any

import httpx

ASKING = {"key": "key-of-the-curious", "part": "snippet"}


@dataclass(frozen=True)
class Known:
    """Asks the emulator at `url`; what that costs is not to be counted: reset the emulator afterwards."""

    url: str
    http: httpx.Client = field(default_factory=lambda: httpx.Client(trust_env=False))

    def items(self, method: str, **parameters: str) -> list[dict[str, Any]]:
        path = f"{self.url}/youtube/v3/{method}"
        answer = self.http.get(path, params={**ASKING, **parameters})
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json().get("items", [])
        return found

    def handles(self, channel_ids: list[str]) -> dict[str, str]:
        """Handles without their @, and whose they are; not every channel has one."""
        found: dict[str, str] = {}
        for at in range(0, len(channel_ids), 50):
            items = self.items("channels", id=",".join(channel_ids[at : at + 50]), maxResults="50")
            names = ((item["snippet"].get("customUrl", ""), item["id"]) for item in items)
            found |= {name[1:]: channel_id for name, channel_id in names if name.startswith("@")}
        return found

    def videos(self, count: int) -> dict[str, str]:
        """Popular videos, and whose they are."""
        found: dict[str, str] = {}
        for region in ("US", "DE", "BR", "JP", "IN"):
            items = self.items("videos", chart="mostPopular", regionCode=region, maxResults="50")
            found |= {item["id"]: item["snippet"]["channelId"] for item in items}
        assert len(found) >= count
        return dict(list(found.items())[:count])

    def playlists(self, channel_ids: list[str]) -> dict[str, str]:
        """The first playlist of each channel that has one, and whose it is."""
        found = {}
        for channel_id in channel_ids:
            answer = self.http.get(f"{self.url}/youtube/v3/playlists", params={**ASKING, "channelId": channel_id})
            # some channels without playlists answer 404, as some real ones do
            for item in answer.json().get("items", [])[:1]:
                found[item["id"]] = item["snippet"]["channelId"]
        return found
