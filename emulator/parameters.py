"""Query parameters against what the discovery document declares: the checks are the same for every method."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from emulator.discovery import Method, Parameter, shared_parameters
from emulator.errors import ApiError, front_end_error, youtube_error

Values = Mapping[str, tuple[str, ...]]
"""Parameter to what was given for it; parameters that were absent or empty are absent."""

BOOLEANS = {"true": True, "false": False, "1": True, "0": False}
_INVALID = {"reason": "invalid"}
_TIMESTAMP = "type.googleapis.com/google.protobuf.Timestamp"
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)", re.ASCII | re.IGNORECASE)


def read_parameters(method: Method, pairs: Sequence[tuple[str, str]]) -> Values:
    """Check and sort what a request gave. Raises ApiError as the front end and then YouTube would."""
    declared = {**shared_parameters(), **method.parameters}
    given: dict[str, list[str]] = {}
    for name, text in pairs:
        if name not in declared:
            raise _unknown_name(name)
        if text:  # an empty value is no value
            given.setdefault(name, []).append(text)
    return {name: _read(method, declared[name], texts) for name, texts in given.items()}


def read_parts(method: Method, values: Values) -> frozenset[str]:
    """The parts asked for. Raises ApiError for none and for unknown ones."""
    parts = values.get("part")
    if not parts:
        raise youtube_error(400, "required", "Required parameter: part", "global", "part")
    for part in parts:
        if part not in method.parts:
            raise youtube_error(400, "unknownPart", f"'{part}'", "youtube.part", "part")
    return frozenset(parts)


def _read(method: Method, parameter: Parameter, texts: list[str]) -> tuple[str, ...]:
    if parameter.repeated:
        return tuple(item for text in texts for item in text.split(","))
    text = texts[-1]  # of several values the last one counts
    if parameter.enum and text not in parameter.enum:
        raise _invalid_value(parameter, _enum_type(method, parameter), f'"{text}"')
    if parameter.type == "boolean" and text not in BOOLEANS:
        raise _invalid_value(parameter, "TYPE_BOOL", f'"{text}"')
    if parameter.type == "integer":
        _check_number(parameter, text)
    if parameter.format == "google-datetime" and read_instant(text) is None:
        raise _invalid_value(parameter, _TIMESTAMP, _timestamp_complaint(parameter))
    return (text,)


def _check_number(parameter: Parameter, text: str) -> None:
    digits = re.fullmatch(r"[+-]?[0-9]{1,10}", text, re.ASCII)
    if not digits or (parameter.format == "uint32" and text.startswith("-")):
        raise _invalid_value(parameter, f"TYPE_{parameter.format.upper()}", f'"{text}"')
    low, high = parameter.minimum, parameter.maximum
    if (low is not None and int(text) < low) or (high is not None and int(text) > high):
        message = f"Invalid value '{text}'. Values must be within the range: [{low}, {high}]"
        raise youtube_error(400, "invalidParameter", message, "global", parameter.name)


def _unknown_name(name: str) -> ApiError:
    message = (
        f'Invalid JSON payload received. Unknown name "{name}": Cannot bind query parameter. '
        f"Field '{name}' could not be found in request message."
    )
    return _bad_request(message, {"description": message})


def read_instant(text: str) -> datetime | None:
    """The instant that an RFC 3339 text names, in UTC; None for anything else, also without a zone."""
    try:
        return datetime.fromisoformat(text).astimezone(UTC) if _INSTANT.fullmatch(text) else None
    except (ValueError, OverflowError):
        return None


def _enum_type(method: Method, parameter: Parameter) -> str:
    resource, verb = method.name.split(".")
    name = parameter.name[:1].upper() + parameter.name[1:]
    request = f"{resource[:1].upper()}{resource[1:]}{verb[:1].upper()}{verb[1:]}Request"
    return f"type.googleapis.com/youtube.api.v3.{request}.{name}Wrapper.{name}"


def _timestamp_complaint(parameter: Parameter) -> str:
    return (
        f"Field '{_field(parameter)}', Illegal timestamp format; "
        "timestamps must end with 'Z' or have a valid timezone offset."
    )


def _field(parameter: Parameter) -> str:
    """The parameter's name in the request message: `max_results` for `maxResults`."""
    return re.sub(r"(?<!^)([A-Z])", r"_\1", parameter.name).lower()


def _invalid_value(parameter: Parameter, kind: str, complaint: str) -> ApiError:
    field = _field(parameter)
    message = f"Invalid value at '{field}' ({kind}), {complaint}"
    return _bad_request(message, {"field": field, "description": message})


def _bad_request(message: str, violation: dict[str, str]) -> ApiError:
    return front_end_error(400, message, _INVALID, "INVALID_ARGUMENT", [field_violation(violation)])


def field_violation(violation: dict[str, str]) -> dict[str, Any]:
    """The detail that names the parameter which the front end could not read."""
    return {"@type": "type.googleapis.com/google.rpc.BadRequest", "fieldViolations": [violation]}
