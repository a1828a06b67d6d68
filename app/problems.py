"""Errors as people and programs get them: RFC 9457 problems that name what is wrong and what to do next."""

from http import HTTPStatus
from typing import Any

from flask import Flask, Response, jsonify, request
from pydantic import BaseModel, ConfigDict, ValidationError, model_validator
from sqlalchemy.exc import DBAPIError
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from app.db import is_outage
from app.errors import BadInputError, TributaryError
from app.logs import logger, redact

_RETRY_SECONDS = "5"
_log = logger(__name__)


class Body(BaseModel):
    """A request body: unknown fields are refused, so that a misspelt one is not silently ignored. No body means {}."""

    model_config = ConfigDict(extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _nothing_is_empty(cls, value: Any) -> Any:
        return {} if value is None else value


def problem(status: int, title: str, detail: str = "", **more: Any) -> Response:
    """One problem document. `hint` is the next step, `errors` names fields."""
    known = {name: value for name, value in more.items() if value}
    answer = jsonify({"type": "about:blank", "status": status, "title": title, "detail": detail or title, **known})
    answer.status_code = status
    answer.content_type = "application/problem+json"
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        answer.headers["Retry-After"] = _RETRY_SECONDS
    return answer


def invalid_request(error: ValidationError) -> Response:
    """What pydantic found wrong with path, query or body, by field."""
    if request.method == "POST" and (unreadable := _unreadable_body()) is not None:
        return unreadable
    fields = [
        {"field": ".".join(map(str, found["loc"])) or "body", "message": found["msg"].removeprefix("Value error, ")}
        for found in error.errors(include_url=False, include_input=False, include_context=False)
    ]
    told = "; ".join(f"{field['field']}: {field['message']}" for field in fields)
    return problem(422, "the request is not valid", told, errors=fields, hint="GET /openapi.json describes every field")


def answer_errors(app: Flask) -> None:
    """Turn whatever is raised while a request is answered into a problem."""
    app.register_error_handler(TributaryError, _foreseen)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(DBAPIError, _database)
    app.register_error_handler(Exception, _unforeseen)


def _foreseen(error: TributaryError) -> Response:
    field = error.field if isinstance(error, BadInputError) else ""
    errors = [{"field": field, "message": str(error)}] if field else []
    title = HTTPStatus(error.status).phrase.lower()
    return problem(error.status, title, redact(str(error)), hint=error.hint, errors=errors)


def _http(error: HTTPException) -> Response:
    if error.response is not None:
        return error.response  # type: ignore[return-value]  # the validation callback's answer
    hint = ""
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        hint = f"this address takes {', '.join(error.valid_methods)}"
    answer = problem(error.code or 500, error.name.lower(), error.description or "", hint=hint)
    for name, value in error.get_headers():
        if name in {"Allow", "Retry-After"}:
            answer.headers[name] = value
    return answer


def _database(error: DBAPIError) -> Response:
    if not is_outage(error):
        return _unforeseen(error)
    _log.warning("database_away", error=type(error.orig).__name__)
    return problem(
        503, "the database does not answer", hint="try again in some seconds; work that was asked for is safe"
    )


def _unforeseen(error: Exception) -> Response:
    _log.error("request_failed", path=request.path, exc_info=error)
    return problem(500, "an error that we did not foresee", hint="the log of the API has it, by this request's id")


def _unreadable_body() -> Response | None:
    if request.content_length and not request.is_json:
        return problem(415, "the body must be JSON", hint="send it with Content-Type: application/json")
    if request.content_length and request.get_json(silent=True) is None:
        return problem(400, "the body is not valid JSON")
    return None
