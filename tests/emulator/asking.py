"""How the tests ask the emulator: one door, a plain HTTP client."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx

KEY = "key-of-the-tests"


@dataclass(frozen=True)
class Asker:
    """Asks one method of one emulator; keyword arguments are query parameters."""

    http: httpx.Client
    path: str = "/youtube/v3/channels"

    def __call__(self, **parameters: str) -> httpx.Response:
        return self.http.get(self.path, params={"key": KEY, **parameters})

    def pages(self, **parameters: str) -> Iterator[dict[str, Any]]:
        """All pages of a list, from the first to the last."""
        token = ""
        while True:
            answer = self(**parameters, **({"pageToken": token} if token else {})).json()
            yield answer
            token = answer.get("nextPageToken", "")
            if not token:
                return

    def items(self, **parameters: str) -> list[dict[str, Any]]:
        response = self(**parameters)
        assert response.status_code == 200, response.text
        found: list[dict[str, Any]] = response.json().get("items", [])
        return found

    def error(self, **parameters: str) -> dict[str, Any]:
        response = self(**parameters)
        assert response.status_code >= 400, response.text
        error: dict[str, Any] = response.json()["error"]
        assert error["code"] == response.status_code
        return error


def by_id(items: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Items by their ids, for methods that promise no order."""
    return {item["id"]: item for item in items}
