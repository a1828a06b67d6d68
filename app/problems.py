"""Errors as people and programs get them: RFC 9457 problems that name what is wrong and what to do next."""

import re
from http import HTTPStatus
from typing import Annotated

from flask import Flask, Response, current_app, g, jsonify, request
from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionError
from werkzeug.exceptions import HTTPException, MethodNotAllowed, RequestEntityTooLarge

from app.db import is_outage
from app.errors import BadInputError, TributaryError
from app.logs import logger, redact
from app.migrations import SchemaError, lacks
from app.problem_types import (
    BAD_INPUT,
    DATABASE_AWAY,
    DATABASE_BUSY,
    NOT_JSON,
    OTHER,
    UNFORESEEN,
    UNREADABLE_BODY,
    ProblemType,
    of_status,
    title_of,
    type_of,
)

NO_JSON = frozenset({"/api/uploads"})
"""The addresses that take a file."""
_RETRY_SECONDS = "5"
_MOST_ERRORS = 20
_LONGEST_FIELD = 100
_NUMBER = re.compile(r"\s*[+-]?[\d_.]+(?:[eE][+-]?\d+)?\s*")
_WORDS = {"missing": "is missing", "extra_forbidden": "there is no such field"}
_log = logger(__name__)


def _storable(text: str) -> str:
    if storable(text) != text:
        raise ValueError("holds a NUL or half a character, which cannot be stored")
    return text


def storable(text: str) -> str:
    """The text without what PostgreSQL cannot keep: NUL, and halves of UTF-16 pairs."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode()


Text = Annotated[str, AfterValidator(_storable)]
"""A text that PostgreSQL can keep."""


def written_out(moment: object) -> object:
    """A time as it came. Raises ValueError for a bare number, which would be taken for seconds since 1970."""
    if isinstance(moment, int | float) or (isinstance(moment, str) and _NUMBER.fullmatch(moment)):
        raise ValueError("write the time out, as 2026-11-21T12:00:00Z")
    return moment


Instant = Annotated[AwareDatetime, BeforeValidator(written_out)]
"""A time with its time zone; `2026` is none, and no second of 1970."""


class Body(BaseModel):
    """A request body. No body means {}.

    Unknown fields are refused, so that a misspelt one is not silently ignored; and so is a wrong type, so that
    `true` is not taken for 1.
    """

    model_config = ConfigDict(extra="forbid", strict=True)

    @model_validator(mode="before")
    @classmethod
    def _nothing_is_empty(cls, value: object) -> object:
        return {} if value is None else value


class WrongField(BaseModel):
    """What is wrong with one field."""

    field: str
    message: str


class Problem(BaseModel):
    """RFC 9457: every answer that is not a success."""

    type: str = Field(description="what kind of problem: an address of this API that says more")
    status: int
    title: str = Field(description="the name of its kind")
    detail: str = Field(description="what is wrong, for a person")
    hint: str = Field(description="the next step")
    errors: list[WrongField] = Field([], description="the fields that are wrong, twenty at most; left out without any")
    request_id: str = Field(description="X-Request-Id, by which the log of the API has more")


def problem(
    kind: ProblemType, *, status: int = 0, detail: str = "", hint: str = "", errors: list[dict[str, str]] | None = None
) -> Response:
    """One problem document; what is not told is said as of every problem of this kind."""
    status = status or kind.status
    told = {"type": kind.uri, "status": status, "title": title_of(kind, status), "detail": detail or kind.detail}
    told["hint"] = hint or kind.hint or f"GET {kind.uri} says what to do"
    more = {"errors": errors, "request_id": g.get("request_id", "")}
    answer = jsonify(told | {name: value for name, value in more.items() if value})
    answer.status_code = status
    answer.content_type = "application/problem+json"
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        answer.headers["Retry-After"] = _RETRY_SECONDS
    return answer


def invalid_request(error: ValidationError) -> Response:
    """What pydantic found wrong with path, query or body, by field."""
    found = error.errors(include_url=False, include_input=False, include_context=False)
    wrong = [
        {
            "field": ".".join(map(str, one["loc"]))[:_LONGEST_FIELD] or "body",
            "message": _WORDS.get(one["type"], one["msg"].removeprefix("Value error, ")),
        }
        for one in found[:_MOST_ERRORS]
    ]
    told = [f"{one['field']}: {one['message']}" for one in wrong]
    if len(found) > _MOST_ERRORS:
        told.append(f"and {len(found) - _MOST_ERRORS} more")
    return problem(BAD_INPUT, detail="; ".join(told), errors=wrong, hint="GET /openapi.json describes every field")


def refuse_unreadable_body() -> Response | None:
    """Answer a body that is not JSON before anything is done.

    Taken for no body at all it would start a job with the defaults: everything instead of the hundred channels that
    were asked for. `curl -d` without a Content-Type sends such a body.
    """
    if not request.path.startswith("/api/") or request.path in NO_JSON:
        return None  # what calls us there is not ours, and its body is not JSON; or it is a file
    sent = request.get_data() if request.method in {"POST", "PATCH"} else b""
    if not sent:
        return None
    if request.content_length is None and len(sent) == request.max_content_length:  # in pieces: no more of it is read
        raise RequestEntityTooLarge
    if not request.is_json:
        return problem(NOT_JSON)
    try:
        told = current_app.json.loads(sent)
    except ValueError as error:
        return problem(UNREADABLE_BODY, detail=f"the body is not valid JSON: {error}")
    if isinstance(told, str):  # else what stands in the text would be taken for JSON once more
        return problem(BAD_INPUT, errors=[{"field": "body", "message": "must be a JSON object"}])
    return None


def answer_errors(app: Flask) -> None:
    """Turn whatever is raised while a request is answered into a problem."""
    app.register_error_handler(TributaryError, _foreseen)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(DBAPIError, _database)
    app.register_error_handler(NoConnectionError, _database_is_busy)
    app.register_error_handler(Exception, _unforeseen)


def _foreseen(error: TributaryError) -> Response:
    field = error.field if isinstance(error, BadInputError) else ""
    errors = [{"field": field, "message": redact(str(error))}] if field else []
    return problem(type_of(type(error)), detail=redact(str(error)), hint=redact(error.hint), errors=errors)


def _http(error: HTTPException) -> Response:
    if error.response is not None:
        return error.response  # type: ignore[return-value]  # the validation callback's answer
    status = error.code or 500
    kind = of_status(status)
    told, hint = error.description or error.name if kind is OTHER else "", ""
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        hint = f"this address takes {', '.join(error.valid_methods)}"
    answer = problem(kind, status=status, detail=told, hint=hint)
    for name, value in error.get_headers():
        if name in {"Allow", "Retry-After"}:
            answer.headers[name] = value
    return answer


def _database(error: DBAPIError) -> Response:
    if missing := lacks(error):
        _log.error("schema_differs", path=request.path, missing=missing)
        return _foreseen(SchemaError())
    if not is_outage(error):
        return _unforeseen(error)
    _log.warning("database_away", error=type(error.orig).__name__)
    return problem(DATABASE_AWAY)


def _database_is_busy(_: NoConnectionError) -> Response:
    _log.warning("no_connection_free")
    return problem(DATABASE_BUSY)


def _unforeseen(error: Exception) -> Response:
    _log.error("request_failed", path=request.path, exc_info=error)
    return problem(UNFORESEEN)
