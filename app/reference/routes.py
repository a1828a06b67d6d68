"""/docs and /problems: what the API says of itself, from files of this machine alone."""

import re
from functools import cache
from importlib.resources import files
from pathlib import Path

from flask import Response, jsonify, render_template, request, send_from_directory
from flask_openapi3 import APIBlueprint, Tag
from pydantic import BaseModel, Field

from app.answers import Answer, answers, or_file
from app.errors import NotFoundError
from app.problem_types import all_types

_TAG = Tag(name="reference", description="What the API says of itself")
_ASSETS = Path(__file__).parent / "assets"
_PROBLEMS = Path(__file__).parents[2] / "docs" / "problems.md"
_SECTION = re.compile(
    r"^### (?P<name>[\w-]+)\n\n\*\*(?P<status>\d+)\*\*\n\n- \*\*What happened:\*\* (?P<what>.+)\n"
    r"- \*\*Why:\*\* (?P<why>.+)\n- \*\*What to do:\*\* (?P<next>.+)$",
    re.MULTILINE,
)
_SWAGGER = {
    "swagger-ui.css": "css",
    "swagger-ui-bundle.js": "js",
}
_STRICT = (
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; style-src 'self'; img-src 'self'"
)
# Swagger UI writes style attributes (the width of a column, what is folded), and its icons are data: addresses. Scripts
# come from this machine alone, and so does what they ask for.
_INTERACTIVE = (
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; script-src 'self'; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'"
)


class UnknownProblemError(NotFoundError):
    """There is no such kind of problem."""

    hint = "docs/problems.md lists them"


class ProblemPath(BaseModel):
    """Which kind of problem."""

    name: str = Field(description="what follows `/problems/` in `type`")


class Section(Answer):
    """What is to be known of a kind of problem."""

    type: str
    status: int
    title: str
    what: str
    """What happened."""
    why: str
    next: str
    """What to do."""


def make_blueprint() -> APIBlueprint:
    """The routes."""
    room = APIBlueprint("reference", __name__, abp_tags=[_TAG], template_folder="templates")

    @room.get("/problems/<name>", responses=answers(or_file(Section, "text/html"), UnknownProblemError))
    def problem(path: ProblemPath) -> Response:
        """What a kind of problem means, why it happens, and what to do; as a page where `Accept` asks for HTML."""
        section = sections().get(path.name)
        if section is None:
            raise UnknownProblemError
        if request.accept_mimetypes.best_match(["application/json", "text/html"]) == "text/html":
            return _page("problem.html", _STRICT, section=section)
        return jsonify(section.model_dump())

    # No operations of the API, and in no document.
    room.add_url_rule("/docs", "docs", _docs)
    room.add_url_rule("/docs/<name>", "asset", _asset)
    return room


def _docs() -> Response:
    return _page("reference.html", _INTERACTIVE)


def _asset(name: str) -> Response:
    if name in _SWAGGER:
        return send_from_directory(str(files("flask_openapi3_swagger") / "templates/swagger" / _SWAGGER[name]), name)
    return send_from_directory(_ASSETS, name)


@cache
def sections() -> dict[str, Section]:
    """What docs/problems.md says of each kind."""
    known = all_types()
    return {
        found["name"]: Section(
            type=known[found["name"]].uri,
            status=int(found["status"]),
            title=known[found["name"]].title,
            **{part: _plain(found[part]) for part in ("what", "why", "next")},
        )
        for found in _SECTION.finditer(_PROBLEMS.read_text(encoding="utf-8"))
        if found["name"] in known
    }


def _plain(text: str) -> str:
    """Without links: they lead to other files of docs/."""
    return re.sub(r"\[([^]]+)\]\([^)]+\)", r"\1", text)


def _page(template: str, policy: str, **told: object) -> Response:
    answer = Response(render_template(template, **told), content_type="text/html; charset=utf-8")
    answer.headers["Content-Security-Policy"] = policy
    return answer
