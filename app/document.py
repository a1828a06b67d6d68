"""The OpenAPI document: what flask-openapi3 reads from the routes, and what holds for all of them."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from flask import Flask

from app.access.errors import (
    ForeignPageError,
    MissingScopeError,
    NoProofError,
    NoTokenError,
    TooManyRequestsError,
    UnknownHostError,
    WrongTokenError,
)
from app.access.scopes import needed
from app.answers import BAD_BODY, add_problem
from app.errors import TributaryError
from app.migrations import SchemaError
from app.problem_types import (
    BAD_INPUT,
    DATABASE_AWAY,
    DATABASE_BUSY,
    NO_SUCH_ADDRESS,
    UNFORESEEN,
    ProblemType,
    all_types,
    type_of,
)

EXAMPLES = Path(__file__).with_name("examples.json")
"""What requests and answers look like, by operation: recorded from this API, see tests/api/test_api_examples.py."""
_SCHEMES = {
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "description": "A token of `tributary tokens create`; its scopes are `read`, `run` and `admin`."
        " Locally none is needed.",
    }
}
_HEADERS = {
    "Location": "where to watch the job, or what was made",
    "Retry-After": "seconds to wait before the next look",
    "Link": 'the address of the next page (`rel="next"`), or of what describes this file',
    "Content-Disposition": "the name of the file",
    "X-Cut": "`no`, or what was left out",
    "X-Export-Id": "the id of the export, by which its manifest is found",
    "X-Request-Id": "by which the log of the API has more",
}
_IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255},
    "description": "a text made up once per request: sent again, the same request is the same job",
}
_METHODS_WITH_BODY = {"post", "patch"}


def scope_of(method: str, path: str) -> str | None:
    """What a token must allow for this operation; None when it needs no token."""
    scope = needed(method.upper(), path.replace("{", "<").replace("}", ">"))
    return scope.value if scope else None


def complete(told: dict[str, Any], app: Flask) -> dict[str, Any]:
    """The document with examples, scopes, headers, and the problems that every operation can have."""
    names, schemas = dict(_operation_ids(app)), told["components"]["schemas"]
    for schema in schemas.values():
        schema.pop("$defs", None)  # they stand among the schemas
    recorded = json.loads(EXAMPLES.read_text(encoding="utf-8"))
    for path, item in told["paths"].items():
        for method, operation in item.items():
            operation["operationId"] = names[method, path]
            _complete(operation, method, path)
            _describe(operation, schemas)
            _illustrate(operation, recorded.get(operation["operationId"], {}))
    parts = told["components"]
    parts["securitySchemes"] = _SCHEMES
    parts["headers"] = {name: _header(text) for name, text in _HEADERS.items()}
    parts["parameters"] = {"Idempotency-Key": _IDEMPOTENCY_KEY}
    parts["examples"] = {name: _example(kind) for name, kind in all_types().items()}
    return told


def _operation_ids(app: Flask) -> Iterator[tuple[tuple[str, str], str]]:
    for rule in app.url_map.iter_rules():
        for method in rule.methods or ():
            yield (method.lower(), re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)), rule.endpoint.replace(".", "_")


def _complete(operation: dict[str, Any], method: str, path: str) -> None:
    scope = scope_of(method, path)
    operation["security"] = [{"bearer": [scope]}] if scope else []
    responses = operation["responses"]
    if scope and method == "get":  # a browser is shown where to sign in
        responses["401"] = {"content": {"text/html": {"schema": {"type": "string"}}}}
    if "application/problem+json" not in responses.get("422", {}).get("content", {}):
        responses.pop("422", None)  # the library's own idea of it
    for kind in _common(operation, method, path):
        add_problem(responses.setdefault(str(kind.status), {}), kind)
    if "reused-key" in str(responses.get("422")):
        operation.setdefault("parameters", []).append({"$ref": "#/components/parameters/Idempotency-Key"})
    for status, response in responses.items():
        named = {name: {"$ref": f"#/components/headers/{name}"} for name in _headers(status, operation)}
        response.setdefault("headers", {}).update(named)
    operation["responses"] = dict(sorted(responses.items()))


def _common(operation: dict[str, Any], method: str, path: str) -> Iterator[ProblemType]:
    """What every such operation can answer beside what its route declares."""
    yield UNFORESEEN
    yield from map(type_of, _refusals(method, path))
    if path.startswith(("/api/", "/metrics", "/push/")):
        yield from (DATABASE_AWAY, DATABASE_BUSY, type_of(SchemaError))
    if not path.startswith("/api/"):
        return
    if "{" in path:
        yield NO_SUCH_ADDRESS
    if method == "post" or operation.get("parameters") or operation.get("requestBody"):
        yield BAD_INPUT
    if method in _METHODS_WITH_BODY:
        yield from BAD_BODY


def _refusals(method: str, path: str) -> Iterator[type[TributaryError]]:
    """Why such a request may not be let in."""
    yield UnknownHostError
    scope = scope_of(method, path)
    if scope is not None:
        yield from (NoTokenError, WrongTokenError, TooManyRequestsError)
    if scope not in {None, "read"}:
        yield MissingScopeError
    if method != "get":
        yield from (NoProofError, ForeignPageError)


def _headers(status: str, operation: dict[str, Any]) -> Iterator[str]:
    yield "X-Request-Id"
    if status in {"201", "202"}:
        yield "Location"
    if status in {"202", "503"}:
        yield "Retry-After"
    if status == "200" and any(one.get("name") == "after" for one in operation.get("parameters", [])):
        yield "Link"


def _describe(operation: dict[str, Any], schemas: dict[str, Any]) -> None:
    """Say of a success what its model says, and ask for a body only where it may not be left out."""
    for response in operation["responses"].values():
        if schema := _json_schema(response, schemas):
            response["description"] = schema["description"].splitlines()[0]
    if schema := _json_schema(operation.get("requestBody", {}), schemas):
        body = operation["requestBody"]
        body["required"] = bool(schema.get("required"))
        if not body["required"]:  # no body, and null, are {}
            content = body["content"]["application/json"]
            content["schema"] = {"anyOf": [content["schema"], {"type": "null"}]}


def _json_schema(part: dict[str, Any], schemas: dict[str, Any]) -> dict[str, Any] | None:
    content = part.get("content", {}).get("application/json")
    return schemas[content["schema"]["$ref"].rpartition("/")[2]] if content else None


def _illustrate(operation: dict[str, Any], recorded: dict[str, Any]) -> None:
    body = operation.get("requestBody", {})
    for content in body.get("content", {}).values():
        if "request" in recorded:
            content["example"] = recorded["request"]
    for status, example in recorded.get("answers", {}).items():
        for content in operation["responses"][status].get("content", {}).values():
            content["example"] = example


def _header(text: str) -> dict[str, Any]:
    return {"description": text, "schema": {"type": "string"}}


def _example(kind: ProblemType) -> dict[str, Any]:
    value = {
        "type": kind.uri,
        "status": kind.status,
        "title": kind.title,
        "detail": kind.detail,
        "hint": kind.hint or f"GET {kind.uri} says what to do",
        "request_id": "1f0c7a0e5f1d4c0f9f3f0d6f2b7e4a11",
    }
    return {"summary": kind.title, "value": value}
