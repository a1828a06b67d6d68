"""The schemas of the discovery document as JSON Schema, closed: a property that a schema does not name is a mistake."""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

import jsonschema

from emulator import discovery

_INSTANT = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$"
_FORMATS: dict[str, dict[str, Any]] = {
    "uint64": {"pattern": "^[0-9]{1,20}$"},
    "int64": {"pattern": "^-?[0-9]{1,19}$"},
    "uint32": {"minimum": 0, "maximum": 2**32 - 1},
    "int32": {"minimum": -(2**31), "maximum": 2**31 - 1},
    "double": {},
    "byte": {"pattern": "^[A-Za-z0-9+/_-]*=*$"},
    "date-time": {"pattern": _INSTANT},
    "google-datetime": {"pattern": _INSTANT},
    "google-duration": {"pattern": r"^-?[0-9]+(\.[0-9]{1,9})?s$"},
}
Path = tuple[str, ...]


def problems(response: str, content: object) -> set[str]:
    """Where content breaks the schema named `response`: `items.statistics.viewCount: pattern`."""
    return {
        f"{'.'.join(part for part in map(str, error.absolute_path) if not part.isdigit())}: {_broken(error)}"
        for error in _validator(response).iter_errors(content)
    }


def paths(response: str) -> list[Path]:
    """Every path that `fields` may name in the schema, leaves and what lies above them; a map's keys are `en`."""
    return list(_paths({"$ref": response}, ()))


def declares(response: str, name: str) -> bool:
    """Whether the schema has this property."""
    return name in discovery.schema(response)["properties"]


def _broken(error: jsonschema.ValidationError) -> str:
    """The rule, and what it asks for where that is short."""
    return f"{error.validator} {error.validator_value}" if error.validator == "const" else _unknown(error)


def _unknown(error: jsonschema.ValidationError) -> str:
    named = re.findall(r"'(\w+)'", error.message) if error.validator == "additionalProperties" else []
    return " ".join([str(error.validator), *named])


@cache
def _validator(response: str) -> jsonschema.Draft202012Validator:
    schemas = discovery._document()["schemas"]
    definitions = {name: _closed(name, body) for name, body in schemas.items()}
    return jsonschema.Draft202012Validator({"$ref": f"#/$defs/{response}", "$defs": definitions})


def _closed(name: str, body: dict[str, Any]) -> dict[str, Any]:
    if "$ref" in body:
        return {"$ref": f"#/$defs/{body['$ref']}"}
    closed: dict[str, Any] = {key: body[key] for key in ("type", "enum") if key in body}
    closed |= _FORMATS[body["format"]] if "format" in body else {}
    if name == "kind" and "default" in body:
        closed["const"] = body["default"]
    if "items" in body:
        closed["items"] = _closed("", body["items"])
    if body.get("type") == "object":
        more = body.get("additionalProperties")
        closed["additionalProperties"] = _closed("", more) if more else False
        closed["properties"] = {key: _closed(key, value) for key, value in body.get("properties", {}).items()}
    return closed


def _paths(body: dict[str, Any], above: Path, inside: Sequence[str] = ()) -> Iterator[Path]:
    if above:
        yield above
    if "$ref" in body:
        if body["$ref"] in inside:  # none does today; a schema within itself would have paths without end
            return
        inside, body = (*inside, body["$ref"]), discovery.schema(body["$ref"])
    if body.get("type") == "array":
        body = body["items"]
        yield from (path for path in _paths(body, above, inside) if path != above)
    for name, value in body.get("properties", {}).items():
        yield from _paths(value, (*above, name), inside)
    if "additionalProperties" in body:
        yield from _paths(body["additionalProperties"], (*above, "en"), inside)
