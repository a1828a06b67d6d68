"""The OpenAPI document: complete, valid, and true about problems."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator

from app.problems import Problem


@pytest.fixture
def document(refusing_api: FlaskClient) -> dict[str, Any]:
    answer = refusing_api.get("/openapi.json")
    assert answer.status_code == 200
    told: dict[str, Any] = answer.get_json()
    return told


def references(part: object) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"]
        part = list(part.values())
    if isinstance(part, list):
        for inner in part:
            yield from references(inner)


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in document["paths"].items():
        for method, operation in item.items():
            yield method.upper(), path, operation


def test_every_route_is_named(refusing_api: FlaskClient, document: dict[str, Any]) -> None:
    itself = {("GET", "/openapi.json")}
    routes = {
        (method, re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule))
        for rule in refusing_api.application.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert {(method, path) for method, path, _ in operations(document)} == routes - itself
    assert len(routes) > 15


def test_the_document_is_openapi_3_1(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1.")
    assert {"title", "version"} <= set(document["info"])
    for schema in document["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)
    for reference in references(document):
        kind, name = re.fullmatch(r"#/components/(\w+)/([\w.-]+)", reference).groups()  # type: ignore[union-attr]
        assert name in document["components"][kind]


def test_every_operation_says_what_it_does_and_answers(document: dict[str, Any]) -> None:
    names = []
    for method, path, operation in operations(document):
        names.append(operation["operationId"])
        assert operation["summary"].endswith("."), path
        assert operation["tags"]
        assert {"2XX", "4XX", "5XX"} <= set(operation["responses"])
        assert all(answer["description"] for answer in operation["responses"].values())
        in_path = {parameter["name"] for parameter in operation.get("parameters", []) if parameter["in"] == "path"}
        assert in_path == set(re.findall(r"{(\w+)}", path))
        if method == "POST" and not in_path and "test" not in path:
            body = "multipart/form-data" if path == "/api/uploads" else "application/json"
            assert body in operation["requestBody"]["content"]
    assert len(names) == len(set(names))


def test_problems_are_as_documented(refusing_api: FlaskClient, document: dict[str, Any]) -> None:
    schema = document["components"]["schemas"]["Problem"]
    validator = Draft202012Validator({**schema, "components": document["components"]})
    for answer in (
        refusing_api.get("/nothing"),
        refusing_api.get("/api/jobs/x"),
        refusing_api.put("/api/jobs"),
        refusing_api.post("/api/migrate"),
    ):
        assert list(validator.iter_errors(answer.json)) == []
        Problem.model_validate(answer.json)
