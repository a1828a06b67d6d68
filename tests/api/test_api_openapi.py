"""The OpenAPI document: complete, valid, and true about problems."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator

from app.answers import Answer
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
    pages = {("GET", "/sign-in"), ("POST", "/sign-in"), ("POST", "/sign-out"), ("GET", "/assets/{name}")}
    itself = {("GET", "/openapi.json"), ("GET", "/docs"), ("GET", "/docs/{name}"), *pages}
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
        assert any(status.startswith("2") for status in operation["responses"])
        assert all(answer["description"] for answer in operation["responses"].values())
        in_path = {parameter["name"] for parameter in operation.get("parameters", []) if parameter.get("in") == "path"}
        assert in_path == set(re.findall(r"{(\w+)}", path))
        if method == "POST" and not in_path and "test" not in path:
            body = "multipart/form-data" if path == "/api/uploads" else "application/json"
            assert body in operation["requestBody"]["content"]
    assert len(names) == len(set(names))


def test_every_success_that_is_json_has_a_model(document: dict[str, Any]) -> None:
    for _, path, operation in operations(document):
        for status, answer in operation["responses"].items():
            content = answer.get("content", {}).get("application/json")
            assert content is None or "$ref" in content["schema"], path
            assert content or status != "200" or answer["content"], path


def test_every_model_has_a_name_of_its_own() -> None:
    schemas: dict[str, Any] = {}
    for model in answers_below(Answer):
        told = model.model_json_schema(mode="serialization")
        for name, schema in {model.__name__: told, **told.pop("$defs", {})}.items():
            assert schemas.setdefault(name, schema) == schema, name
    assert len(schemas) > 50


def answers_below(model: type[Answer]) -> Iterator[type[Answer]]:
    for one in model.__subclasses__():
        if one.__name__ not in {grown.__name__ for grown in one.__subclasses__()}:  # else it is not `like` it yet
            yield one
        yield from answers_below(one)


def test_every_operation_says_which_scope_it_needs(document: dict[str, Any]) -> None:
    needed = {(method, path): operation["security"] for method, path, operation in operations(document)}
    assert needed["GET", "/livez"] == []
    assert needed["GET", "/api/jobs"] == [{"bearer": ["read"]}]
    assert needed["POST", "/api/batch-metadata"] == [{"bearer": ["run"]}]
    assert needed["POST", "/api/forget-all"] == needed["POST", "/api/api-keys"] == [{"bearer": ["admin"]}]
    assert "bearer" in document["components"]["securitySchemes"]


def test_a_request_that_can_be_repeated_says_how(document: dict[str, Any]) -> None:
    key = {"$ref": "#/components/parameters/Idempotency-Key"}
    repeatable = {path for _, path, operation in operations(document) if key in operation.get("parameters", [])}
    assert {"/api/batch-metadata", "/api/jobs/{job_id}/retry", "/api/uploads"} < repeatable
    assert "/api/jobs/{job_id}/pause" not in repeatable


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
