"""What the emulator itself says of playlists, asked without any of our code."""

from typing import Any

import httpx

KEY = "the key of a witness"


class Witness:
    """Asks the emulator with a key of its own, whose calls the tests don't count."""

    def __init__(self, url: str) -> None:
        self._url = f"{url}/youtube/v3"

    def playlists(self, channel_id: str) -> list[dict[str, Any]]:
        return self._every("playlists", channelId=channel_id, part="snippet,contentDetails")

    def entries(self, playlist_id: str) -> list[dict[str, Any]]:
        return self._every("playlistItems", playlistId=playlist_id, part="snippet,contentDetails,status")

    def videos(self, ids: list[str]) -> set[str]:
        packs = [ids[at : at + 50] for at in range(0, len(ids), 50)]
        return {item["id"] for pack in packs for item in self._page("videos", id=",".join(pack), part="id")["items"]}

    def _every(self, method: str, **params: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        while True:
            page = self._page(method, maxResults="50", **params)
            found += page.get("items", ())
            if (token := page.get("nextPageToken")) is None:
                return found
            params["pageToken"] = token

    def _page(self, method: str, **params: str) -> dict[str, Any]:
        answer = httpx.get(f"{self._url}/{method}", params={**params, "key": KEY})
        return answer.json() if answer.status_code == 200 else {}
