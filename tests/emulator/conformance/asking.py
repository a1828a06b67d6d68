"""How the walk asks: any method of the document, any parameters, and every good answer is held against its schema."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import httpx

from emulator import discovery
from tests.emulator.asking import KEY
from tests.emulator.conformance.explained import explained
from tests.emulator.conformance.schemas import problems

Parameters = Mapping[str, str | Sequence[str]]
"""Query parameters; several texts are the parameter given several times."""

Resource = dict[str, Any]


@dataclass(frozen=True)
class Door:
    """Asks one emulator."""

    http: httpx.Client

    def __call__(self, method: str, parameters: Parameters, **headers: str) -> httpx.Response:
        """An answer, whatever it is; a good one must fit its schema, the explained differences aside."""
        query = {"key": KEY, **parameters}
        response = self.http.get(f"/{discovery.methods()[method].path}", params=query, headers=headers)
        if response.status_code == httpx.codes.OK and "fields" not in parameters:
            found = problems(discovery.methods()[method].response, response.json()) - explained(method, "schema")
            assert not found, f"{response.url}: {found}"
        return response

    def content(self, method: str, parameters: Parameters, **headers: str) -> Resource:
        """A good answer."""
        response = self(method, parameters, **headers)
        assert response.status_code == httpx.codes.OK, response.text
        content: Resource = response.json()
        return content

    def items(self, method: str, parameters: Parameters) -> list[Resource]:
        """What is listed; nothing where the answer is an error, as it is of an empty playlist."""
        response = self(method, parameters)
        items: list[Resource] = response.json().get("items", [])
        return items


def verdict(response: httpx.Response) -> str:
    """`ok`, or the status and the machine word of the error."""
    if response.status_code == httpx.codes.OK:
        return "ok"
    error = response.json()["error"]
    reasons = [entry["reason"] for entry in error.get("errors", [])]
    return " ".join([str(response.status_code), *reasons[:1]])
