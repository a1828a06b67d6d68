"""The API's own description of itself: which methods exist, what they take and what they answer.

The document is the one that ships inside google-api-python-client, so the emulator never lags behind the client.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import orjson


@dataclass(frozen=True)
class Parameter:
    """One query parameter as the document declares it."""

    name: str
    type: str
    repeated: bool
    required: bool
    enum: tuple[str, ...]
    default: str | None
    minimum: int | None
    maximum: int | None
    format: str


@dataclass(frozen=True)
class Method:
    """One method: `name` is `channels.list`, `path` starts without a slash, `response` names a schema."""

    name: str
    verb: str
    path: str
    parameters: Mapping[str, Parameter]
    response: str

    @property
    def parts(self) -> frozenset[str]:
        """What `part` may name: `id`, and every property of the listed resource that is an object."""
        items = schema(self.response)["properties"]["items"]["items"]["$ref"]
        properties = schema(items)["properties"]
        return frozenset({"id", *(name for name, value in properties.items() if _is_object(value))})


@cache
def _document() -> dict[str, Any]:
    folder = files("googleapiclient.discovery_cache.documents")
    document: dict[str, Any] = orjson.loads(folder.joinpath("youtube.v3.json").read_bytes())
    return document


def schema(name: str) -> dict[str, Any]:
    """A schema of the document by its name."""
    found: dict[str, Any] = _document()["schemas"][name]
    return found


@cache
def shared_parameters() -> Mapping[str, Parameter]:
    """The parameters that every method takes: key, fields, alt, prettyPrint and so on."""
    return _parameters(_document()["parameters"])


@cache
def methods() -> Mapping[str, Method]:
    """Every method of the API by its name."""
    found = {}
    for resource, body in _document()["resources"].items():
        for verb, entry in body.get("methods", {}).items():
            found[f"{resource}.{verb}"] = Method(
                name=f"{resource}.{verb}",
                verb=entry["httpMethod"],
                path=entry["path"],
                parameters=_parameters(entry.get("parameters", {})),
                response=entry.get("response", {}).get("$ref", ""),
            )
    return found


def _is_object(value: Mapping[str, Any]) -> bool:
    return "$ref" in value or value.get("type") == "object"


def _parameters(declared: Mapping[str, Any]) -> dict[str, Parameter]:
    return {name: _parameter(name, value) for name, value in declared.items()}


def _parameter(name: str, value: Mapping[str, Any]) -> Parameter:
    return Parameter(
        name=name,
        type=value["type"],
        repeated=value.get("repeated", False),
        required=value.get("required", False),
        enum=tuple(value.get("enum", ())),
        default=value.get("default"),
        minimum=int(value["minimum"]) if "minimum" in value else None,
        maximum=int(value["maximum"]) if "maximum" in value else None,
        format=value.get("format", ""),
    )
