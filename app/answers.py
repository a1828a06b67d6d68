"""What operations answer, as the OpenAPI document tells it: models after the dataclasses that rooms hand out.

Nothing here runs while a request is answered. The tests hold every answer against the document.
"""

import ast
import inspect
import textwrap
from collections.abc import Callable, Collection
from dataclasses import fields
from itertools import pairwise
from typing import Any, TypeVar, get_type_hints

from pydantic import BaseModel, ConfigDict, Field, create_model

from app.errors import TributaryError
from app.problem_types import BODY_TOO_LARGE, NOT_JSON, UNREADABLE_BODY, ProblemType, type_of

M = TypeVar("M", bound=BaseModel)
Responses = dict[str | int, type[BaseModel] | dict[str, Any] | None]
"""As flask-openapi3 takes them, by status."""
BAD_BODY = (UNREADABLE_BODY, BODY_TOO_LARGE, NOT_JSON)
"""What every operation can say of its body."""


# A model that is made here has no source, which pydantic would look for in all modules: a second of every start.
_WITHOUT_SOURCE = {"use_attribute_docstrings": False}


class Answer(BaseModel):
    """What is answered."""

    model_config = ConfigDict(use_attribute_docstrings=True)


def like(source: type, *, without: Collection[str] = ()) -> Callable[[type[M]], type[M]]:
    """Give a model the fields of a dataclass, and what is said of them there, beside those of its own."""
    types, told = get_type_hints(source, include_extras=True), _docstrings(source)

    def grow(model: type[M]) -> type[M]:
        inherited: dict[str, Any] = {
            field.name: (types[field.name], Field(description=told.get(field.name)))
            for field in fields(source)
            if field.name not in without and field.name not in model.model_fields
        }
        return create_model(
            model.__name__,
            __base__=model,
            __doc__=model.__doc__,
            __module__=model.__module__,
            __cls_kwargs__=_WITHOUT_SOURCE,
            **inherited,
        )

    return grow


def page_of(name: str, row: type[BaseModel], title: str = "", **more: Any) -> type[BaseModel]:
    """A page of a list, as `paged` makes it; `more` stands beside. The title is its own among all models."""
    title = title or f"PageOf{row.__name__.removeprefix('Shown')}"
    described = {
        name: (list[row], ...),  # type: ignore[valid-type]  # a type that is known when this runs
        "next": (str | None, Field(description="`after` of the next page; null on the last one")),
        **{field: (kind, ...) for field, kind in more.items()},
    }
    told: dict[str, Any] = {**described}
    return create_model(title, __base__=Answer, __doc__=f"A page of `{name}`.", __cls_kwargs__=_WITHOUT_SOURCE, **told)


def answers(
    shown: type[BaseModel] | dict[int, type[BaseModel] | dict[str, Any]],
    *errors: type[TributaryError] | ProblemType,
) -> Responses:
    """The answers of an operation: its success, or several by their status, and the kinds of its problems."""
    told: Responses = {}
    for status, answer in (shown if isinstance(shown, dict) else {200: shown}).items():
        told[status] = answer
    for kind in (one if isinstance(one, ProblemType) else type_of(one) for one in errors):
        add_problem(told.setdefault(kind.status, {}), kind)  # type: ignore[arg-type]  # no model has such a status
    return told


def add_problem(response: dict[str, Any], kind: ProblemType) -> None:
    """Say in a response of the document that it can be a problem of this kind."""
    content = response.setdefault("content", {}).setdefault("application/problem+json", {})
    content["schema"] = {"$ref": "#/components/schemas/Problem"}
    content.setdefault("examples", {})[kind.name] = {"$ref": f"#/components/examples/{kind.name}"}
    response["description"] = f"problems: {', '.join(sorted(content['examples']))}"


def file_of(description: str, *content_types: str, headers: Collection[str] = ()) -> dict[str, Any]:
    """A success that is no JSON."""
    content: dict[str, Any] = {kind: {"schema": {"type": "string"}} for kind in content_types}
    named = {name: {"$ref": f"#/components/headers/{name}"} for name in headers}
    return {"description": description, "content": content, **({"headers": named} if named else {})}


def or_file(model: type[M], *content_types: str) -> type[M]:
    """A success that is this, or a text where that is asked for."""
    content = {kind: {"schema": {"type": "string"}} for kind in content_types}
    model.model_config["openapi_extra"] = {"content": content}  # type: ignore[typeddict-unknown-key]  # flask-openapi3's
    return model


def _docstrings(source: type) -> dict[str, str]:
    """What stands below the fields of a class."""
    [body] = ast.parse(textwrap.dedent(inspect.getsource(source))).body
    statements = body.body if isinstance(body, ast.ClassDef) else []
    found = {}
    for field, text in pairwise(statements):
        if (
            isinstance(field, ast.AnnAssign)
            and isinstance(field.target, ast.Name)
            and isinstance(text, ast.Expr)
            and isinstance(text.value, ast.Constant)
        ):
            found[field.target.id] = inspect.cleandoc(str(text.value.value))
    return found
