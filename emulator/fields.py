"""Partial responses: the `fields` parameter, as in `nextPageToken,items(id,snippet/title)`."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from emulator.discovery import schema
from emulator.errors import ApiError, front_end_error
from emulator.parameters import field_violation

Mask = dict[str, Any]
"""Name, or * for every name, to the mask of what lies under it. An empty mask keeps everything."""

_TOKEN = re.compile(r"[(),/]|[^(),/]+")
_OPENERS = re.compile("[(/]")
_DEEPEST = 200
_PUNCTUATION = frozenset("(),/")


@lru_cache(maxsize=256)
def read_mask(text: str, response: str) -> Mask:
    """The mask that a `fields` parameter spells. Raises ApiError where `response`, a schema, has no such path."""
    if len(_OPENERS.findall(text)) > _DEEPEST:
        raise _no_match(text, "")
    tokens = [token for found in _TOKEN.findall(text) if (token := found.strip())]
    mask = _read_list(tokens, text)
    if tokens:
        raise _no_match(text, "".join(tokens))
    _check(mask, {"$ref": response}, (), text)
    return mask


def apply_mask(mask: Mask, value: object) -> object:
    """What the mask leaves of a JSON value."""
    if isinstance(value, list):
        return [apply_mask(mask, entry) for entry in value]
    if not mask or not isinstance(value, dict):
        return value
    if "*" in mask:
        below = mask["*"]
        mask = {**{name: below for name, entry in value.items() if not below or isinstance(entry, dict | list)}, **mask}
    kept = {}
    for name, entry in value.items():  # a loop, because a third of a masked answer's time was spent here
        if name in mask:
            below = mask[name]
            kept[name] = apply_mask(below, entry) if below else entry
    return kept


def _read_list(tokens: list[str], text: str) -> Mask:
    """Take a comma-separated list off the front of the tokens."""
    mask: Mask = {}
    while True:
        name, below = _read_path(tokens, text)
        known = mask.get(name)
        # a name given twice keeps what either of the two asks for; empty means everything and wins
        mask[name] = known | below if known and below else {} if name in mask else below
        if not tokens or tokens[0] != ",":
            return mask
        tokens.pop(0)


def _read_path(tokens: list[str], text: str) -> tuple[str, Mask]:
    name = tokens.pop(0) if tokens else ""
    if not name or name in _PUNCTUATION:
        raise _no_match(text, name)
    follows = tokens[0] if tokens else ""
    if follows == "/":
        tokens.pop(0)
        return name, dict([_read_path(tokens, text)])
    if follows == "(":
        tokens.pop(0)
        below = _read_list(tokens, text)
        if not tokens or tokens.pop(0) != ")":
            raise _no_match(text, name)
        return name, below
    return name, {}


def _check(mask: Mask, described: Mapping[str, Any], path: tuple[str, ...], text: str) -> None:
    described = _resolved(described)
    anything = described.get("additionalProperties")
    properties = described.get("properties", {})
    for name, below in mask.items():
        if name == "*":
            continue  # what a wildcard covers differs in shape; real masks under it are leaves
        if name not in properties and anything is None:
            raise _no_match(text, ".".join((*path, name)))
        _check(below, properties.get(name, anything), (*path, name), text)


def _resolved(described: Mapping[str, Any]) -> Mapping[str, Any]:
    while True:
        if "$ref" in described:
            described = schema(described["$ref"])
        elif described.get("type") == "array":
            described = described["items"]
        else:
            return described


def _no_match(text: str, path: str) -> ApiError:
    description = f"Error expanding 'fields' parameter. Cannot find matching fields for path '{path}'."
    violation = field_violation({"field": text, "description": description})
    item = {"domain": "global", "reason": "badRequest"}
    message = "Request contains an invalid argument."
    return front_end_error(400, message, item, "INVALID_ARGUMENT", [violation])
