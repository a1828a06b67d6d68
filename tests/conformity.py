"""Every answer that any test gets through a client is held against the OpenAPI document."""

import copy
import re
from functools import cache
from typing import Any

import jsonschema_rs
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Rule
from werkzeug.test import TestResponse


class CheckedClient(FlaskClient):
    """A client that refuses an answer which the document does not know."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        answer = super().open(*args, **kwargs)
        document = document_of(self.application)
        if document and answer.request.method not in {"HEAD", "OPTIONS"}:
            check(document, self.application, answer)
        return answer


def document_of(app: Flask) -> dict[str, Any] | None:
    """The document of this application; None of one that has none."""
    return _document(app) if "openapi" in app.view_functions else None


_known: list[dict[str, Any]] = []


def _document(app: Flask) -> dict[str, Any]:
    if not _known:  # that of each application is the same
        _known.append(closed(copy.deepcopy(app.view_functions["openapi"]())))  # type: ignore[arg-type]  # a dict
    return _known[0]


def closed(document: dict[str, Any]) -> dict[str, Any]:
    """The document without room for fields that it does not name: clients must accept new ones, tests must not."""
    for schema in document["components"]["schemas"].values():
        if "properties" in schema:
            schema.setdefault("additionalProperties", False)
    return document


def check(document: dict[str, Any], app: Flask, answer: TestResponse) -> None:
    """Raise AssertionError for an answer that is not as it is documented."""
    operation = operation_of(document, app, answer)
    if operation is None:  # what is not there, and the few addresses that are no operations
        return
    told = f"{answer.request.method} {answer.request.path} {answer.status}"
    response = operation["responses"].get(str(answer.status_code))
    assert response, f"undocumented status: {told}"
    content = response.get("content", {}).get(answer.mimetype)
    assert content or not answer.content_length, f"undocumented {answer.mimetype}: {told}"
    if content and answer.is_json:  # nothing else is read: the test wants to see how a file comes
        problems = [error.message for error in validator(content["schema"]["$ref"]).iter_errors(answer.json)]
        assert problems == [], f"{problems[:3]}: {told}"
    if answer.mimetype == "application/problem+json":
        assert answer.json
        assert answer.json["type"].removeprefix("/problems/") in content["examples"], f"undocumented problem: {told}"


def operation_of(document: dict[str, Any], app: Flask, answer: TestResponse) -> dict[str, Any] | None:
    """What the document says of this request."""
    adapter = app.url_map.bind(answer.request.host)
    try:
        rule, _ = adapter.match(answer.request.path, answer.request.method, return_rule=True)
    except HTTPException:
        return None
    operations = document["paths"].get(template(rule), {})
    found: dict[str, Any] | None = operations.get(answer.request.method.lower())
    return found


def template(rule: Rule) -> str:
    """The address of a rule, as documents write it."""
    return re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)


@cache
def validator(reference: str) -> jsonschema_rs.Draft202012Validator:
    """Validates against a schema of the document."""
    schema = {"$ref": reference, "components": {"schemas": _known[0]["components"]["schemas"]}}
    return jsonschema_rs.Draft202012Validator(schema, validate_formats=True)
